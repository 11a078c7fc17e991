"""What changes is proposed otherwise at once: in this process, and after a change in another one."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func
from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.core.config import load_settings
from directory.core.db import WRITING, make_engine
from directory.core.encryption import KEYRING
from directory.listing_life import State
from directory.models import Capacity, Listing
from directory.operations.changes import mark_changed
from directory.roles import ROLES
from directory.visibility import Visibility
from routing.eligibility import Verdict
from routing.facts import Facts, Source, Value
from routing.proposals import NeedAsked, Proposals
from routing.queries.proposals import propose
from routing.values import Place
from tests import factories
from tests.databases import ROOT

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
CASEWORKER = Actor(None, "caseworker", (Grant("RC", ROLES["RC"].permissions),))
HERE = Facts({"location": Value(Place(-12.29, 11.32), Source.DECLARED, TODAY)})


def proposed(
    session: Session, actor: Actor = CASEWORKER, facts: Facts = HERE, k: int = 50
) -> Proposals:
    return propose(session, facts, NeedAsked("training", k=k), actor, TODAY)


def ids(session: Session, **more: Any) -> list[UUID]:
    return [one.listing_id for one in proposed(session, **more).eligible]


def changed(session: Session, *listings: Listing) -> None:
    mark_changed(session, [one.id for one in listings])
    session.commit()


@pytest.fixture
def three(session: Session) -> list[Listing]:
    """Three listings that the arrays already know."""
    found = [factories.Listing() for _ in range(3)]
    changed(session, *found)
    assert sorted(ids(session)) == sorted(one.id for one in found)
    return found


def test_a_full_service_is_not_now(session: Session, three: list[Listing]) -> None:
    period = Capacity(
        places=2, held=1, taken=1, next_on=TODAY + dt.timedelta(days=9), updated_at=NOW
    )
    three[0].capacities.append(period)
    changed(session, three[0])
    found = proposed(session)
    assert found.counts == {
        Verdict.ELIGIBLE: 2, Verdict.NOT_NOW: 1, Verdict.ASK: 0, Verdict.INELIGIBLE: 0
    }  # fmt: skip
    [full] = found.not_now
    assert (full.listing_id, full.available_on) == (three[0].id, TODAY + dt.timedelta(days=9))


def test_new_conditions_count_at_once(session: Session, three: list[Listing]) -> None:
    factories.Condition(listing=three[1], kind="sex", asks={"any_of": ["female"]})
    changed(session, three[1])
    found = proposed(session)
    assert [one.listing_id for one in found.ask] == [three[1].id]
    assert [question.fact for question in found.questions] == ["sex"]


def test_an_ended_listing_is_gone_and_a_new_one_is_there(
    session: Session, three: list[Listing]
) -> None:
    three[2].state = State.ENDED
    new = factories.Listing()
    changed(session, three[2], new)
    assert sorted(ids(session)) == sorted([three[0].id, three[1].id, new.id])


def test_a_moved_site_is_nearer(session: Session, three: list[Listing]) -> None:
    far = proposed(session).eligible[0].distance
    site = three[1].site
    site.lon, site.lat, site.point = (
        -12.29,
        11.32,
        func.ST_GeomFromText("POINT(-12.29 11.32)", 4326),
    )
    changed(session, three[1])
    found = proposed(session)
    assert found.eligible[0].listing_id == three[1].id
    assert found.eligible[0].distance.hi == 0
    assert far.lo > 800


def test_an_uncommitted_change_is_seen_by_its_own_transaction(
    session: Session, three: list[Listing]
) -> None:
    three[0].state = State.SUSPENDED
    mark_changed(session, [three[0].id])
    assert len(ids(session)) == 2
    session.rollback()
    assert len(ids(session)) == 3


def test_a_stale_listing_is_proposed_with_a_warning(session: Session, three: list[Listing]) -> None:
    three[0].state = State.STALE
    changed(session, three[0])
    warned = {
        one.listing_id: [str(text) for text in one.warnings] for one in proposed(session).eligible
    }
    words = "Not confirmed for a while: check by telephone before sending."
    assert [key for key, texts in warned.items() if words in texts] == [three[0].id]


def test_confidential_services_are_proposed_to_protection_staff_only(
    session: Session, three: list[Listing]
) -> None:
    three[0].visibility = Visibility.PARTNERS
    three[1].visibility = Visibility.HIDDEN_ADDRESS
    changed(session, three[0], three[1])
    partner = Actor(None, "partner", (Grant("FP", ROLES["FP"].permissions),))
    stranger = Actor(None, "stranger")
    assert len(ids(session)) == 3
    assert set(ids(session, actor=partner)) == {three[0].id, three[2].id}
    assert ids(session, actor=stranger) == [three[2].id]
    assert {one.listing_id: one.distance is None for one in proposed(session).eligible} == {
        three[0].id: False, three[1].id: True, three[2].id: False,
    }  # fmt: skip


def test_equal_distances_are_ordered_by_id_whatever_changed_last(session: Session) -> None:
    site_of = [factories.Site() for _ in range(12)]
    found = [factories.Listing(site=site) for site in site_of]
    changed(session, *found)
    expected = sorted(one.id for one in found)
    assert ids(session) == expected
    changed(session, found[3], found[7])
    assert ids(session) == expected
    assert ids(session, k=5) == expected[:5]


def test_the_day_decides_about_windows_and_periods(session: Session, three: list[Listing]) -> None:
    period = Capacity(places=1, taken=1, until_on=TODAY + dt.timedelta(days=3), updated_at=NOW)
    three[0].capacities.append(period)
    changed(session, three[0])
    need = NeedAsked("training")
    later = TODAY + dt.timedelta(days=4)
    assert len(proposed(session).not_now) == 1
    assert len(propose(session, HERE, need, CASEWORKER, later).eligible) == 3
    assert len(proposed(session).not_now) == 1


SUSPEND = """
import sys
from sqlalchemy import select
from sqlalchemy.orm import Session
from directory.core.config import load_settings
from directory.core.db import WRITING, make_engine
from directory.listing_life import State
from directory.models import Listing
from directory.operations.changes import mark_changed
from uuid import UUID

