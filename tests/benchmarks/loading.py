"""The synthetic directory in a database: in the product's tables, and in the one that PostGIS reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, insert, select, text
from sqlalchemy.orm import Session

from directory import models
from directory.core.db import WGS84
from directory.listing_life import State
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision, Visibility
from tests.benchmarks.synthetic import CATEGORIES, GROUPS, LADDER, LANGUAGES, TODAY, Person, World

NOW = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
NAMESPACE = UUID(int=2026)
ORGANISATIONS = 200
BATCH = 5_000


def key(*parts: object) -> UUID:
    """A stable key."""
    return uuid5(NAMESPACE, "/".join(map(str, parts)))


def load(session: Session, world: World) -> None:
    """The whole directory, as somebody would have entered it."""
    organisations = [
        {
            "id": key("organisation", n),
            "key": f"organisation-{n}",
            "name": f"Organisation {n}",
            "alternate_names": [],
            "kind": list(OrganisationKind)[n % 5],
            "country": "GN",
            "source": {},
        }
        for n in range(ORGANISATIONS)
    ]
    services = [
        {
            "id": key("service", n, category),
            "key": f"service-{n}-{category}",
            "category": category,
            "organisation_id": key("organisation", n),
            "name": {"en": f"Service {n}"},
            "description": {},
        }
        for n in range(ORGANISATIONS)
        for category in CATEGORIES
    ]
    _write(session, models.Organisation, organisations)
    _write(session, models.Service, services)
    _write(session, models.Site, _sites(world))
    _write(session, models.Listing, _listings(world))
    _write(session, models.Condition, _conditions(world))
    _write(session, models.Capacity, _capacities(world))
    _write(session, models.IntakeWindow, _windows(world))
    version = select(models.DirectoryVersion.number)
    assert session.scalar(version) is not None, "the version row comes with the migrations"
    session.commit()


def _write(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    table: Table = model.__table__
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)
    session.commit()


def _sites(world: World) -> Iterator[dict[str, Any]]:
    for n, (lon, lat) in enumerate(zip(world.lon.tolist(), world.lat.tolist(), strict=True)):
        yield {
            "id": key("site", n),
            "key": f"site-{n}",
            "name": f"Site {n}",
            "country": "GN",
            "lon": lon,
            "lat": lat,
            "point": f"SRID={WGS84};POINT({lon!r} {lat!r})",
            "precision": Precision.SITE,
            "is_urban": n % 2 == 0,
            "accessibility": [],
            "source": {},
        }


def _listings(world: World) -> Iterator[dict[str, Any]]:
    for n, (listing, category) in enumerate(zip(world.ids, world.category.tolist(), strict=True)):
        yield {
            "id": listing,
            "service_id": key("service", n % ORGANISATIONS, CATEGORIES[category]),
            "site_id": key("site", n),
            "state": State.VERIFIED,
            "visibility": Visibility.PUBLIC,
            "edited_at": NOW,
            "verified_at": NOW,
            "source": {},
            "cost_model": "free",
            "languages": [],
            "supports": [],
            "specialties": [],
            "sectors": [],
            "saturated_sectors": [],
            "documents_required": [],
            "data_needed": [],
            "allowed_senders": [],
            "promised_hours": {},
            "has_no_end": True,
            "asked": n % 50,
            "answers": n % 40,
        }


def _conditions(world: World) -> Iterator[dict[str, Any]]:
    for listing, design in zip(world.ids, world.design.tolist(), strict=True):
        for place, (kind, asks) in enumerate(world.designs[design].conditions()):
            yield {
                "id": key(listing, place),
                "listing_id": listing,
                "position": place,
                "kind": kind,
                "asks": asks,
                "is_hard": True,
                "flexible_by": "nobody",
            }


def _capacities(world: World) -> Iterator[dict[str, Any]]:
    for listing, places, taken in zip(
        world.ids, world.places.tolist(), world.taken.tolist(), strict=True
    ):
        if places >= 0:
            yield {
                "id": key(listing, "places"),
                "listing_id": listing,
                "places": places,
                "held": 0,
                "taken": taken,
                "updated_at": NOW,
            }


def _windows(world: World) -> Iterator[dict[str, Any]]:
    for listing, design in zip(world.ids, world.design.tolist(), strict=True):
        opens_in = world.designs[design].opens_in
        if opens_in is not None:
            yield {
                "id": key(listing, "window"),
                "listing_id": listing,
                "opens_on": TODAY + dt.timedelta(days=opens_in),
            }


BASELINE = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE baseline (
    id uuid PRIMARY KEY, category int, place geography(POINT, 4326), age_min int, age_max int, grade_max int,
    sexes int, groups int, languages int, is_open bool, free int, reserved int
);
"""
INDEX = """
CREATE INDEX ON baseline USING gist (category, place);
ANALYZE baseline;
"""
ELIGIBLE = """
    category = %(category)s AND %(age)s BETWEEN age_min AND age_max AND %(grade)s <= grade_max
    AND (sexes & %(sex)s) <> 0 AND (groups & %(group)s) <> 0 AND (languages & %(languages)s) <> 0
    AND is_open AND free >= 1 AND (free > reserved OR %(returnee)s)
"""
NEAREST = f"""
SELECT id, ST_Distance(place, here.point) AS metres
FROM (SELECT id, place, here.point
      FROM baseline, (SELECT ST_Point(%(lon)s, %(lat)s, 4326)::geography AS point) here
      WHERE {ELIGIBLE} ORDER BY place <-> here.point LIMIT 16) AS here
ORDER BY metres, id LIMIT 5
"""  # noqa: S608 -- constants only
MANY = 10**6


