"""The provider's side: proxies confirmed, refusals contested, effects of reasons (F17, F22, F30)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import Capacity, ListingCorrection
from directory.operations.listing_flags import (
    clear_unlisted_criteria,
    open_corrections,
    settle_corrections,
)
from directory.who import Who
from routing.models import GapRecord, Need, ProxyConfirmation, Referral, Task
from routing.operations.proxy_answers import answer_proxy
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.queries.answer_times import observed_answer, observed_answers
from routing.queries.contest import comparison
from routing.queries.proxies import ProxyCount, proxies_to_confirm, proxy_counts, proxy_for
from routing.queries.sender_quality import sender_quality
from routing.queries.start_times import LOOKS_BACK, Waited, waited_for
from routing.referral_states import State
from tests import factories
from tests.routing import journeys
from tests.routing.screens import Seat
from tests.routing.stories import DAY, Story

HOUR = dt.timedelta(hours=1)
BY_PHONE = {"by_proxy": True, "proxy_contact": "Mme Barry, 622 00 00 00"}


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def messages(story: Story, template: str) -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return sorted(str(row.recipient) for row in story.session.scalars(query))


def tasks(story: Story) -> set[str]:
    return set(story.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def refused(
    story: Story, code: str, listing_given: dict[str, object] | None = None,
    conditions: tuple[tuple[str, dict[str, object]], ...] = (), **detail: object,
) -> Referral:  # fmt: skip
    listing = story.listing(**(listing_given or {}))
    for kind, asks in conditions:
        factories.Condition(listing=listing, kind=kind, asks=asks)
    story.session.flush()
    story.session.expire(listing)
    referral = story.sent(story.need(), listing)
    story.step(referral, "reject", Who.FP, code=code, detail=detail)
    return referral


# ------------------------------------------------------------------------------------- proxies


@pytest.mark.parametrize(("priority", "days"), [(Priority.P1, 1), (Priority.P3, 7)])
def test_what_was_noted_by_telephone_is_confirmed_with_one_tap(
    story: Story, priority: Priority, days: int
) -> None:
    """24 hours when urgent, else five working days; from a Tuesday that is a week."""
    referral = story.sent(story.need(priority=priority), story.listing())
    story.step(referral, "acknowledge", Who.RC, **BY_PHONE)
    [proxy] = proxies_to_confirm(story.session, story.actor(Who.FP))
    assert proxy.spoken_to == BY_PHONE["proxy_contact"]
    assert proxy.row.due_at - story.now == days * DAY
    supervisor = story.actor(Who.RS)
    waiting = proxy_counts(story.session, supervisor, now=story.now)
    assert waiting == {story.provider.id: ProxyCount(waiting=1)}
    late = proxy_counts(story.session, supervisor, now=story.now + 8 * DAY)
    assert late == {story.provider.id: ProxyCount(waiting=1, late=1)}
    answer_proxy(story.session, proxy.row, is_true=True, actor=story.actor(Who.FP), now=story.now)
    assert proxies_to_confirm(story.session, story.actor(Who.FP)) == []
    done = proxy_counts(story.session, supervisor, now=story.now)
    assert done == {story.provider.id: ProxyCount(confirmed=1)}
    assert referral.events[-1].step == "confirm-proxy"


def test_a_no_of_the_provider_alerts_and_changes_no_state(story: Story) -> None:
    referral = story.sent()
    story.step(referral, "reject", Who.RC, code="R20", detail={}, **BY_PHONE)
    row = story.session.scalars(select(ProxyConfirmation)).one()
    answer_proxy(story.session, row, is_true=False, actor=story.actor(Who.FP), now=story.now)
    assert referral.state is State.RETURNED
    told = [story.accounts[role].email for role in ("RC", "RS")]
    assert messages(story, "proxy-denied") == sorted(told)
    with pytest.raises(Conflict):
        answer_proxy(story.session, row, is_true=True, actor=story.actor(Who.FP), now=story.now)


def test_nobody_answers_for_another_provider(story: Story) -> None:
    referral = story.sent()
    story.step(referral, "acknowledge", Who.RC, **BY_PHONE)
    row = story.session.scalars(select(ProxyConfirmation)).one()
    stranger = story.reader_at(story.other_listing().service.organisation_id)
    with pytest.raises(NotFound):
        proxy_for(story.session, stranger, row.id)
    assert proxies_to_confirm(story.session, stranger) == []


def test_steps_of_the_provider_itself_need_no_confirmation(story: Story) -> None:
    story.accepted()
    assert story.session.scalars(select(ProxyConfirmation)).all() == []


# ------------------------------------------------------------------------------------- contest


def test_the_comparison_is_made_by_itself(story: Story) -> None:
    today = story.now.date()
    age = (("age", {"min": 18, "max": 35}),)
    stricter = refused(story, "R01", conditions=age, max=20)
    assert str(comparison(story.session, stricter, today=today)[0]) == (
        "The limit applied, 20, is stricter than the listing: 35."
    )
    assert "By what is known here, this is met" in str(
        comparison(story.session, stricter, today=today)[1]
    )
    absent = refused(story, "R09", limit="men only")
    assert [str(line) for line in comparison(story.session, absent, today=today)] == [
        "The listing has no such condition."
    ]
    fair = refused(story, "R20")
    assert comparison(story.session, fair, today=today) == []


def test_a_refusal_that_the_listing_would_have_allowed_asks_for_a_correction(story: Story) -> None:
    referral = refused(story, "R02", limit="gn:10", seen="gn:9")
    [row] = open_corrections(story.session, referral.listing_id)
    assert (row.code, row.applied) == ("R02", {"limit": "gn:10"})
    assert len(messages(story, "listing-correction")) == 1
    settle_corrections(story.session, referral.listing, actor=story.actor(Who.RS), now=story.now)
    assert open_corrections(story.session, referral.listing_id) == []
    assert (
        refused(story, "R20").listing_id
        not in story.session.scalars(select(ListingCorrection.listing_id)).all()
    )


def test_a_contest_without_an_answer_flags_the_listing(story: Story) -> None:
    referral = refused(story, "R01", conditions=(("age", {"max": 35}),), max=20)
    story.step(referral, "contest", Who.RS, evidence="35 is written")
    assert (referral.state, referral.listing.unlisted_criteria_at) == (State.ACK, None)
    with pytest.raises(Conflict):
        story.step(referral, "contest", Who.RS, evidence="twice")
    for _ in range(40):
        story.now += 12 * HOUR
        tick(story.session, now=story.now)
    assert referral.state is State.RETURNED
    assert referral.listing.unlisted_criteria_code == "R01"
    with pytest.raises(Conflict):
        story.step(referral, "contest", Who.RS, evidence="twice")
    clear_unlisted_criteria(
        story.session, referral.listing, actor=story.actor(Who.RS), now=story.now
    )
    assert referral.listing.unlisted_criteria_at is None


@pytest.mark.parametrize(
    ("code", "detail", "flagged"), [("R01", {"max": 20}, True), ("R20", {}, False)]
)
def test_the_same_contradiction_again_flags_another_reason_does_not(
    story: Story, code: str, detail: dict[str, object], flagged: bool
) -> None:
    referral = refused(story, "R01", conditions=(("age", {"max": 35}),), max=20)
    story.step(referral, "contest", Who.RS, evidence="35 is written")
    story.step(referral, "reject", Who.FP, code=code, detail=detail)
    assert (referral.listing.unlisted_criteria_at is not None) is flagged


# ------------------------------------------------------------------------------------- reasons


def test_f17_what_nobody_can_do_goes_to_a_specialist_and_is_counted(story: Story) -> None:
    referral = refused(story, "R14", missing="psychiatric care")
    assert "search-specialist" in tasks(story)
    assert messages(story, "specialist-needed") == [story.accounts["RS"].email]
    gap = story.session.scalars(select(GapRecord)).one()
    assert (gap.cause, gap.need_id, referral.need.state) == (
        "no-competence",
        referral.need_id,
        "open",
    )


def test_f22_a_poor_file_counts_on_the_sender(story: Story) -> None:
    refused(story, "R11", fields=["education"])
    refused(story, "R20")
    found = sender_quality(story.session, story.actor(Who.RS))[story.sender.id]
    assert (found.sent, found.incomplete, found.unanswered) == (2, 1, 0)
    assert messages(story, "sender-quality") == [story.accounts["RS"].email]


def test_missing_documents_open_a_need(story: Story) -> None:
    referral = refused(story, "R10", documents=["birth certificate"])
    query = select(Need.category).where(Need.case_id == referral.case_id)
    assert sorted(story.session.scalars(query)) == ["legal", "training"]


@pytest.mark.parametrize(
    ("code", "detail"), [("R12", {"sector": "carpentry"}), ("R15", {})]
)  # fmt: skip
def test_not_now_is_looked_at_again_on_its_day(
    story: Story, code: str, detail: dict[str, object]
) -> None:
    day = story.now.date() + 30 * DAY
    refused(story, code, **detail, next_date=day.isoformat())
    due = select(Task.due_at).where(Task.kind == "look-again")
    assert story.session.scalars(due).one().date() == day


def test_no_place_closes_the_places_until_the_day(story: Story) -> None:
    day = story.now.date() + 30 * DAY
    referral = refused(story, "R13", next_date=day.isoformat())
    period = story.session.scalars(
        select(Capacity).where(Capacity.listing_id == referral.listing_id)
    ).one()
    assert (period.places, period.next_on) == (0, day)


def test_the_end_is_checked_only_where_it_is_news(story: Story) -> None:
    end = story.now.date() + 300 * DAY
    refused(story, "R16", {"ends_on": end}, end_date=end.isoformat())
    assert messages(story, "listing-check-end") == []
    refused(story, "R16", end_date=end.isoformat())
    assert len(messages(story, "listing-check-end")) == 1


@pytest.mark.parametrize(
    ("code", "detail", "task"),
    [
        ("R04", {"limit_km": 5, "distance_km": 7}, "search-transport"),
        ("R05", {}, "ask-location"), ("R19", {"by_whom": "another office"}, "check-duplicate"),
        ("R20", {}, "counsel"), ("R22", {"attempts": 3}, "trace-person"),
        ("R23", {"amount": 5000}, "search-funding"),
        ("R24", {"risk": "person"}, "protection-alert"),
    ],
)  # fmt: skip
def test_every_reason_has_its_task(
    story: Story, code: str, detail: dict[str, object], task: str
) -> None:
    refused(story, code, **detail)
    assert task in tasks(story)


def test_suspended_funding_proposes_to_suspend_the_listing(story: Story) -> None:
    refused(story, "R17", next_date="none")
    assert len(messages(story, "listing-propose-suspension")) == 1


# ------------------------------------------------------------------------------------ F30


def test_f30_the_listing_says_how_it_really_answers(story: Story) -> None:
    listing = story.listing(places=20)
    for hours in (10, 20, 30, 40):
        referral = story.sent(story.need(), listing)
        story.now += hours * HOUR
        story.step(referral, "reject", Who.FP, code="R20", detail={})
    assert observed_answer(story.session, listing.id) is None
    story.sent(story.need(), listing)
    found = observed_answers(story.session, [listing.id])[listing.id]
    assert (found.asked, found.in_time, found.median_hours) == (5, 4, 25)
    assert str(observed_answer(story.session, listing.id)) == (
        "Really answers in 25 h (median); in time: 80 per cent of 5."
    )


def test_f11_the_listing_says_how_long_people_waited(story: Story, seat: Seat) -> None:
    """Days from sending to the start; the page shows them once five have begun."""
    begun = [journeys.in_state(story, State.IN_SERVICE) for _ in range(11)]
    listing, other = begun[0].listing, begun[-1].listing_id
    for days, referral in enumerate(begun):
        start = next(one.at for one in referral.events if one.target == State.IN_SERVICE)
        referral.listing_id, referral.sent_at = listing.id, start - days * 10 * DAY
    began = [next(e.at for e in one.events if e.target == State.IN_SERVICE) for one in begun]
    story.session.flush()

    assert waited_for(story.session, listing.id, now=story.now) == Waited(11, 50, 90)
    assert waited_for(story.session, listing.id, now=began[-1] + LOOKS_BACK + 3 * DAY) is None
    for referral in begun[4:]:
        referral.listing_id = other
    story.session.commit()
    assert waited_for(story.session, listing.id, now=story.now) is None
    said = "half wait at most 70 days, nine in ten at most 94 days (7 people)."
    assert said in seat(Who.RC).get(f"/listings/{other}")


def test_f30_a_listing_that_never_answers_says_so(story: Story) -> None:
    listing = story.listing(places=20)
    for _ in range(5):
        story.sent(story.need(), listing)
    assert str(observed_answer(story.session, listing.id)) == (
        "Never answered 5 people that were sent."
    )
