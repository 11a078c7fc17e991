"""The demonstration: invented people in every state, made as users make them, and only once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.core.audit import AuditChain, first_fault
from directory.core.clock import now, today
from directory.core.db import db
from directory.listing_life import State as ListingState
from directory.models import Account, Capacity, DirectoryVersion, Listing, ListingVersion, Site
from directory.queries.filters import Moment
from directory.queries.opportunities import opportunities
from directory.queries.search import found_listings
from directory.search_request import Search
from directory.visibility import Precision
from routing.models import (
    Case,
    CaseMember,
    Complaint,
    ContactRoute,
    Need,
    Referral,
    ReferralEvent,
    Task,
)
from routing.operations.events import first_fault as first_break
from routing.operations.events import projection_of, replayed
from routing.operations.needs import OPEN
from routing.queries.household import adults_to_ask, shown_to
from routing.queries.opening_soon import opening_soon
from routing.referral_states import LIVE, STATES, State
from seeds.demo_cases import TALES
from seeds.demo_directory import DEMO_LISTINGS, RURAL_SITE, listing_of
from seeds.demo_households import CAMPAIGN, CHILDREN, SPOUSE
from tests.applications import application
from tests.databases import Databases


def seed(app: Flask, *names: str) -> str:
    """Run ``flask seed`` commands; what they print."""
    printed = ""
    for name in names:
        done = app.test_cli_runner().invoke(args=["seed", name])
        assert done.exit_code == 0, done.output
        printed += done.output
    return printed


@pytest.fixture(scope="module")
def demo_app(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application with the demonstration loaded; tests undo what they change."""
    with (
        databases.migrated(f"demo_{worker_id}") as address,
        application(address, demo=True) as app,
    ):
        seed(app, "reference", "demo")
        yield app


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    with demo_app.app_context(), db.test_isolation():
        yield db.session


def listings(session: Session) -> list[Listing]:
    return [listing_of(session, entry.service, entry.site) for entry in DEMO_LISTINGS]


# ---------------------------------------------------------------------------------------- directory


def test_some_real_listings_are_verified_for_show(demo: Session) -> None:
    marked = set(demo.scalars(select(Listing).where(Listing.is_demo)))
    assert marked == set(listings(demo))
    verifier = demo.scalars(select(Account).where(Account.email == "coordination@demo.example"))
    [coordinator] = verifier
    for listing in marked:
        assert (listing.state, listing.verified_by_id) == (ListingState.VERIFIED, coordinator.id)
        [point] = listing.focal_points
        assert "(démo)" in str(point.person_name)
        assert "(démo)" in str(point.deputy_name)


def test_nothing_else_claims_to_be_verified(demo: Session) -> None:
    query = select(Listing.id).where(Listing.verified_at.is_not(None), Listing.is_demo.is_(False))
    assert demo.scalars(query).all() == []


def test_what_the_sources_say_of_them_is_kept(demo: Session) -> None:
    for listing in listings(demo):
        query = select(ListingVersion.content).where(ListingVersion.listing_id == listing.id)
        first, *_ = demo.scalars(query.order_by(ListingVersion.number))
        assert [row["kind"] for row in first["conditions"]] == [
            row.kind for row in listing.conditions if row.parent_id is None
        ]
        assert first["source"] == listing.source


def test_one_site_is_shown_as_exact_and_in_the_countryside(demo: Session) -> None:
    moved = demo.scalars(select(Site).where(Site.key == RURAL_SITE)).one()
    assert (moved.precision, moved.is_urban) == (Precision.SITE, False)
    assert "demonstration" in moved.source
    point = select(func.ST_X(Site.point), func.ST_Y(Site.point)).where(Site.key == RURAL_SITE)
    assert tuple(demo.execute(point).one()) == (moved.lon, moved.lat)


@pytest.mark.parametrize("later", [0, 400])
def test_something_is_open_or_opens_soon(demo: Session, later: int) -> None:
    moment = Moment(now() + dt.timedelta(days=later))
    found = found_listings(demo, Search(), audience=Audience.EVERYBODY, moment=moment)
    news = opportunities(demo, found, moment.today)
    assert all(one.card.is_demo for one in news)
    assert {one.is_open for one in news} == {True, False}
    assert len([one for one in news if one.starts_on]) >= 3
    if later == 0:
        assert {one.card.country for one in news} == {"GM", "GN", "ML", "SN"}
        assert [one.ends_on for one in news if one.intake is None] != []


def test_what_is_open_can_be_asked_for(demo: Session) -> None:
    search = Search(intake_open=True, country="GM")
    found = found_listings(demo, search, audience=Audience.EVERYBODY, moment=Moment(now()))
    assert listing_of(demo, "gm-gtti-courses", "gm-gtti-site").id in found.ids()


def test_feeds_say_that_it_is_a_demonstration(demo_app: Flask) -> None:
    for address in ("/open-now.atom?lang=fr", "/open-now.ics?lang=fr"):
        lines = demo_app.test_client().get(address).text.replace("\r\n ", "")
        assert "Démonstration" in lines
        assert "Gambia Technical Training Institute" in lines or "GTTI" in lines


# ------------------------------------------------------------------------------------------- people


def test_there_is_a_referral_in_every_state(demo: Session) -> None:
    states = set(demo.scalars(select(Referral.state)))
    assert states == set(STATES) - {State.NEW}


