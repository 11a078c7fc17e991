"""Listings are written once, versioned, and move along their life as the table says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM, Actor
from directory.core.audit import AuditEntry
from directory.core.errors import Conflict, Forbidden
from directory.listing_content import UnknownKey, clean
from directory.listing_life import State
from directory.models import (
    Capacity,
    DirectoryVersion,
    FocalPoint,
    Listing,
    ListingText,
    ListingVersion,
)
from directory.operations.listings import (
    announce_changes,
    content_of,
    facts_of,
    take_listing_step,
    write_listing,
)
from directory.visibility import Visibility
from directory.who import Who
from tests import factories

CONTENT: dict[str, Any] = {
    "visibility": "partners",
    "is_permanent": True,
    "source": {"citation": "Ministry", "date": "2025-06-01"},
    "cost_model": "fee",
    "price": 25000.5,
    "currency": "GNF",
    "cost_note": "per month",
    "duration_days": 270,
    "hours_per_week": 30,
    "ends_on": "2027-12-31",
    "has_no_end": False,
    "has_no_conditions": False,
    "languages": ["fr", "ff"],
    "supports": ["wheelchair"],
    "specialties": ["psychiatry"],
    "sectors": ["carpentry"],
    "saturated_sectors": ["sewing"],
    "documents_required": ["identity-card"],
    "data_needed": ["education"],
    "allowed_senders": ["gn-iom"],
    "accepts_self_referral": True,
    "accepts_incomplete": True,
    "single_stage": True,
    "waitlist_days": 60,
    "promised_hours": {"P3": 48},
    "windows": [
        {"opens_on": "2026-01-01", "closes_on": "2026-03-31", "recurrence": "FREQ=YEARLY"},
        {"starts_on": "2026-10-01", "cut_off_days": 14, "note": "second intake"},
    ],
    "capacities": [{"until_on": "2026-12-31", "places": 20, "source": "call"}],
    "allowances": [
        {"kind": "transport", "amount": 1500.25, "currency": "XOF", "per": "day", "source": "S2"}
    ],
    "opening_hours": [
        {"weekday": 0, "opens_at": "08:00", "closes_at": "12:00"},
        {"weekday": 0, "opens_at": "14:00", "closes_at": "17:30"},
    ],
    "conditions": [
        {"kind": "age", "asks": {"min": 18, "max": 35}, "source": "S0", "flexible_by": "FP"},
        {
            "kind": "any",
            "parts": [
                {"kind": "sex", "asks": {"any_of": ["f"]}, "hard": False},
                {"kind": "all", "parts": [{"kind": "education", "asks": {"max": "gn:10"}}]},
            ],
        },
    ],
}
NEXT_DAY = factories.NOW + dt.timedelta(days=1)


def written(session: Session, content: dict[str, Any], **more: Any) -> Listing:
    service, site = factories.Service(), factories.Site()
    listing, changed = write_listing(
        session, service, site, content, actor=SYSTEM, now=factories.NOW, **more
    )
    assert changed
    return listing


def again(
    session: Session, listing: Listing, content: dict[str, Any], actor: Actor = SYSTEM
) -> bool:
    found, changed = write_listing(
        session, listing.service, listing.site, content, actor=actor, now=NEXT_DAY
    )
    assert found is listing
    return changed


def versions(session: Session, listing: Listing) -> list[ListingVersion]:
    query = select(ListingVersion).where(ListingVersion.listing_id == listing.id)
    return list(session.scalars(query.order_by(ListingVersion.number)))


def complete(session: Session, state: State = State.STALE) -> Listing:
    """A listing that lacks nothing of what a verification asks for."""
    content = {
        "source": {"citation": "test"},
        "cost_model": "free",
        "has_no_end": True,
        "has_no_conditions": True,
        "promised_hours": {"P3": 48},
        "capacities": [{"places": None}],
    }
    listing = written(session, content, first_state=state)
    listing.focal_points.append(
        FocalPoint(
            role_title="Head", person_name="A", deputy_name="B", languages=["fr"], promised_hours={}
        )
    )
    session.flush()
    return listing


def step(
    session: Session, listing: Listing, name: str, actor: Actor, who: Who, **more: Any
) -> None:
    take_listing_step(session, listing, name, actor=actor, who=who, now=factories.NOW, **more)


# ----------------------------------------------------------------------------------------- content


def test_content_makes_a_round_trip_through_the_tables(session: Session) -> None:
    listing = written(session, CONTENT)
    session.commit()
    session.expire_all()
    assert content_of(listing) == clean(CONTENT)


def test_what_is_not_said_stays_empty(session: Session) -> None:
    listing = written(session, {})
    session.commit()
    session.expire_all()
    assert content_of(listing) == clean({})
    assert (listing.price, listing.cost_model, listing.accepts_self_referral) == (None, None, None)


def test_columns_have_the_types_of_the_tables(session: Session) -> None:
    listing = written(session, CONTENT)
    session.commit()
    session.expire_all()
    assert listing.price == Decimal("25000.50")
    assert listing.ends_on == dt.date(2027, 12, 31)
    assert listing.visibility is Visibility.PARTNERS
    assert [window.opens_on for window in listing.windows if window.opens_on] == [
        dt.date(2026, 1, 1)
    ]
    assert listing.opening_hours[1].closes_at == dt.time(17, 30)


def test_conditions_keep_their_tree(session: Session) -> None:
    listing = written(session, CONTENT)
    rows = {row.kind: row for row in listing.conditions}
    assert rows["age"].parent_id is None
    assert rows["sex"].parent_id == rows["any"].id
    assert rows["education"].parent_id == rows["all"].id
    assert (rows["age"].is_hard, rows["sex"].is_hard) == (True, False)


@pytest.mark.parametrize(
    "content",
    [{"colour": "red"}, {"windows": [{"opens": "2026-01-01"}]}, {"conditions": [{"x": 1}]}],
)
def test_unknown_names_are_refused(session: Session, content: dict[str, Any]) -> None:
    with pytest.raises(UnknownKey):
        written(session, content)


# ---------------------------------------------------------------------------------------- versions


def test_first_writing_is_version_one(session: Session) -> None:
    listing = written(session, CONTENT, reason="first")
    [only] = versions(session, listing)
    assert (listing.number, only.number, only.reason) == (1, 1, "first")
    assert only.content == clean(CONTENT)
    assert (listing.state, listing.edited_at, listing.edited_by_id) == (
        State.DRAFT,
        factories.NOW,
        None,
    )


def test_writing_the_same_again_changes_nothing(session: Session) -> None:
    listing = written(session, CONTENT)
    session.commit()
    session.expire_all()
    assert not again(session, listing, CONTENT)
    assert len(versions(session, listing)) == 1
    assert listing.edited_at == factories.NOW


def test_a_change_makes_a_version_and_keeps_the_old_one(session: Session) -> None:
    editor = factories.Account.with_role("PA")
    listing = written(session, CONTENT)
    changed = {**CONTENT, "conditions": [{"kind": "age", "asks": {"min": 15, "max": 40}}]}
    assert again(session, listing, changed, editor.actor)
    session.commit()
    session.expire_all()
    first, second = versions(session, listing)
    assert (first.content, second.content) == (clean(CONTENT), clean(changed))
    assert (listing.number, listing.edited_at, listing.edited_by_id) == (2, NEXT_DAY, editor.id)
    assert content_of(listing) == clean(changed)
    assert len(listing.conditions) == 1


def test_a_tree_of_conditions_is_replaced_by_another(session: Session) -> None:
    listing = written(session, CONTENT)
    session.commit()
    changed = {**CONTENT, "conditions": [*CONTENT["conditions"], {"kind": "sex", "asks": {}}]}
    assert again(session, listing, changed)
    session.commit()
    session.expire_all()
    assert content_of(listing)["conditions"] == clean(changed)["conditions"]


def test_an_edit_does_not_change_the_state(session: Session) -> None:
    listing = written(session, CONTENT, first_state=State.STALE)
    assert again(session, listing, {**CONTENT, "price": 1})
    assert listing.state is State.STALE


def test_people_in_places_survive_an_edit(session: Session) -> None:
    listing = written(session, CONTENT)
    [period] = listing.capacities
    period.taken = 3
    more = {**CONTENT, "capacities": [{"until_on": "2026-12-31", "places": 25, "source": "call"}]}
    assert again(session, listing, more)
    session.commit()
    session.expire_all()
    [period] = listing.capacities
    assert (period.places, period.taken) == (25, 3)


def test_a_period_with_people_in_it_outlives_its_removal(session: Session) -> None:
    listing = written(session, CONTENT)
    listing.capacities[0].taken = 3
    assert again(session, listing, {**CONTENT, "capacities": []})
    session.commit()
    session.expire_all()
    assert [row.taken for row in listing.capacities] == [3]


def test_an_empty_period_goes_when_it_is_removed(session: Session) -> None:
    listing = written(session, CONTENT)
    assert again(session, listing, {**CONTENT, "capacities": []})
    session.commit()
    assert session.scalars(select(Capacity)).all() == []


def test_announced_changes_reach_search_other_processes_and_the_audit(session: Session) -> None:
    listing = written(session, CONTENT, first_state=State.STALE)
    before = session.scalars(select(DirectoryVersion.number)).one()
    announce_changes(session, [listing], actor=SYSTEM, now=factories.NOW)
    session.commit()
    after = session.scalars(select(DirectoryVersion.number)).one()
    assert (after, listing.changed_in) == (before + 1, after)
    assert session.scalars(select(ListingText.listing_id)).all() == [listing.id]
    [line] = session.scalars(select(AuditEntry)).all()
    assert (line.action, line.subject) == ("directory:listing:edit", f"listing:{listing.id}")


# --------------------------------------------------------------------------------------------- life


def test_verifying_dates_the_listing(session: Session) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC", country="GN")
    step(session, listing, "verify", somebody.actor, Who.NC)
    assert (listing.state, listing.verified_at, listing.verified_by_id, listing.is_demo) == (
        State.VERIFIED,
        factories.NOW,
        somebody.id,
        False,
    )
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert list(actions) == ["directory:listing:edit", "directory:listing:verify"]


def test_whoever_edited_cannot_verify(session: Session) -> None:
    editor = factories.Account.with_role("NC", country="GN")
    listing = complete(session)
    again(session, listing, {**content_of(listing), "price": 5}, editor.actor)
    with pytest.raises(Conflict) as refused:
        step(session, listing, "verify", editor.actor, Who.NC)
    assert [str(reason) for reason in refused.value.reasons] == [
        "Somebody other than the editor must verify."
    ]
    other = factories.Account.with_role("NC", country="GN")
    step(session, listing, "verify", other.actor, Who.NC)
    assert listing.verified_by_id == other.id


def test_the_clock_verifies_nothing(session: Session) -> None:
    listing = complete(session)
    with pytest.raises(Forbidden):
        step(session, listing, "verify", SYSTEM, Who.SYS)


def test_every_missing_fact_is_named(session: Session) -> None:
    listing = written(session, {}, first_state=State.STALE)
    somebody = factories.Account.with_role("NC")
    with pytest.raises(Conflict) as refused:
        step(session, listing, "verify", somebody.actor, Who.NC)
    assert len(refused.value.reasons) == 6
    assert listing.state is State.STALE


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"cost_model": None}, "Say what it costs."),
        ({"has_no_conditions": False}, "Enter the conditions, or say that there are none."),
        ({"promised_hours": {}}, "Say how fast you answer."),
        ({"capacities": []}, "Enter the number of places, or say that it is unknown."),
    ],
)
def test_one_missing_fact_refuses(session: Session, lacking: dict[str, Any], sentence: str) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC")
    again(session, listing, {**content_of(listing), **lacking})
    with pytest.raises(Conflict) as refused:
        step(session, listing, "verify", somebody.actor, Who.NC)
    assert [str(reason) for reason in refused.value.reasons] == [sentence]


def test_a_focal_point_needs_a_deputy(session: Session) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC")
    listing.focal_points[0].deputy_name = None
    with pytest.raises(Conflict) as refused:
        step(session, listing, "verify", somebody.actor, Who.NC)
    assert [str(reason) for reason in refused.value.reasons] == ["Name a focal point and a deputy."]


def test_confirming_is_enough_while_nothing_was_edited(session: Session) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC")
    provider = factories.Account.with_role("FP", listing.service.organisation)
    step(session, listing, "verify", somebody.actor, Who.NC)
    step(session, listing, "confirm", provider.actor, Who.FP)
    assert listing.verified_by_id == provider.id
    again(session, listing, {**content_of(listing), "price": 7})
    with pytest.raises(Conflict):
        step(session, listing, "confirm", provider.actor, Who.FP)


def test_suspending_asks_for_a_reason(session: Session) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC")
    with pytest.raises(Conflict):
        step(session, listing, "suspend", somebody.actor, Who.NC)
    step(session, listing, "suspend", somebody.actor, Who.NC, reason="closed for works")
    assert listing.state is State.SUSPENDED
    step(session, listing, "resume", somebody.actor, Who.NC, reason="open again")
    assert listing.state is State.STALE


def test_facts_know_of_an_end_that_has_passed(session: Session) -> None:
    listing = complete(session)
    listing.ends_on = dt.date(2026, 3, 1)
    assert facts_of(listing, SYSTEM, now=factories.NOW).has_ended
    listing.ends_on = dt.date(2026, 3, 2)
    assert not facts_of(listing, SYSTEM, now=factories.NOW).has_ended


def test_what_a_demo_account_verifies_is_a_demonstration(session: Session) -> None:
    listing, somebody = complete(session), factories.Account.with_role("NC")
    somebody.is_demo = True
    session.flush()
    step(session, listing, "verify", somebody.actor, Who.NC)
    assert listing.is_demo
    real = factories.Account.with_role("NC")
    step(session, listing, "suspend", real.actor, Who.NC, reason="x")
    assert listing.is_demo
    step(session, listing, "verify", real.actor, Who.NC)
    assert not listing.is_demo


def test_what_a_demo_account_edits_is_a_demonstration(session: Session) -> None:
    listing, editor = complete(session), factories.Account.with_role("PA")
    editor.is_demo = True
    session.flush()
    again(session, listing, {**content_of(listing), "price": 5}, editor.actor)
    assert listing.is_demo
