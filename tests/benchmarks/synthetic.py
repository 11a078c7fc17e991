"""A directory and people like those of the study: 400 towns, 20 categories, 60 % of services in one of them.

Everything follows from the number and the seed. Positions come again (a fifth of the listings stand
exactly where another does); conditions are on age, education, sex, group and language, with intake
windows, places and reserved shares. One listing in 10,000 takes people over 65, and no other does.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from directory.categories import CATEGORIES as KNOWN
from routing.education import GRADES
from routing.facts import Facts

TODAY = dt.date(2026, 3, 2)
BIG = "training"
NEEDED = (BIG, *sorted(set(KNOWN) - {BIG}))
"""Categories that people ask for: the product's own."""
CATEGORIES = (*NEEDED, *(f"other-{number}" for number in range(20 - len(NEEDED))))
RARE_AGE = 65
GROUPS = ("returnee", "potential-migrant", "host-community", "idp", "refugee")
LANGUAGES = ("fr", "en", "ff", "wo", "mnk", "sus")
LADDER = sorted(
    (code for code in GRADES if code.startswith("gn:")), key=lambda c: GRADES[c].position
)
SEXES = ("female", "male")
DESIGNS = 400
TOWNS = 400


@dataclass(frozen=True)
class Design:
    """What a service asks, as several services share it."""

    ages: tuple[int, int]
    top_grade: int | None
    sex: str | None
    groups: tuple[str, ...]
    languages: tuple[str, ...]
    opens_in: int | None
    """Days until intake opens; nothing: people can apply at any time."""
    share: int | None
    """Percent of the places reserved for returnees."""

    def conditions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Kinds and parameters."""
        yield "age", {"min": self.ages[0], "max": self.ages[1]}
        if self.top_grade is not None:
            yield "education", {"max": LADDER[self.top_grade]}
        if self.sex:
            yield "sex", {"any_of": [self.sex]}
        if self.groups:
            yield "population-group", {"any_of": list(self.groups)}
        if self.languages:
            yield "language", {"any_of": list(self.languages)}
        if self.share:
            yield "quota", {"share": self.share, "group": "returnee"}


RARE = Design((RARE_AGE, 99), None, None, (), (), None, None)


@dataclass(frozen=True)
class World:
    """A synthetic directory as arrays."""

    ids: list[UUID]
    lon: np.ndarray[Any, Any]
    lat: np.ndarray[Any, Any]
    category: np.ndarray[Any, Any]
    design: np.ndarray[Any, Any]
    places: np.ndarray[Any, Any]
    """−1 where nobody wrote how many."""
    taken: np.ndarray[Any, Any]
    designs: tuple[Design, ...]
    towns: np.ndarray[Any, Any]

    def __len__(self) -> int:
        return len(self.ids)

    def is_full(self) -> np.ndarray[Any, Any]:
        """No place is free."""
        return (self.places >= 0) & (self.taken >= self.places)


def world(number: int, seed: int = 1) -> World:
    """A directory of so many listings."""
    chance = np.random.default_rng(seed)
    towns = np.column_stack((chance.uniform(-16, -8, TOWNS), chance.uniform(8, 15, TOWNS)))
    town = np.minimum(chance.zipf(1.3, number) - 1, TOWNS - 1)
    at = towns[town] + chance.normal(0, 0.04, (number, 2))
    twins = chance.random(number) < 0.2
    at[twins] = at[chance.integers(0, number, twins.sum())]
    places = np.where(chance.random(number) < 0.5, -1, chance.choice([10, 20, 40], number))
    rare = np.arange(number) % 10_000 == 0
    return World(
        ids=sorted(UUID(bytes=chance.bytes(16), version=4) for _ in range(number)),
        lon=at[:, 0].round(5),
        lat=at[:, 1].round(5),
        category=np.where(rare | (chance.random(number) < 0.6), 0, chance.integers(1, 20, number)),
        design=np.where(rare, DESIGNS, chance.integers(0, DESIGNS, number)),
        places=places,
        taken=np.where(places > 0, chance.integers(0, 45, number) % np.maximum(places + 1, 1), 0),
        designs=(*_designs(seed), RARE),
        towns=towns,
    )


def _designs(seed: int) -> Iterator[Design]:
    chance = random.Random(seed)
    for _ in range(DESIGNS):
        low = chance.choice([0, 12, 15, 16, 18, 21])
        yield Design(
            ages=(low, chance.choice([25, 30, 35, 40, 50, 60])),
            top_grade=chance.choice([None, None, 6, 8, 10, 12]),
            sex=chance.choice([None, None, None, *SEXES]),
            groups=tuple(sorted(chance.sample(GROUPS, 2))) if chance.random() < 0.4 else (),
            languages=tuple(sorted(chance.sample(LANGUAGES, 3))) if chance.random() < 0.4 else (),
            opens_in=chance.randint(5, 200) if chance.random() < 0.15 else None,
            share=30 if chance.random() < 0.2 else None,
        )


@dataclass(frozen=True)
class Person:
    """Somebody as both engines read them."""

    age: int
    grade: int
    sex: str
    group: str
    languages: tuple[str, ...]
    lon: float
    lat: float
    category: str

    def cells(self) -> dict[str, str]:
        """As a row of a people file."""
        return {
            "born": f"{TODAY.year - self.age - 1}-07-01",
            "education": LADDER[self.grade],
            "sex": self.sex,
            "population-group": self.group,
            "languages": ";".join(self.languages),
            "lon": repr(self.lon),
            "lat": repr(self.lat),
            "category": self.category,
        }

    def facts(self) -> Facts:
        """As the rules read them."""
        cells = self.cells()
        place = {"lon": self.lon, "lat": self.lat}
        names = ("born", "education", "sex", "population-group", "languages")
        return Facts.read({**{name: cells[name] for name in names}, "location": place}, today=TODAY)


def people(number: int, world: World, seed: int = 2, *, age: int | None = None) -> list[Person]:
    """So many people near the towns; needs are spread over the categories as services are."""
    chance = random.Random(seed)
    found = []
    for _ in range(number):
        lon, lat = world.towns[min(int(chance.paretovariate(0.5)) - 1, TOWNS - 1)]
        found.append(
            Person(
                age=chance.randint(14, 55) if age is None else age,
                grade=chance.randrange(len(LADDER)),
                sex=chance.choice(SEXES),
                group=chance.choice(GROUPS),
                languages=tuple(sorted(chance.sample(LANGUAGES, chance.randint(1, 2)))),
                lon=round(float(lon) + chance.gauss(0, 0.15), 5),
                lat=round(float(lat) + chance.gauss(0, 0.15), 5),
                category=BIG
                if age is not None or chance.random() < 0.6
                else chance.choice(NEEDED[1:]),
            )
        )
    return found
