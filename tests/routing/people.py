"""Invented people from a fixed random seed, some known well, some hardly, some out of date."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from routing import vocabulary
from routing.education import GRADES
from routing.facts import Facts

REGIONS = ("GN/GN-L/GN-LA", "GN/GN-M/GN-MM", "GN/GN-C", "GN/GN-K", "SN/SN-DK", "SN/SN-TC", "ML/ML-1",
           "ML/ML-BKO", "GM/GM-B", "GM/GM-W", "GM/GM-U", "GN", "SN", "ML", "GM")  # fmt: skip
LANGUAGES = ("fr", "en", "ff", "wo", "mnk", "sus", "bm")
COUNTRIES = ("GN", "SN", "ML", "GM", "NG", "LY", "DZ", "FR", "DE", "NE")
HELP = ("cash", "housing", "training", "business")


def people(
    number: int, seed: int, positions: Sequence[tuple[float, float]], today: dt.date
) -> Iterator[Facts]:
    """So many people, most of them near one of the positions."""
    chance = random.Random(seed)
    for _ in range(number):
        yield Facts.read(_person(chance, positions, today), today=today)


def _person(
    chance: random.Random, positions: Sequence[tuple[float, float]], today: dt.date
) -> dict[str, Any]:
    raw = {
        "born": _born(chance, today),
        "sex": chance.choice(sorted(vocabulary.SEXES)),
        "education": _education(chance),
        "literacy": chance.choice(sorted(vocabulary.LITERACY)),
        "location": _location(chance, positions),
        "residence": chance.choice(REGIONS),
        "resident-since": str(today - dt.timedelta(days=chance.randint(0, 900))),
        "population-group": chance.choice(sorted(vocabulary.POPULATION_GROUPS)),
        "nationality": chance.sample(COUNTRIES[:5], chance.randint(0, 2)),
        "return-mode": chance.choice(sorted(vocabulary.RETURN_MODES)),
        "return-country": chance.choice(COUNTRIES[4:]),
        "government-request": chance.random() < 0.3,
        "returned-on": str(today - dt.timedelta(days=chance.randint(0, 2500))),
        "prior-assistance": [{"what": what} for what in chance.sample(HELP, chance.randint(0, 2))],
        "vulnerability": chance.sample(sorted(vocabulary.VULNERABILITIES), chance.randint(0, 3)),
        "accessibility": chance.sample(sorted(vocabulary.ACCESS_NEEDS), chance.choice([0, 0, 1])),
        "languages": chance.sample(LANGUAGES, chance.randint(1, 3)),
        "skills": [{"name": "tailoring", "level": chance.randint(1, 3), "verified": chance.random() < 0.5}],
        "sector": chance.sample(sorted(vocabulary.SECTORS), 2),
        "availability": chance.randint(0, 50),
        "max-duration": chance.randint(5, 400),
        "documents": chance.sample(sorted(vocabulary.DOCUMENTS), chance.randint(0, 3)),
        "income": chance.randint(0, 300_000),
        "dependants": chance.randint(0, 8),
        "child-ages": [chance.randint(0, 17) for _ in range(chance.randint(0, 3))],
        "can-advance": chance.choice([0, 5_000, 50_000]),
        "group-size": chance.randint(1, 12),
        "commitment": chance.random() < 0.5,
        "funding-line": "eutf",
        "excludes-government": chance.random() < 0.2,
    }  # fmt: skip
    known = chance.uniform(0.3, 1)
    found = {name: value for name, value in raw.items() if chance.random() < known}
    for name in list(found):
        if chance.random() < 0.04:
            old = str(today - dt.timedelta(days=800))
            found[name] = {"value": found[name], "as_of": old, "source": "declared"}
    return found


def _born(chance: random.Random, today: dt.date) -> Any:
    age = chance.randint(8, 60)
    if chance.random() < 0.3:
        return {"age": age, "about": 2, "on": str(today)}
    return str(today - dt.timedelta(days=age * 365 + chance.randint(0, 364)))


def _education(chance: random.Random) -> Any:
    codes = sorted(GRADES, key=lambda code: (GRADES[code].position, code))
    first, second = sorted(chance.randrange(len(codes)) for _ in range(2))
    return codes[first] if chance.random() < 0.8 else {"lo": codes[first], "hi": codes[second]}


def _location(chance: random.Random, positions: Sequence[tuple[float, float]]) -> Any:
    if chance.random() < 0.15:
        return chance.choice(REGIONS)
    lon, lat = chance.choice(positions)
    spread = chance.choice([0.0, 0.01, 0.1, 1.0])
    return {
        "lon": lon + chance.uniform(-spread, spread),
        "lat": lat + chance.uniform(-spread, spread),
        "radius": chance.choice([0, 0, 500, 5_000]),
    }
