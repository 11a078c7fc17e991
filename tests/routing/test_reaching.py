"""Nobody is given up before everything was tried, and a call brings them back (C-T11, F8)."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Invalid
from directory.core.outbox import MessageState, OutboxMessage, messages_about
from directory.who import Who
from directory.working_days import calendar_of
from routing.attempts import AttemptSummary, Outcome, still_to_do, unreachable
from routing.case_life import State as CaseState
from routing.models import AnnouncedCall, ContactAttempt, ContactRoute, Referral
from routing.operations.case_steps import take_case_step
from routing.operations.person_messages import announce_call as announce_for
from routing.operations.reaching import announce_call, record_try
from routing.queries.reaching import search_summary
from routing.referral_states import State
from tests.routing import journeys
from tests.routing.stories import DAY, Story

HOUR = dt.timedelta(hours=1)
GUINEA = calendar_of("GN")


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def try_at(
    story: Story, referral: Referral, at: dt.datetime, route: ContactRoute,
    outcome: Outcome = Outcome.NO_ANSWER, *, announced: bool = False,
) -> ContactAttempt:  # fmt: skip
    return record_try(
        story.session, referral.member, actor=story.actor(Who.RC), role=Who.RC, now=at,
        route=route, outcome=outcome, announced=announced,
    )  # fmt: skip


def rest(story: Story, referral: Referral) -> None:
    take_case_step(
        story.session, referral.case, "set-dormant", actor=story.actor(Who.RC), role=Who.RC,
        now=story.now,
    )  # fmt: skip


def seen_by_hand(tried: list[tuple[dt.datetime, int]], routes: int) -> bool:
    """The rule again, written the obvious way: civil time of Guinea is UTC."""
    days = {at.date() for at, _ in tried}
    return (
        len(tried) >= 6
        and len({way for _, way in tried}) >= min(3, routes)
        and len(days) >= 4
        and (max(days) - min(days)).days >= 21
        and any(not (8 <= at.hour < 17 and GUINEA.is_working(at.date())) for at, _ in tried)
    )


def test_generated_logs_of_attempts_against_the_rule_written_by_hand(story: Story) -> None:
    """C-T11: nobody rests, and nobody is lost, before the rule says so; all routes if fewer."""
    chance = random.Random(11)
    outcomes = {True: 0, False: 0}
    for _ in range(30):
        routes = chance.randint(1, 4)
        case = story.case(routes=routes)
        referral = story.sent(story.need(case), story.listing())
        begun, tried = story.now, []
        for _ in range(chance.randint(5, 10)):
            hours = chance.choice((9, 33, 120, 130))
            story.now += hours * HOUR
            way = chance.randrange(routes)
            try_at(story, referral, story.now, case.members[0].routes[way], announced=True)
            tried.append((story.now, way))
        expected = seen_by_hand(tried, routes)
        found = search_summary(story.session, case)
        assert (unreachable(found) is None) is expected is (not still_to_do(found))
        outcomes[expected] += 1
        if expected:
            rest(story, referral)
            assert case.state is CaseState.DORMANT
        else:
            with pytest.raises(Conflict):
                rest(story, referral)
        story.now = begun
    assert min(outcomes.values()) >= 3


def test_lost_only_after_ninety_days_of_rest(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    journeys.try_to_reach(story, referral, Who.RC, 7, 4)
    rest(story, referral)
    story.now += 89 * DAY
    with pytest.raises(Conflict):
        story.step(referral, "lost", Who.RS)
    story.now += DAY
    story.step(referral, "lost", Who.RS)
    assert referral.state is State.LOST


def test_f08_a_call_back_wakes_the_case_at_once_and_the_search_begins_anew(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    journeys.try_to_reach(story, referral, Who.RC, 7, 4)
    rest(story, referral)
    story.now += 95 * DAY
    route = referral.member.routes[0]
    try_at(story, referral, story.now, route, Outcome.REACHED)
    assert referral.case.state is CaseState.ACTIVE
    story.now += DAY
    with pytest.raises(Conflict):
        rest(story, referral)
    with pytest.raises(Conflict):
        story.step(referral, "lost", Who.RS)
    assert search_summary(story.session, referral.case).count == 0


def test_an_attempt_needs_no_referral_and_counts_once(story: Story) -> None:
    story.need(case := story.case(routes=2))
    member = case.members[0]
    given = {"actor": story.actor(Who.RC), "role": Who.RC, "outcome": Outcome.OFF}
    for seconds in (0, 20):
        at = story.now + dt.timedelta(seconds=seconds)
        record_try(story.session, member, now=at, route=member.routes[0], **given)
    assert search_summary(story.session, case).count == 1
    stranger = story.case().members[0].routes[0]
    with pytest.raises(Invalid):
        record_try(story.session, member, now=story.now, route=stranger, **given)


def test_f08_a_call_is_announced_and_the_try_at_its_hour_keeps_the_word(story: Story) -> None:
    referral = story.sent()
    route, rc = referral.member.routes[0], story.actor(Who.RC)
    call_at = story.now + 2 * DAY
    when = call_at.date(), call_at.time()
    first = announce_call(story.session, referral.member, route, *when, actor=rc, now=story.now)
    again = announce_call(story.session, referral.member, route, *when, actor=rc, now=story.now)
    [message] = story.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "person-call-announced")
    )
    assert (message.recipient, again.id) == (route.value, first.id)
    message.state, message.channel = MessageState.SENT, "sms"
    early = try_at(story, referral, call_at - 3 * HOUR, route)
    kept = try_at(story, referral, call_at + HOUR / 2, route)
    assert (early.announced, kept.announced) == (False, True)
    assert story.session.scalars(select(AnnouncedCall.kept_at)).one() == call_at + HOUR / 2


def test_f08_a_call_announced_for_a_referral_counts_for_any_try_at_its_hour(story: Story) -> None:
    referral = story.sent()
    member, rc = referral.member, story.actor(Who.RC)
    call_at = story.now + DAY
    announce_for(
        story.session, referral, member.routes[0], actor=rc, role=Who.RC, day=call_at.date(),
        hour=call_at.time(), now=story.now,
    )  # fmt: skip
    for message in messages_about(story.session, f"referral:{referral.id}"):
        message.state, message.channel = MessageState.SENT, "sms"
    story.session.flush()

    row = record_try(
        story.session, member, actor=rc, role=Who.RC, now=call_at, route=member.routes[0],
        outcome=Outcome.OFF,
    )  # fmt: skip

    assert row.announced is True


def test_a_call_is_not_announced_where_writing_is_not_safe(story: Story) -> None:
    referral = story.sent()
    route, rc = referral.member.routes[0], story.actor(Who.RC)
    given = {"actor": rc, "now": story.now}
    tomorrow = (story.now + DAY).date(), dt.time(10)
    with pytest.raises(Invalid) as at_once:
        announce_call(story.session, referral.member, route, story.now.date(), dt.time(9), **given)
    stranger = story.sent().member.routes[0]
    with pytest.raises(Invalid) as of_another:
        announce_call(story.session, referral.member, stranger, *tomorrow, **given)
    route.safe_to_text = False
    with pytest.raises(Invalid) as unsafe:
        announce_call(story.session, referral.member, route, *tomorrow, **given)
    refused = [list(one.value.fields) for one in (at_once, of_another, unsafe)]
    assert refused == [["day"], ["route"], ["route"]]


def test_what_remains_is_said_in_words() -> None:
    done = AttemptSummary(
        count=4, routes=2, days=4, span_days=30, announced=True, routes_known=2,
    )  # fmt: skip
    assert [str(line) for line in still_to_do(done)] == [
        "Attempts still to make: 2", "One of them outside office hours",
    ]  # fmt: skip
