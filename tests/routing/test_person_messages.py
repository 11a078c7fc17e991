"""Messages about referrals: who gets which, what is taken back, and calls that were announced.

F8 (a call announced by SMS counts as such), F10 (what happens by when), C-T19 (withdrawal drops what
waits).
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.outbox import MessageState, OutboxMessage
from directory.who import Who
from routing.attempts import Outcome
from routing.models import Referral
from routing.operations.cases import Route, add_route, change_route, remove_route
from routing.operations.informing import record_attempt
from routing.operations.person_messages import announce_call, ask_to_call
from routing.operations.withdrawals import withdraw_consent
from routing.queries.message_words import in_words
from tests import factories
from tests.routing.stories import NUMBER, Story

HOUR = dt.timedelta(hours=1)
AT_TEN = dt.time(10)


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def to_person(story: Story, template: str = "") -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.audience == "BEN")
    query = query.where(OutboxMessage.template == template) if template else query
    return list(story.session.scalars(query.order_by(OutboxMessage.created_at)))


def announce(story: Story, referral: Referral, hour: dt.time = AT_TEN, days: int = 1) -> None:
    announce_call(
        story.session, referral, referral.member.routes[0], actor=story.actor(Who.RC), role=Who.RC,
        day=(story.now + dt.timedelta(days=days)).date(), hour=hour, now=story.now,
    )  # fmt: skip


def attempt(story: Story, referral: Referral, at: dt.datetime) -> bool:
    return record_attempt(
        story.session, referral, actor=story.actor(Who.RC), role=Who.RC, now=at,
        route=referral.member.routes[0], outcome=Outcome.NO_ANSWER,
    ).announced  # fmt: skip


def test_f10_the_person_is_told_by_when_an_answer_is_due(story: Story) -> None:
    referral = story.sent()
    [message] = to_person(story)
    assert (message.template, message.recipient) == ("person-received", NUMBER)
    due = [clock.due_at for clock in referral.clocks if clock.name == "decision"]
    assert message.details == {"day": due[0].date().isoformat()}
    assert (message.country, message.subject) == ("GN", f"referral:{referral.id}")


def test_nothing_is_written_where_it_is_not_safe(story: Story) -> None:
    case = story.case()
    case.members[0].routes[0].safe_to_text = False
    story.sent(story.need(case))
    assert to_person(story) == []


def test_f08_a_call_announced_by_sms_counts_as_announced(story: Story) -> None:
    referral = story.sent()
    announce(story, referral)
    [message] = to_person(story, "person-call-announced")
    call = (story.now + dt.timedelta(days=1)).replace(hour=10, minute=0)

    assert attempt(story, referral, call) is False
    message.state, message.channel = MessageState.SENT, "log"
    story.session.flush()
    assert attempt(story, referral, call) is False, "nobody heard of it"
    message.channel = "sms"
    story.session.flush()
    assert attempt(story, referral, call) is True
    assert attempt(story, referral, call + 3 * HOUR) is True
    assert attempt(story, referral, call + 4 * HOUR) is False
    assert attempt(story, referral, call - 2 * HOUR) is False


def test_f08_the_message_says_the_day_and_the_hour_of_the_country(story: Story) -> None:
    referral = story.sent()
    announce(story, referral, dt.time(17, 30))
    [message] = to_person(story, "person-call-announced")
    _, text = in_words(message.template, "en", {"code": "K7Q-4DN", **message.details}, "")
    assert text == (
        "Passerelle K7Q-4DN: we will call you on 3 Mar 2026 at 17:30. "
        "Please keep your phone on, or call your caseworker."
    )


def test_pressing_twice_queues_one_message(story: Story) -> None:
    referral = story.sent()
    announce(story, referral)
    announce(story, referral)
    announce(story, referral, dt.time(11))
    assert len(to_person(story, "person-call-announced")) == 2


def test_a_call_whose_message_has_failed_can_be_announced_again(story: Story) -> None:
    referral = story.sent()
    announce(story, referral)
    to_person(story, "person-call-announced")[0].state = MessageState.FAILED
    story.session.flush()
    announce(story, referral)
    assert len(to_person(story, "person-call-announced")) == 2


@pytest.mark.parametrize(("hour", "days"), [(9, 0), (6, 1), (21, 1), (10, 15), (10, -400)])
def test_a_call_is_announced_for_a_sensible_hour(story: Story, hour: int, days: int) -> None:
    referral = story.sent()
    with pytest.raises(Invalid) as refusal:
        announce(story, referral, dt.time(hour), days)
    assert list(refusal.value.fields) == ["day"]


def test_a_trusted_contact_only_gets_please_call_us(story: Story) -> None:
    referral = story.sent()
    route = add_route(
        story.session, referral.member,
        Route(kind="trusted-contact", value="+224621111111", safe_to_text=True),
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    given = {"actor": story.actor(Who.RC), "role": Who.RC, "now": story.now}
    with pytest.raises(Invalid):
        announce_call(
            story.session, referral, route, day=story.now.date() + dt.timedelta(days=1),
            hour=AT_TEN, **given,
        )  # fmt: skip
    ask_to_call(story.session, referral, route, **given)
    [message] = to_person(story, "contact-please-call")
    _, text = in_words(message.template, "en", {"code": referral.code}, "+224 1")
    assert text == "Passerelle: please call us, +224 1. Thank you."


def test_only_the_sender_s_side_writes_and_only_while_the_referral_lives(story: Story) -> None:
    referral = story.sent()
    route = referral.member.routes[0]
    for who, refusal in ((Who.FP, Forbidden), (Who.DPO, NotFound)):
        with pytest.raises((refusal, Forbidden)):
            ask_to_call(
                story.session, referral, route, actor=story.actor(who), role=who, now=story.now
            )
    story.step(referral, "recall", Who.RC, reason="duplicate", task_due_on="2026-04-01")
    with pytest.raises(Conflict):
        ask_to_call(
            story.session, referral, route, actor=story.actor(Who.RC), role=Who.RC, now=story.now
        )


def test_a_route_of_somebody_else_is_refused(story: Story) -> None:
    mine, other = story.sent(), story.sent()
    with pytest.raises(Invalid):
        ask_to_call(
            story.session, mine, other.member.routes[0], actor=story.actor(Who.RC), role=Who.RC,
            now=story.now,
        )  # fmt: skip


def test_c_t19_withdrawal_drops_what_waits_and_sends_the_notice(story: Story) -> None:
    referral = story.sent()
    waiting = [
        one for one in story.session.scalars(select(OutboxMessage))
        if one.state is MessageState.QUEUED
    ]  # fmt: skip
    assert {one.audience for one in waiting} == {"BEN", "FP"}

    withdraw_consent(
        story.session, story.consent_of(referral), actor=story.actor(Who.RC), role=Who.RC,
        now=story.now + HOUR, channel="phone",
    )  # fmt: skip

    assert {one.state for one in waiting} == {MessageState.DROPPED}
    later = story.session.scalars(
        select(OutboxMessage).where(OutboxMessage.created_at > story.now)
    ).all()
    assert {one.state for one in later} == {MessageState.QUEUED}
    assert {one.template for one in later} == {"consent-withdrawn"}
    assert "BEN" not in {one.audience for one in later}


@pytest.mark.parametrize("change", ["unsafe", "other number", "removed"])
def test_what_waits_for_a_telephone_that_is_not_safe_any_more_is_dropped(
    story: Story, change: str
) -> None:
    referral = story.sent()
    [message] = to_person(story)
    member, actor, now = referral.member, story.actor(Who.RC), story.now
    row = member.routes[0]
    if change == "removed":
        remove_route(story.session, row, member, actor=actor, now=now)
    else:
        number = NUMBER if change == "unsafe" else "+224627777777"
        given = Route(kind="phone", value=number, safe_to_text=change != "unsafe")
        change_route(story.session, row, member, given, actor=actor, now=now)
    assert message.state is MessageState.DROPPED


def test_a_harmless_change_of_a_route_drops_nothing(story: Story) -> None:
    referral = story.sent()
    [message] = to_person(story)
    change_route(
        story.session, referral.member.routes[0], referral.member,
        Route(kind="phone", value=NUMBER, safe_to_text=True, hours="after five"),
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    assert message.state is MessageState.QUEUED


def test_an_account_in_two_audiences_gets_one_message(story: Story) -> None:
    deputy = factories.Account.with_role("FP", story.provider)
    story.session.flush()
    story.sent()
    query = select(OutboxMessage).where(OutboxMessage.template == "referral-received")
    rows = story.session.scalars(query).all()
    assert sorted(str(row.recipient) for row in rows) == sorted(
        [story.accounts["FP"].email, deputy.email]
    )
    assert {row.audience for row in rows} == {"FP"}