WRITING.set(True)
engine = make_engine(load_settings())
with Session(engine) as session:
    listing = session.get_one(Listing, UUID(sys.argv[1]))
    listing.state = State[sys.argv[2]]
    mark_changed(session, [listing.id])
    session.commit()
engine.dispose()
"""


@pytest.fixture
def committing(own_database: str) -> Iterator[Session]:
    """A session on a database of its own that really commits."""
    settings = load_settings({"database_url": own_database, "environment": "test"})
    KEYRING.load(settings)
    engine, token = make_engine(settings), WRITING.set(False)
    with Session(engine) as session:
        factories.use(session)
        yield session
    WRITING.reset(token)
    engine.dispose()


def test_a_change_in_another_process_is_seen_at_the_next_request(
    committing: Session, own_database: str
) -> None:
    session = committing
    kept, other = factories.Listing(), factories.Listing()
    changed(session, kept, other)
    kept_id, other_id = kept.id, other.id
    both = sorted([kept_id, other_id])
    assert sorted(ids(session)) == both
    session.commit()
    elsewhere(own_database, other_id, "SUSPENDED")
    assert ids(session) == [kept_id]
    session.commit()
    elsewhere(own_database, other_id, "VERIFIED")
    assert sorted(ids(session)) == both


def elsewhere(address: str, listing: UUID, state: str) -> None:
    """Change the state of a listing in a process of its own."""
    environment = os.environ | {
        "PASSERELLE_DATABASE_URL": address,
        "PASSERELLE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-c", SUSPEND, str(listing), state]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
