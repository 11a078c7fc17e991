"""500 random people and every seeded service: the engine against the brute-force oracle, on this engine."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import audience_of, visible_to
from directory.categories import CATEGORIES
from directory.core.actor import ANONYMOUS, Actor, Grant
from directory.core.config import load_settings
from directory.core.db import WRITING, make_engine
from directory.core.encryption import KEYRING
from directory.listing_life import SEARCHABLE
from directory.models import Capacity, Condition, GroupPlaces, IntakeWindow, Listing
from directory.roles import ROLES
from directory.visibility import Visibility
from routing import crowd
from routing.criteria import KINDS
from routing.eligibility import Verdict
from routing.facts import Facts, Source, Value
from routing.operations.batch import propose_for_people
from routing.proposals import NeedAsked, Proposals
from routing.queries.candidates import seeker_for, sender_of
from routing.queries.proposals import propose
from routing.queries.snapshot import current
from seeds.curated import countries, load_country
from seeds.reference_data import load_regions
from tests.databases import Databases
from tests.routing import oracle
from tests.routing.oracle import Stand
from tests.routing.people import people

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
CASEWORKER = Actor(None, "caseworker", (Grant("RC", ROLES["RC"].permissions),))
READERS = (
    CASEWORKER,
    CASEWORKER,
    CASEWORKER,
    Actor(None, "partner", (Grant("FP", ROLES["FP"].permissions),)),
    ANONYMOUS,
)


@pytest.fixture(scope="module", params=["as seeded", "with every kind of condition"])
def seeded(
    request: pytest.FixtureRequest, databases: Databases, worker_id: str
) -> Iterator[Session]:
    """A database with all regions and the whole curated directory."""
    with databases.migrated(f"seeded_{worker_id}_{len(request.param)}") as address:
        settings = load_settings({"database_url": address, "environment": "test"})
        KEYRING.load(settings)
        engine, token = make_engine(settings), WRITING.set(True)
        with Session(engine) as session:
            load_regions(session)
            for country in countries():
                load_country(session, country, now=NOW)
            if request.param != "as seeded":
                make_demanding(session)
            session.commit()
            yield session
        WRITING.reset(token)
        engine.dispose()


def make_demanding(session: Session) -> None:
    """Conditions of every kind, trees, places, periods, windows and programme ends for every listing."""
    chance = random.Random(3)
    for listing in session.scalars(select(Listing).order_by(Listing.id)):
        for _ in range(chance.randint(0, 3)):
            add_condition(listing, chance, None, depth=2)
        if chance.random() < 0.5:
            places = chance.choice([None, 3, 10])
            period = Capacity(
                places=places, held=0, taken=chance.randint(0, places or 0), updated_at=NOW
            )
            period.until_on = chance.choice([None, TODAY, TODAY - dt.timedelta(days=1)])
            period.next_on = chance.choice([None, TODAY + dt.timedelta(days=30)])
            period.groups.append(
                GroupPlaces(population_group="returnee", taken=chance.randint(0, 3))
            )
            listing.capacities.append(period)
        if chance.random() < 0.4:
            opens = TODAY + dt.timedelta(days=chance.randint(-60, 60))
            window = IntakeWindow(opens_on=opens, closes_on=opens + dt.timedelta(days=40))
            window.starts_on = opens + dt.timedelta(days=60)
            window.recurrence = chance.choice([None, "FREQ=YEARLY"])
            listing.windows.append(window)
        if chance.random() < 0.3:
            listing.ends_on, listing.duration_days = (
                TODAY + dt.timedelta(days=100),
                chance.randint(20, 150),
            )
        if chance.random() < 0.1:
            listing.allowed_senders = ["iom-gn"]
        if chance.random() < 0.1 and listing.visibility is Visibility.PUBLIC:
            listing.visibility = chance.choice([Visibility.PARTNERS, Visibility.HIDDEN_ADDRESS])


def add_condition(listing: Listing, chance: random.Random, parent: UUID | None, depth: int) -> None:
    """A condition as the kinds' own examples have them, or a group of such."""
    group = chance.choice(["all", "any", "not"]) if depth and chance.random() < 0.25 else None
    kind = chance.choice(
        [name for name in sorted(KINDS) if parent is None or not KINDS[name].presumes]
    )
    asks = dict(KINDS[kind].example.asks)
    if group is None and chance.random() < 0.3:
        kind, asks = (
            "distance",
            {"km_urban": chance.choice([5, 25, 50]), "km_rural": chance.choice([10, 50])},
        )
    row = Condition(
        id=uuid4(), parent_id=parent, position=len(listing.conditions), kind=group or kind,
        asks={} if group else asks, is_hard=chance.random() < 0.8,
    )  # fmt: skip
    listing.conditions.append(row)
    for _ in range(1 if group == "not" else 2 if group else 0):
        add_condition(listing, chance, row.id, depth - 1)


