from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from pyproj import Geod
from sqlalchemy import event, func
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.costs import CostModel
from directory.listing_life import State
from directory.models import IntakeWindow, Listing, OpeningHours, Region
from directory.organisation_kinds import OrganisationKind
from directory.queries import snapshot
from directory.queries.result_rows import result_rows
from directory.queries.search import found_listings
from directory.search_request import Area, Box, Point, Search, Sort
from directory.visibility import Precision, Visibility
from tests import factories
from tests.directory.searching import MOMENT, NOW, find, ids, publish

GEOD = Geod(ellps="WGS84")
TODAY = NOW.date()
SQUARE = "MULTIPOLYGON(((-13 11, -12 11, -12 12, -13 12, -13 11)))"
SEEN = {
    Audience.EVERYBODY: {Visibility.PUBLIC},
    Audience.PARTNERS: {Visibility.PUBLIC, Visibility.PARTNERS},
    Audience.PROTECTION: set(Visibility),
}


@pytest.fixture
def regions(session: Session) -> dict[str, Region]:
    """Two regions of Guinea, a prefecture in the first, and one of Mali."""
    labe = factories.Region(name="Labé", code="GN-L", shape=func.ST_GeomFromText(SQUARE, 4326))
    return {
        "labe": labe,
        "koubia": factories.Region(name="Koubia", code="GN-KB", level=2, parent_id=labe.id),
        "mamou": factories.Region(name="Mamou", code="GN-M", lon=-12.0, lat=10.4),
        "kayes": factories.Region(name="Kayes", code="ML-1", country="ML", lon=-11.4, lat=14.4),
    }


def invented(dice: random.Random, regions: dict[str, Region]) -> Listing:
    name = dice.choice(sorted(regions))
    precision = dice.choice(list(Precision))
    placed = precision in {Precision.SITE, Precision.TOWN}
    site = factories.Site(
        region=dice.choice([regions[name], regions[name], None]),
        country=regions[name].country,
        lon=dice.uniform(-14, -10) if placed else None,
        lat=dice.uniform(10, 15) if placed else None,
        precision=precision,
        accessibility=dice.sample(["wheelchair", "large-print"], dice.randint(0, 2)),
    )
    service = factories.Service(
        category=dice.choice(["training", "medical", "legal"]),
        organisation=factories.Organisation(kind=dice.choice(list(OrganisationKind))),
    )
    listing = factories.Listing(
        service=service,
        site=site,
        state=dice.choice([State.VERIFIED, State.VERIFIED, State.STALE, State.DRAFT, State.ENDED]),
        visibility=dice.choice([*Visibility, Visibility.PUBLIC, Visibility.PUBLIC]),
        cost_model=dice.choice([None, *CostModel]),
        languages=dice.sample(["fr", "en", "ff", "wo"], dice.randint(0, 3)),
        supports=dice.sample(["wheelchair", "escort"], dice.randint(0, 2)),
        sectors=dice.sample(["carpentry", "masonry"], dice.randint(0, 2)),
        accepts_self_referral=dice.choice([None, True, False]),
        verified_at=dice.choice([None, NOW - dt.timedelta(days=dice.randint(0, 200))]),
        has_no_end=dice.random() < 0.2,
    )
    for _ in range(dice.choice([0, 0, 1, 2])):
        opens = TODAY + dt.timedelta(days=dice.randint(-60, 60))
        listing.windows.append(
            IntakeWindow(opens_on=opens, closes_on=opens + dt.timedelta(days=dice.randint(0, 40)))
        )
    for weekday in range(dice.choice([0, 0, 2, 5])):
        listing.opening_hours.append(
            OpeningHours(
                weekday=weekday,
                opens_at=dt.time(dice.choice([8, 10])),
                closes_at=dt.time(dice.choice([9, 16])),
            )
        )
    return listing


def asked(dice: random.Random, regions: dict[str, Region]) -> Search:
    def some(*values: str) -> frozenset[str]:
        return frozenset(dice.sample(values, dice.choice([0, 0, 0, 1, 2])))

    centre = dice.choice(
        [
            None,
            Point(dice.uniform(-14, -10), dice.uniform(10, 15), regions["labe"].id),
            Area(regions["labe"].id),
        ]
    )
    return Search(
        categories=some("training", "medical", "legal"),
        kinds=some(*OrganisationKind),
        costs=some(*CostModel),
        languages=some("fr", "en", "ff"),
        sectors=some("carpentry", "masonry"),
        accessibility=some("wheelchair", "escort", "large-print"),
        country=dice.choice([None, None, "GN", "ML"]),
        region_id=dice.choice([None, None, None, *(one.id for one in regions.values())]),
        open_now=dice.random() < 0.15,
        intake_open=dice.random() < 0.15,
        self_referral=dice.random() < 0.15,
        verified_days=dice.choice([None, None, 30, 90]),
        centre=centre,
        within_metres=dice.choice([None, 50_000.0, 200_000.0]),
        box=dice.choice([None, None, None, Box(-13.0, 10.5, -11.0, 13.0)]),
        sort=dice.choice(list(Sort)),
    )