def load_baseline(session: Session, world: World) -> None:
    """One table with what the conditions come to, and the index that serves it best."""
    connection = session.connection()
    connection.exec_driver_sql(BASELINE)
    raw = connection.connection.cursor()
    columns = (
        "id, category, place, age_min, age_max, grade_max, sexes, groups, languages, is_open, free, "
        "reserved"
    )
    with raw.copy(f"COPY baseline ({columns}) FROM STDIN") as copy:
        for row in baseline_rows(world):
            copy.write_row(row)
    connection.exec_driver_sql(INDEX)
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


def baseline_rows(world: World) -> Iterator[tuple[Any, ...]]:
    """The listings as numbers and bits."""
    for n, listing in enumerate(world.ids):
        design, places = world.designs[world.design[n]], int(world.places[n])
        free = MANY if places < 0 else places - int(world.taken[n])
        reserved = -(-(design.share or 0) * places // 100) if places >= 0 else 0
        yield (
            listing,
            int(world.category[n]),
            f"POINT({float(world.lon[n])!r} {float(world.lat[n])!r})",
            design.ages[0],
            design.ages[1],
            len(LADDER) if design.top_grade is None else design.top_grade,
            3 if design.sex is None else bits((design.sex,), ("female", "male")),
            bits(design.groups or GROUPS, GROUPS),
            bits(design.languages or LANGUAGES, LANGUAGES),
            design.opens_in is None,
            free,
            reserved,
        )


def asked(person: Person) -> dict[str, Any]:
    """A person as the parameters of the query."""
    return {
        "category": CATEGORIES.index(person.category),
        "age": person.age,
        "grade": person.grade,
        "sex": bits((person.sex,), ("female", "male")),
        "group": bits((person.group,), GROUPS),
        "languages": bits(person.languages, LANGUAGES),
        "returnee": person.group == "returnee",
        "lon": person.lon,
        "lat": person.lat,
    }


def bits(codes: Iterable[str], of: tuple[str, ...]) -> int:
    """A set as a bit mask."""
    return sum(1 << of.index(code) for code in codes)


PEOPLE = """
DROP TABLE IF EXISTS baseline_people;
CREATE TABLE baseline_people (
    n int PRIMARY KEY, category int, age int, grade int, sex int, groups int, languages int, returnee bool,
    point geography(POINT, 4326)
);
"""
LATERAL = """
SELECT person.n, found.id, found.metres
FROM baseline_people person
CROSS JOIN LATERAL (
    SELECT id, metres
    FROM (SELECT id, ST_Distance(place, person.point) AS metres FROM baseline
          WHERE baseline.category = person.category AND person.age BETWEEN age_min AND age_max
            AND person.grade <= grade_max AND (sexes & person.sex) <> 0
            AND (baseline.groups & person.groups) <> 0
            AND (baseline.languages & person.languages) <> 0 AND is_open AND free >= 1
            AND (free > reserved OR person.returnee)
          ORDER BY place <-> person.point LIMIT 16) AS near
    ORDER BY metres, id LIMIT 5
) AS found
"""


def load_people(session: Session, people: list[Person]) -> None:
    """Everybody at once, for the LATERAL join."""
    connection = session.connection()
    connection.exec_driver_sql(PEOPLE)
    raw = connection.connection.cursor()
    with raw.copy("COPY baseline_people FROM STDIN") as copy:
        for n, person in enumerate(people):
            told = asked(person)
            copy.write_row(
                (
                    n,
                    *(
                        told[name]
                        for name in (
                            "category",
                            "age",
                            "grade",
                            "sex",
                            "group",
                            "languages",
                            "returnee",
                        )
                    ),
                    f"POINT({person.lon!r} {person.lat!r})",
                )
            )
    session.commit()
    session.execute(text("ANALYZE baseline_people"))
    session.commit()
