"""C-T30: distances of both engines and of the arrays against an independent geodesic, at the limits."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from pyproj import Geod
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.core.geo import metres_between
from directory.geodesy import ecef, geodesics, longest_geodesic, shortest_geodesic
from routing.answers import Answer
from routing.conditions import Every, condition
from routing.facts import Facts, Source, Value
from routing.offer import Area, Offer
from routing.plan import Look, Scope
from routing.terms import Seeker
from routing.values import Place
from tests.routing import oracle, strategies
from tests.routing.oracle import Stand
from tests.routing.test_engine_arrays import shelved

EARTH = Geod(ellps="WGS84")
LIMITS = (5_000.0, 10_000.0, 25_000.0, 50_000.0)
Pair = tuple[float, float, float, float, float]


def pairs(number: int, seed: int) -> Iterator[Pair]:
    """Two positions a few metres around a limit apart: in the four countries, and anywhere on earth."""
    chance = random.Random(seed)
    for count in range(number):
        lon, lat = chance.uniform(-17, -3), chance.uniform(7.5, 17)
        if count % 4 == 0:
            lon, lat = chance.uniform(-180, 180), chance.uniform(-90, 90)
        if count % 40 == 1:
            lon, lat = chance.choice([179.999, -179.999]), chance.uniform(-89, 89)
        if count % 40 == 2:
            lon, lat = chance.uniform(-180, 180), chance.choice([89.99, -89.99, 90.0, -90.0])
        limit = chance.choice(LIMITS)
        away = limit + chance.choice([0.0, chance.uniform(-3, 3), chance.uniform(-500, 500)])
        there = EARTH.fwd(lon, lat, chance.uniform(0, 360), away)
        yield lon, lat, there[0], there[1], limit


def test_both_engines_measure_like_an_independent_geodesic(session: Session) -> None:
    query = select(
        metres_between(
            func.ST_GeomFromText(bindparam("here"), WGS84),
            func.ST_GeomFromText(bindparam("there"), WGS84),
        )
    )
    for lon, lat, lon2, lat2, limit in pairs(10_000, 30):
        expected = EARTH.inv(lon, lat, lon2, lat2)[2]
        points = {"here": f"POINT({lon!r} {lat!r})", "there": f"POINT({lon2!r} {lat2!r})"}
        measured = session.scalars(query, points).one()
        assert measured == pytest.approx(expected, abs=max(1.0, expected * 1e-5))
        if abs(expected - limit) > 1:
            assert (measured <= limit) == (expected <= limit)


def test_chords_bound_geodesics_from_both_sides() -> None:
    found = np.array(list(pairs(10_000, 31)))
    chance = np.random.default_rng(32)
    far = np.column_stack(
        (chance.uniform(-180, 180, 10_000), chance.uniform(-90, 90, 10_000),
         chance.uniform(-180, 180, 10_000), chance.uniform(-90, 90, 10_000), np.zeros(10_000))
    )  # fmt: skip
    for lon, lat, lon2, lat2, _ in (found.T, far.T):
        metres = EARTH.inv(lon, lat, lon2, lat2)[2]
        chords = np.sqrt(((ecef(lon, lat) - ecef(lon2, lat2)) ** 2).sum(axis=1))
        assert (shortest_geodesic(chords) <= metres).all()
        assert (metres <= longest_geodesic(chords)).all()


def test_geodesics_in_bulk_are_those_of_single_pairs() -> None:
    lon, lat, _, _, _ = next(pairs(1, 33))
    others = np.array([pair[2:4] for pair in pairs(500, 34)])
    assert geodesics(lon, lat, others[:, 0], others[:, 1]).tolist() == [
        EARTH.inv(lon, lat, lon2, lat2)[2] for lon2, lat2 in others.tolist()
    ]


@pytest.mark.parametrize("km", [5, 10, 25, 50])
def test_the_arrays_decide_like_the_geodesic_at_the_limit(km: int) -> None:
    asks = condition("distance", {"km_urban": km})
    for seed in range(20):
        chance = random.Random(seed)
        lon, lat = chance.uniform(-17, -3), chance.uniform(7.5, 17)
        listings = []
        for number in range(60):
            away = km * 1000 + chance.choice(
                [0.0, 1e-6, -1e-6, chance.uniform(-1, 1), chance.uniform(-900, 900)]
            )
            there = EARTH.fwd(lon, lat, chance.uniform(0, 360), away)
            radius = chance.choice([0.0, 0.0, 3000.0])
            offer = Offer(area=Area.URBAN, has_no_end=True)
            listings.append(Stand(number, Every((asks,)), offer, there[0], there[1], radius))
        place = Value(Place(lon, lat), Source.DECLARED, strategies.TODAY)
        seeker = Seeker(Facts({"location": place}), strategies.TODAY, "", lon, lat)
        look = Look(shelved(listings), seeker, Scope(0))
        expected = oracle.judged(listings, seeker)
        by_answer = list(oracle.counts(expected).values())
        assert look.counts().tolist() == [by_answer[3], by_answer[2], by_answer[1], by_answer[0]]
        exact = sorted(
            (EARTH.inv(lon, lat, one.lon, one.lat)[2], one.id)
            for one in listings
            if one.radius == 0
        )
        yes = [
            tuple(hit)
            for hit in look.nearest(Answer.YES.rank, 100)
            if listings[hit.row].radius == 0
        ]
        assert yes == [pair for pair in exact if pair[0] <= km * 1000]