def top(region: Region | None, regions: dict[str, Region]) -> Region | None:
    return regions["labe"] if region is regions["koubia"] else region


def pin(row: Listing, regions: dict[str, Region]) -> tuple[float | None, float | None]:
    shown = (
        top(row.site.region, regions) if row.site.precision is Precision.HIDDEN else row.site.region
    )
    if row.site.lon is not None:
        return row.site.lon, row.site.lat
    return (shown.lon, shown.lat) if shown else (None, None)


def metres(row: Listing, search: Search) -> float | None:
    if search.centre is None or row.site.lon is None:
        return None
    lon, lat = row.site.lon, row.site.lat
    if isinstance(search.centre, Point):
        return float(GEOD.inv(search.centre.lon, search.centre.lat, lon, lat)[2])
    return from_square(lon, lat)


@cache
def from_square(lon: float, lat: float) -> float:
    """0 inside, else the nearest of many points of the border: slow, obvious, good to a metre."""
    if -13 <= lon <= -12 and 11 <= lat <= 12:
        return 0.0
    x, y = max(-13.0, min(-12.0, lon)), max(11.0, min(12.0, lat))
    steps = [n / 20_000 for n in range(-1000, 1001)]
    border = [(x + t, y) for t in steps if y in {11, 12} and -13 <= x + t <= -12]
    border += [(x, y + t) for t in steps if x in {-13, -12} and 11 <= y + t <= 12]
    return min(float(GEOD.inv(lon, lat, *point)[2]) for point in border)


def passes(row: Listing, search: Search, regions: dict[str, Region], audience: Audience) -> bool:
    site, service = row.site, row.service
    inside = {search.region_id}
    if search.region_id == regions["labe"].id:
        inside.add(regions["koubia"].id)
    far = metres(row, search)
    near = True
    if search.centre is not None and search.within_metres is not None:
        near = (
            far <= search.within_metres
            if far is not None
            else top(site.region, regions) is regions["labe"]
        )
    x, y = pin(row, regions)
    box = search.box
    open_hours = any(
        one.weekday == NOW.weekday() and one.opens_at <= NOW.time() < one.closes_at
        for one in row.opening_hours
    )
    intake = (
        any(one.opens_on <= TODAY <= one.closes_on for one in row.windows)
        if row.windows
        else row.has_no_end
    )
    checks = [
        row.state in {State.VERIFIED, State.STALE},
        row.visibility in SEEN[audience],
        not search.categories or service.category in search.categories,
        not search.kinds or service.organisation.kind.value in search.kinds,
        not search.costs or row.cost_model in search.costs,
        not search.languages or bool(search.languages & set(row.languages)),
        not search.sectors or bool(search.sectors & set(row.sectors)),
        search.accessibility <= {*site.accessibility, *row.supports},
        search.country in {None, site.country},
        search.region_id is None or (site.region is not None and site.region.id in inside),
        not search.open_now or open_hours,
        not search.intake_open or intake,
        not search.self_referral or row.accepts_self_referral is True,
        search.verified_days is None
        or (
            row.verified_at is not None
            and (TODAY - row.verified_at.date()).days <= search.verified_days
        ),
        near,
        box is None
        or (x is not None and box.west <= x <= box.east and box.south <= y <= box.north),
    ]
    return all(checks)


@pytest.mark.parametrize("seed", range(6))
def test_filters_combine_as_the_obvious_rule_says(
    session: Session, regions: dict[str, Region], seed: int
) -> None:
    dice = random.Random(seed)
    rows = [invented(dice, regions) for _ in range(40)]
    publish(session, *rows)
    snapshot.current(session)
    rows += [invented(dice, regions) for _ in range(15)]
    publish(session, *rows[35:])
    for _ in range(60):
        search = asked(dice, regions)
        audience = dice.choice(list(Audience))
        found = found_listings(session, search, audience=audience, moment=MOMENT)
        expected = {row.id for row in rows if passes(row, search, regions, audience)}
        assert set(found.ids()) == expected, search
        assert len(found) == len(expected)
        far = dict(zip(found.ids(), found.metres_of(), strict=True))
        for row in rows:
            if row.id in expected:
                own = metres(row, search)
                assert far[row.id] == (own if own is None else pytest.approx(own, abs=1.0))