def test_everybody_is_marked_as_invented(demo: Session) -> None:
    assert set(demo.scalars(select(Case.is_demo))) == {True}
    assert set(demo.scalars(select(Referral.is_demo))) == {True}
    assert set(demo.scalars(select(Account.is_demo))) == {True}
    assert set(demo.scalars(select(Complaint.is_demo))) == {True}
    assert all("(démo)" in words for words in demo.scalars(select(Complaint.words)))
    names = demo.scalars(select(CaseMember.name)).all()
    assert len(names) == len(TALES) + len(CHILDREN) + 3
    assert [name for name in names if not str(name).endswith("(démo)")] == []


def test_nobody_real_can_be_called(demo: Session) -> None:
    numbers = demo.scalars(select(ContactRoute.value)).all()
    assert len(numbers) >= len(TALES)
    assert [number for number in numbers if not str(number).startswith("+224600")] == []


def test_every_referral_is_what_its_events_add_up_to(demo: Session) -> None:
    for referral in demo.scalars(select(Referral)):
        assert first_break(demo, referral) is None
        assert projection_of(referral) == replayed(demo, referral)


def test_events_are_in_order(demo: Session) -> None:
    rows = demo.execute(
        select(ReferralEvent.referral_id, ReferralEvent.at).order_by(ReferralEvent.number)
    )
    times: dict[Any, list[dt.datetime]] = {}
    for referral, at in rows:
        times.setdefault(referral, []).append(at)
    assert [key for key, found in times.items() if found != sorted(found)] == []


def test_nothing_happens_in_the_future(demo: Session) -> None:
    assert demo.scalars(select(func.max(ReferralEvent.at))).one() <= now()
    assert demo.scalars(select(func.max(Case.opened_at))).one() <= now()


def test_every_open_need_is_followed(demo: Session) -> None:
    """Nobody falls between two chairs, not even in a demonstration."""
    for need in demo.scalars(select(Need).where(Need.state == OPEN)):
        live = select(Referral.id).where(Referral.need_id == need.id, Referral.state.in_(LIVE))
        task = select(Task.id).where(Task.need_id == need.id, Task.done_at.is_(None))
        assert demo.scalars(live).first() or demo.scalars(task).first()


def test_places_are_counted_as_referrals_hold_and_take_them(demo: Session) -> None:
    counted: Counter[tuple[Any, str]] = Counter(
        (capacity, hold)
        for capacity, hold in demo.execute(select(Referral.capacity_id, Referral.hold))
        if capacity is not None
    )
    for period in demo.scalars(select(Capacity)):
        assert period.held == counted[period.id, "held"]
        assert period.taken == counted[period.id, "taken"]
    assert sum(counted.values()) > 5


def test_every_chain_of_the_audit_is_whole(demo: Session) -> None:
    chains = demo.scalars(select(AuditChain.name)).all()
    assert len(chains) > 2
    assert {chain: first_fault(demo, chain) for chain in chains} == dict.fromkeys(chains)


def test_adults_of_one_household_each_have_a_matter_of_their_own(demo: Session) -> None:
    case = demo.scalars(select(Case).join(CaseMember).where(CaseMember.relation == SPOUSE)).one()
    shown = {
        member.relation: {need.category for need in shown_to(demo, member, today=today()).needs}
        for member in case.members
    }
    assert shown["principal"] == {"housing", "psychosocial"}
    assert shown["spouse"] == {"housing", "employment"}
    assert not adults_to_ask(demo, case.members[0], today=today())


def test_somebody_is_to_be_prepared_for_a_campaign(demo: Session) -> None:
    query = select(Account).where(Account.email == "caseworker@demo.example")
    caseworker = demo.scalars(query).one().actor
    campaigns = opening_soon(demo, caseworker, today=today())
    assert listing_of(demo, *CAMPAIGN).id in {one.listing.id for one in campaigns}
    assert all(one.people for one in campaigns)


# ------------------------------------------------------------------------------------------- again


def test_loading_everything_again_changes_nothing(demo: Session, demo_app: Flask) -> None:
    """As ``make run`` does each time: reference, then the demonstration."""

    def counts() -> list[Any]:
        demo.expire_all()
        models = (Case, Referral, ReferralEvent, ListingVersion, Account, Complaint)
        found = [demo.scalars(select(func.count()).select_from(model)).one() for model in models]
        site = demo.scalars(select(Site).where(Site.key == RURAL_SITE)).one()
        number = demo.scalars(select(DirectoryVersion.number)).one()
        return [*found, site.precision, site.is_urban, site.source, number]

    before = counts()
    printed = seed(demo_app, "reference", "demo")
    assert counts() == before
    assert "0 listings verified for the demonstration." in printed
    assert "0 invented people" in printed


def test_the_same_people_are_invented_each_time(demo: Session, demo_app: Flask) -> None:
    names = demo.scalars(select(CaseMember.name).join(Case).order_by(Case.opened_at, Case.id)).all()
    assert len(set(names)) > 10
    assert max(Counter(names).values()) < 5


def test_only_in_a_demonstration(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["seed", "demo"])
    assert done.exit_code == 1
    assert "set PASSERELLE_DEMO=1" in done.output


def test_stories_are_recent(demo: Session) -> None:
    """The oldest story began within the year: clocks and follow-ups have something to do."""
    oldest = demo.scalars(select(func.min(Case.opened_at))).one()
    assert now() - oldest < dt.timedelta(days=366)