@pytest.fixture(scope="module")
def stands(seeded: Session) -> dict[str, list[tuple[Listing, Stand]]]:
    """Every findable listing as the oracle sees it, by category."""
    found: dict[str, list[tuple[Listing, Stand]]] = {}
    for listing in seeded.scalars(select(Listing).where(Listing.state.in_(SEARCHABLE))):
        stand = oracle.stand_of(listing, TODAY)
        found.setdefault(listing.service.category, []).append((listing, stand))
    return found


def test_500_people_get_what_the_oracle_says(
    seeded: Session, stands: dict[str, list[tuple[Listing, Stand]]]
) -> None:
    positions = [
        (s.lon, s.lat) for several in stands.values() for _, s in several if s.lon is not None
    ]
    chance = random.Random(2)
    answers: Counter[Verdict] = Counter()
    for facts in people(500, 1, positions, TODAY):
        actor = chance.choice(READERS)
        need = NeedAsked(
            chance.choice(sorted(CATEGORIES)),
            country=chance.choice([None, None, "GN", "SN", "ML", "GM"]),
            k=chance.choice([1, 3, 5, 50]),
            excludes_government=chance.random() < 0.2,
            sender=chance.choice(["", "iom-gn", "self"]),
        )
        found = propose(seeded, facts, need, actor, TODAY)
        _assert_same(found, _expected(seeded, stands, facts, need, actor), need)
        answers.update(proposal.answer for proposal in found)
    assert answers[Verdict.ELIGIBLE] > 200
    assert answers[Verdict.ASK] > 50
    assert answers[Verdict.INELIGIBLE] > 200
    windows = sum(len(listing.windows) for several in stands.values() for listing, _ in several)
    assert answers[Verdict.NOT_NOW] > 50 or windows < 50


@pytest.mark.parametrize("first_look", [2, crowd.FIRST_LOOK])
def test_many_at_once_get_what_each_would_get_alone(
    seeded: Session,
    stands: dict[str, list[tuple[Listing, Stand]]],
    monkeypatch: pytest.MonkeyPatch,
    first_look: int,
) -> None:
    monkeypatch.setattr(crowd, "FIRST_LOOK", first_look)
    positions = [
        (s.lon, s.lat) for several in stands.values() for _, s in several if s.lon is not None
    ]
    chance = random.Random(4)
    asked = [
        (facts, NeedAsked(chance.choice(sorted(stands)), k=chance.choice([1, 5]), sender="iom-gn"))
        for facts in people(300, 5, positions, TODAY)
    ]
    asked += [(facts.having(conflicts=Value(frozenset({"iom-gn"}), Source.DECLARED, TODAY)), need)
              for facts, need in asked[:20]]  # fmt: skip
    together = propose_for_people(seeded, asked, CASEWORKER, NOW, keep=False)
    for (facts, need), answer in zip(asked, together, strict=True):
        alone = propose(seeded, facts, need, CASEWORKER, TODAY)
        assert [one.rank for one in answer.eligible] == [one.rank for one in alone.eligible]
        assert [one.assessment for one in answer.eligible] == [
            one.assessment for one in alone.eligible
        ]
        if not alone.eligible:
            assert answer.others is not None
            assert (answer.others.ask, answer.others.questions) == (alone.ask, alone.questions)


def _expected(
    session: Session,
    stands: dict[str, list[tuple[Listing, Stand]]],
    facts: Facts,
    need: NeedAsked,
    actor: Actor,
) -> list[oracle.Judged]:
    picture = current(session)
    sender = need.sender or sender_of(session, picture, actor)
    seen = [
        stand
        for listing, stand in stands.get(need.category, ())
        if listing.visibility in visible_to(audience_of(actor))
        and need.country in (None, listing.site.country)
    ]
    return oracle.judged(seen, seeker_for(session, picture, facts, need, sender, TODAY))


def _assert_same(found: Proposals, expected: list[oracle.Judged], need: NeedAsked) -> None:
    assert dict(found.counts) == oracle.counts(expected)
    by_verdict = {
        Verdict.ELIGIBLE: found.eligible, Verdict.NOT_NOW: found.not_now,
        Verdict.ASK: found.ask, Verdict.INELIGIBLE: found.ineligible,
    }  # fmt: skip
    for verdict, proposals in by_verdict.items():
        wanted = oracle.nearest(expected, verdict, need.k)
        assert {p.listing_id for p in proposals} == {one.id for one in wanted}
        assert [p.rank for p in proposals] == sorted(
            (p.rank for p in proposals), key=lambda r: r.sort_key
        )
        known = {one.id: one for one in wanted}
        for proposal in proposals:
            assert proposal.assessment == known[proposal.listing_id].assessment
            assert proposal.distance == known[proposal.listing_id].reach
    waiting = oracle.pending(expected)
    assert {q.fact: q.services for q in found.questions} == {
        fact: sum(n for asks, n in waiting.items() if fact in asks)
        for asks in waiting
        for fact in asks
    }