@pytest.mark.parametrize("seed", range(3))
def test_counts_say_what_each_choice_would_leave(
    session: Session, regions: dict[str, Region], seed: int
) -> None:
    dice = random.Random(100 + seed)
    rows = [invented(dice, regions) for _ in range(50)]
    publish(session, *rows)
    for _ in range(15):
        search = replace(asked(dice, regions), open_now=False, sort=Sort.BEST)
        found = found_listings(session, search, audience=Audience.EVERYBODY, moment=MOMENT)
        for name, attribute, codes in [
            ("category", "categories", ["training", "medical", "legal"]),
            ("cost", "costs", list(CostModel)),
            ("kind", "kinds", list(OrganisationKind)),
            ("language", "languages", ["fr", "en", "ff", "wo"]),
        ]:
            expected = Counter(
                {
                    code: sum(
                        passes(
                            row,
                            replace(search, **{attribute: frozenset({code})}),
                            regions,
                            Audience.EVERYBODY,
                        )
                        for row in rows
                    )
                    for code in codes
                }
            )
            assert Counter(found.facets[name]) == +expected, (name, search)


def test_the_limit_of_a_distance_is_included(session: Session) -> None:
    row = factories.Listing(site=factories.Site(lon=-12.0, lat=11.0))
    publish(session, row)
    centre = Point(-12.05, 11.0)
    exact = GEOD.inv(-12.05, 11.0, -12.0, 11.0)[2]
    assert ids(session, centre=centre, within_metres=exact) == [row.id]
    assert ids(session, centre=centre, within_metres=exact - 0.001) == []


def test_nearest_first_and_ties_by_id(session: Session) -> None:
    rows = [factories.Listing(site=factories.Site(lon=-12.0, lat=11.0)) for _ in range(4)]
    nearer = factories.Listing(site=factories.Site(lon=-12.001, lat=11.0))
    publish(session, *rows, nearer)
    found = ids(session, centre=Point(-12.1, 11.0), sort=Sort.DISTANCE)
    assert found == [nearer.id, *sorted(row.id for row in rows)]


def test_distances_are_right_across_the_antimeridian_and_at_the_poles(session: Session) -> None:
    east = factories.Listing(site=factories.Site(lon=179.9, lat=-17.0))
    pole = factories.Listing(site=factories.Site(lon=0.0, lat=89.99))
    publish(session, east, pole)
    assert ids(session, centre=Point(-179.9, -17.0), within_metres=30_000) == [east.id]
    assert ids(session, centre=Point(180.0, 89.99), within_metres=3_000) == [pole.id]
    assert ids(session, box=Box(170, -20, -170, -10)) == [east.id]


def test_names_sort_as_the_reader_sees_them(session: Session) -> None:
    names = [{"fr": "Élevage", "en": "Zoo"}, {"fr": "zinc"}, {"fr": "Atelier", "en": "Bakery"}]
    rows = [factories.Listing(service=factories.Service(name=name)) for name in names]
    publish(session, *rows)
    by_name = [find(session, language=one, sort=Sort.NAME).ids() for one in ("fr", "en")]
    assert by_name == [
        [rows[2].id, rows[0].id, rows[1].id],
        [rows[2].id, rows[1].id, rows[0].id],
    ]


def test_names_that_begin_alike_still_sort(session: Session) -> None:
    begin = "Centre de formation professionnelle et technique de "
    rows = [
        factories.Listing(service=factories.Service(name={"fr": begin + town}))
        for town in ("Mamou", "Kindia", "Boké")
    ]
    publish(session, *rows)
    assert ids(session, sort=Sort.NAME) == [row.id for row in reversed(rows)]


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []
    engine = session.get_bind().engine

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_as_many_statements_whatever_it_finds(
    session: Session, statements: list[str], count: int
) -> None:
    publish(session, *[factories.Listing() for _ in range(count)])
    find(session, open_now=True, intake_open=True)
    for expected in (1 + 1 + 1, 1 + 1):
        statements.clear()
        found = find(session, words="menuiserie")
        assert len(result_rows(session, found, TODAY)) == count
        # the version, a new word, the cards
        assert len(statements) == expected
