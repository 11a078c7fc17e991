"""A provider keeps its places and enrolment periods true, and nobody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import roles
from directory.core.actor import SYSTEM, Actor, Grant
from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.listing_life import State
from directory.models import Capacity, FocalPoint, Listing, ListingVersion
from directory.operations.places_and_windows import confirm_listing, set_places, set_windows
from directory.operations.staleness import mark_stale_listings
from directory.queries.listing_scope import (
    listing_roles,
    listing_to_change,
    listings_changed_by,
    role_for_step,
)
from directory.who import Who
from tests import factories

NOW = factories.NOW
LATER = NOW + dt.timedelta(days=3)


def provider_of(listing: Listing, role: str = "FP") -> Actor:
    actor: Actor = factories.Account.with_role(role, listing.service.organisation).actor
    return actor


def lines(session: Session) -> list[tuple[str, dict[str, Any]]]:
    query = select(AuditEntry).order_by(AuditEntry.number)
    return [(line.action, line.details) for line in session.scalars(query)]


# ------------------------------------------------------------------------------------------- places


def test_places_are_set_in_a_listing_that_had_none(session: Session) -> None:
    listing = factories.Listing()
    set_places(session, listing, 12, None, actor=provider_of(listing), now=LATER)
    session.commit()
    [period] = listing.capacities
    assert (period.places, period.from_on, period.until_on, period.updated_at) == (
        12,
        None,
        None,
        LATER,
    )
    assert lines(session) == [("directory:capacity:edit", {"before": None, "places": 12})]
    assert listing.changed_in == 1


def test_places_are_set_in_the_running_period(session: Session) -> None:
    listing = factories.Listing()
    spans = [(2025, 12), (2026, 12), (2027, 12)]
    for year, month in spans:
        session.add(
            Capacity(
                listing_id=listing.id,
                from_on=dt.date(year, 1, 1),
                until_on=dt.date(year, month, 31),
                places=1,
                updated_at=NOW,
            )
        )
    session.flush()
    set_places(session, listing, 9, dt.date(2026, 9, 1), actor=provider_of(listing), now=LATER)
    assert [(row.places, row.next_on) for row in listing.capacities] == [
        (1, None),
        (9, dt.date(2026, 9, 1)),
        (1, None),
    ]


def test_saying_the_same_again_keeps_it_fresh(session: Session) -> None:
    listing = factories.Listing()
    actor = provider_of(listing)
    set_places(session, listing, 4, None, actor=actor, now=NOW)
    set_places(session, listing, 4, None, actor=actor, now=LATER)
    assert [(row.places, row.updated_at) for row in listing.capacities] == [(4, LATER)]


def test_nobody_knows_is_an_answer(session: Session) -> None:
    listing = factories.Listing()
    actor = provider_of(listing)
    set_places(session, listing, 4, None, actor=actor, now=NOW)
    set_places(session, listing, None, None, actor=actor, now=LATER)
    assert [row.places for row in listing.capacities] == [None]


def test_there_cannot_be_fewer_places_than_people(session: Session) -> None:
    listing = factories.Listing()
    session.add(Capacity(listing_id=listing.id, places=5, held=1, taken=2, updated_at=NOW))
    session.flush()
    actor = provider_of(listing)
    with pytest.raises(Invalid) as refused:
        set_places(session, listing, 2, None, actor=actor, now=LATER)
    assert {name: str(text) for name, text in refused.value.fields.items()} == {
        "places": "3 places are promised or taken: there cannot be fewer."
    }
    set_places(session, listing, 3, None, actor=actor, now=LATER)
    assert [row.places for row in listing.capacities] == [3]


@pytest.mark.parametrize(
    ("places", "next_on", "field"),
    [(-1, None, "places"), (10**9, None, "places"), (1, dt.date(2026, 3, 1), "next_on")],
)
def test_impossible_places_are_refused(
    session: Session, places: int, next_on: dt.date | None, field: str
) -> None:
    listing = factories.Listing()
    with pytest.raises(Invalid) as refused:
        set_places(session, listing, places, next_on, actor=provider_of(listing), now=NOW)
    assert set(refused.value.fields) == {field}


def test_places_are_no_new_version(session: Session) -> None:
    listing = factories.Listing()
    set_places(session, listing, 4, None, actor=provider_of(listing), now=LATER)
    assert (listing.number, listing.edited_at) == (1, NOW)
    assert session.scalars(select(ListingVersion)).all() == []


def test_what_an_invented_person_says_is_marked(session: Session) -> None:
    listing = factories.Listing()
    account = factories.Account.with_role("FP", listing.service.organisation)
    account.is_demo = True
    session.flush()
    set_places(session, listing, 4, None, actor=account.actor, now=NOW)
    assert listing.is_demo


# ------------------------------------------------------------------------------------------ windows


def test_windows_make_a_version_that_needs_no_verification(session: Session) -> None:
    listing = factories.Listing(number=1)
    actor = provider_of(listing)
    opens = dt.date(2026, 4, 1)
    version = set_windows(
        session, listing, [{"opens_on": opens, "note": "spring"}], actor=actor, now=LATER
    )
    session.commit()
    session.expire_all()
    assert version is not None
    assert (version.number, version.edited_by_id, version.edited_at) == (2, actor.user_id, LATER)
    assert version.content["windows"][0]["opens_on"] == "2026-04-01"
    assert [(row.opens_on, row.note) for row in listing.windows] == [(opens, "spring")]
    assert (listing.number, listing.edited_at, listing.state) == (2, NOW, State.VERIFIED)
    assert lines(session) == [("directory:listing:windows", {"version": 2})]


def test_the_same_windows_again_change_nothing(session: Session) -> None:
    listing = factories.Listing()
    actor = provider_of(listing)
    windows = [{"starts_on": "2026-10-01", "cut_off_days": 14, "recurrence": "FREQ=YEARLY"}]
    assert set_windows(session, listing, windows, actor=actor, now=NOW) is not None
    assert set_windows(session, listing, windows, actor=actor, now=LATER) is None
    assert listing.number == 2


def test_windows_are_replaced(session: Session) -> None:
    listing = factories.Listing()
    actor = provider_of(listing)
    for day in ("2026-04-01", "2026-05-01"):
        set_windows(session, listing, [{"opens_on": day}], actor=actor, now=NOW)
    session.commit()
    session.expire_all()
    assert [row.opens_on for row in listing.windows] == [dt.date(2026, 5, 1)]


@pytest.mark.parametrize(
    ("window", "fields"),
    [
        ({}, {"opens_on"}),
        ({"opens_on": "2026-05-01", "closes_on": "2026-04-01"}, {"closes_on"}),
        ({"opens_on": "2026-05-01", "starts_on": "2026-04-01"}, {"starts_on"}),
        ({"starts_on": "2026-05-01", "cut_off_days": -1}, {"cut_off_days"}),
        ({"opens_on": "2026-05-01", "recurrence": "FREQ=HOURLY"}, {"recurrence"}),
    ],
)
def test_impossible_windows_are_refused(
    session: Session, window: dict[str, Any], fields: set[str]
) -> None:
    listing = factories.Listing()
    with pytest.raises(Invalid) as refused:
        set_windows(session, listing, [window], actor=provider_of(listing), now=NOW)
    assert set(refused.value.fields) == fields


# -------------------------------------------------------------------------------------------- scope


def test_only_the_own_organisation_is_in_reach(session: Session) -> None:
    own, other = factories.Listing(), factories.Listing()
    actor = provider_of(own)
    assert session.scalars(listings_changed_by(actor)).all() == [own]
    set_places(session, own, 1, None, actor=actor, now=NOW)
    for change in (
        lambda: set_places(session, other, 1, None, actor=actor, now=NOW),
        lambda: set_windows(session, other, [{"opens_on": "2026-04-01"}], actor=actor, now=NOW),
        lambda: confirm_listing(session, other, actor=actor, now=NOW),
        lambda: role_for_step(session, actor, other, "confirm"),
    ):
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize("role", ["RC", "RS", "PW", "MHP", "DPO", "ADMIN"])
def test_other_roles_change_nothing(session: Session, role: str) -> None:
    listing = factories.Listing()
    actor = provider_of(listing, role)
    with pytest.raises(NotFound):
        listing_to_change(session, actor, listing.id)


def test_whoever_edits_does_so_for_somebody(session: Session) -> None:
    factories.Listing()
    editor = Actor(None, "x", (Grant("PA", roles.ROLES["PA"].permissions),))
    coordinator = Actor(None, "x", (Grant("NC", roles.ROLES["NC"].permissions),))
    assert len(session.scalars(listings_changed_by(editor)).all()) == 0
    assert len(session.scalars(listings_changed_by(coordinator)).all()) == 1


def test_scope_is_a_country_or_a_region_with_what_lies_in_it(session: Session) -> None:
    region = factories.Region()
    part = factories.Region(level=2, parent_id=region.id)
    inside = factories.Listing(site=factories.Site(region_id=part.id))
    elsewhere = factories.Listing()
    abroad = factories.Listing(site=factories.Site(country="ML"))
    regional = factories.Account.with_role("RCO", region_id=region.id).actor
    national = factories.Account.with_role("NC", country="GN").actor
    assert session.scalars(listings_changed_by(regional)).all() == [inside]
    assert set(session.scalars(listings_changed_by(national))) == {inside, elsewhere}
    with pytest.raises(NotFound):
        listing_to_change(session, national, abroad.id)


def test_the_role_for_a_step_is_one_that_the_table_names(session: Session) -> None:
    listing = factories.Listing()
    both = factories.Account.with_role("PA", listing.service.organisation).actor
    assert listing_roles(session, both, listing) == {Who.PA}
    assert role_for_step(session, both, listing, "suspend") is Who.PA
    with pytest.raises(Forbidden):
        role_for_step(session, both, listing, "verify")  # named by the table, not permitted
    national = factories.Account.with_role("NC", country="GN").actor
    assert role_for_step(session, national, listing, "verify") is Who.NC
    with pytest.raises(Forbidden):
        role_for_step(session, national, listing, "confirm")
    with pytest.raises(Forbidden):
        role_for_step(session, national, listing, "go-stale")


# --------------------------------------------------------------------------------------- confirming


def complete_listing() -> Listing:
    listing: Listing = factories.Listing(
        has_no_end=True, has_no_conditions=True, promised_hours={"P3": 48}
    )
    listing.focal_points.append(
        FocalPoint(role_title="Head", deputy_name="B", languages=["fr"], promised_hours={"P3": 48})
    )
    listing.capacities.append(Capacity(places=3, updated_at=NOW))
    return listing


def test_the_provider_confirms_what_is_still_exact(session: Session) -> None:
    listing = complete_listing()
    session.flush()
    confirm_listing(session, listing, actor=provider_of(listing), now=LATER)
    assert (listing.state, listing.verified_at) == (State.VERIFIED, LATER)


def test_an_incomplete_listing_is_not_confirmed(session: Session) -> None:
    listing = factories.Listing()
    with pytest.raises(Conflict):
        confirm_listing(session, listing, actor=provider_of(listing), now=LATER)
    assert listing.verified_at == NOW


# ---------------------------------------------------------------------------------------- staleness


@pytest.mark.parametrize(
    ("days", "permanent", "state"),
    [
        (90, False, State.VERIFIED),
        (91, False, State.STALE),
        (180, True, State.VERIFIED),
        (181, True, State.STALE),
    ],
)
def test_a_listing_is_fresh_to_the_day(
    session: Session, days: int, permanent: bool, state: State
) -> None:
    listing = factories.Listing(is_permanent=permanent)
    session.commit()
    marked = mark_stale_listings(session, NOW + dt.timedelta(days=days))
    session.commit()
    session.expire_all()
    assert listing.state is state
    assert marked == ([listing.id] if state is State.STALE else [])


def test_marking_twice_changes_nothing(session: Session) -> None:
    old, draft = factories.Listing(), factories.Listing(state=State.DRAFT)
    heard: list[tuple[int, int]] = []
    year = NOW + dt.timedelta(days=365)
    assert mark_stale_listings(session, year, lambda *told: heard.append(told)) == [old.id]
    session.commit()
    assert mark_stale_listings(session, year) == []
    session.expire_all()
    assert (heard, draft.state, old.changed_in) == ([(1, 1)], State.DRAFT, 1)
    assert [action for action, _ in lines(session)] == ["directory:listing:go-stale"]


def test_a_verified_listing_without_a_date_is_stale(session: Session) -> None:
    listing = factories.Listing(verified_at=None)
    assert mark_stale_listings(session, NOW) == [listing.id]


def test_the_clock_has_no_listing_of_its_own(session: Session) -> None:
    listing = factories.Listing()
    with pytest.raises(NotFound):
        set_places(session, listing, 1, None, actor=SYSTEM, now=NOW)
