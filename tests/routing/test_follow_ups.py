"""Follow-ups: each due once (C-T10), what the person says is what counts (C-T09), F2, F7, F28."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.outbox import OutboxMessage
from directory.who import Who
from directory.working_days import calendar_of
from routing.attempts import Outcome
from routing.case_life import State as CaseState
from routing.clocks import Clock
from routing.consent import ConsentKind
from routing.follow_ups import FOLLOW_UPS, Said, contradiction, problems, schedule
from routing.models import ContactAttempt, FollowUp, Need, PersonAnswer, Referral, Task
from routing.operations import follow_up_schedule as plans
from routing.operations.consents import Agreement, give_consent
from routing.operations.follow_ups import (
    Conversation,
    record_follow_up,
    record_not_reached,
)
from routing.operations.person_statements import statement_by_person
from routing.operations.referral_creation import reroute
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.queries.follow_ups import first_contact, satisfaction_by_asker
from routing.referral_states import State
from routing.spans import Unit
from tests.routing import journeys
from tests.routing.reachable import by_sms
from tests.routing.stories import DAY, Story

HOUR = dt.timedelta(hours=1)
GUINEA = calendar_of("GN")
FRIDAY = dt.datetime(2026, 2, 27, 10, tzinfo=dt.UTC)
PHONE = Conversation("referring-organisation", "phone")


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def rows_of(story: Story, referral: Referral) -> list[FollowUp]:
    query = select(FollowUp).where(FollowUp.referral_id == referral.id)
    return list(story.session.scalars(query.order_by(FollowUp.due_at)))


def messages(story: Story, template: str) -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return sorted(str(row.recipient) for row in story.session.scalars(query))


def ask(
    story: Story, referral: Referral, said: Said, how: Conversation = PHONE, who: Who = Who.RC
) -> PersonAnswer:
    return record_follow_up(
        story.session, referral, said, how, actor=story.actor(who), role=who, now=story.now
    )


# ------------------------------------------------------------------------------------ schedule


@pytest.mark.parametrize("country", ["GN", "SN", "ML", "GM"])
def test_every_instant_falls_once_on_a_working_day_or_is_counted_in_hours(country: str) -> None:
    """C-T10: a thousand random starts, in each calendar, weekends and feasts included."""
    chance, calendar = random.Random(country), calendar_of(country)
    begun = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    for _ in range(1_000):
        sent_at = begun + dt.timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
        priority = chance.choice(list(Priority))
        found = schedule(priority, sent_at, calendar)
        assert [name for name, _ in found] == [name for name, _ in FOLLOW_UPS[priority]]
        instants = [at for _, at in found]
        assert instants == sorted(set(instants))
        for (_, span), at in zip(FOLLOW_UPS[priority], instants, strict=True):
            assert span.after(sent_at, calendar) <= at
            if span.unit is Unit.DAYS:
                assert calendar.is_working(at.astimezone(calendar.zone).date())


def test_a_day_on_which_nobody_works_moves_to_the_next() -> None:
    """30 days after this Friday is a Sunday; hours do not wait."""
    assert [(at - FRIDAY).days for _, at in schedule(Priority.P3, FRIDAY, GUINEA)] == [
        14, 31, 122, 180,
    ]  # fmt: skip
    [(name, first), *_] = schedule(Priority.P0, FRIDAY, GUINEA)
    assert (name, first - FRIDAY) == ("h24", 24 * HOUR)


def test_a_worker_that_was_out_for_a_day_finds_each_due_once(story: Story) -> None:
    """C-T10: 24 hours of outage, two runs at the same minute: none is missing, none is doubled."""
    referrals = [story.sent(story.need(priority=p), story.listing()) for p in Priority]
    expected = Counter(
        row.id for r in referrals for row in rows_of(story, r) if row.due_at <= story.now + 35 * DAY
    )
    noticed: Counter[object] = Counter()
    until, outage = story.now + 35 * DAY, story.now + 13 * DAY
    while story.now < until:
        story.now += 24 * HOUR if story.now == outage else 6 * HOUR
        for _ in range(2):
            for key in plans.due_follow_ups(story.session, now=story.now):
                if plans.notice_follow_up(story.session, key, now=story.now):
                    noticed[key] += 1
                assert plans.notice_follow_up(story.session, key, now=story.now) is None
    assert noticed == expected
    assert set(noticed.values()) == {1}


def test_f07_every_referral_that_is_sent_is_followed_up(story: Story) -> None:
    referral = story.sent()
    found = [(row.name, row.due_at) for row in rows_of(story, referral)]
    assert found == list(schedule(Priority.P3, story.now, calendar_of("GN")))
    story.now += 15 * DAY
    plans.notice_follow_up(story.session, rows_of(story, referral)[0].id, now=story.now)
    assert messages(story, "remind-follow-ups") == [story.accounts["RC"].email]


def test_nothing_is_asked_once_the_referral_is_over(story: Story) -> None:
    referral = story.sent()
    story.tell(referral)
    story.step(referral, "recall", Who.RC, reason="sent-by-mistake", task_due_on="2027-01-01")
    assert {row.stop_reason for row in rows_of(story, referral)} == {"ended"}
    assert plans.due_follow_ups(story.session, now=story.now + 200 * DAY) == []


def test_what_was_due_goes_on_at_the_new_referral(story: Story) -> None:
    """The rest is planned anew from the day on which the new referral is sent."""
    need, first = story.need(), story.listing()
    other = story.other_listing()
    consent = story.consent(need, first)
    referral = story.draft(need, first)
    story.step(referral, "prepare", Who.RC, affordability="talked over")
    story.step(referral, "send", Who.RC)
    story.step(referral, "reject", Who.FP, code="R20", detail={})
    story.tell(referral)
    story.now += 20 * DAY
    story.add_alternate(consent, other)
    child = reroute(
        story.session, referral, other, actor=story.actor(Who.RC), now=story.now,
        details={"affordability": "talked over"},
    )  # fmt: skip
    old, new = rows_of(story, referral), rows_of(story, child)
    assert [row.stop_reason for row in old] == ["carried", "ended", "ended", "ended"]
    assert (new[0].name, new[0].due_at, new[0].carried_from_id) == ("d14", old[0].due_at, old[0].id)
    assert [row.name for row in new[1:]] == ["d14", "m1", "m4", "m6"]
    assert plans.due_follow_ups(story.session, now=story.now) == [new[0].id]


def test_the_question_goes_by_message_only_where_that_is_safe_and_agreed(story: Story) -> None:
    silent, agreed = story.sent(), story.sent()
    give_consent(
        story.session, agreed.member, Agreement(kind=ConsentKind.FOLLOW_UP),
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    unsafe = story.sent()
    give_consent(
        story.session, unsafe.member, Agreement(kind=ConsentKind.FOLLOW_UP),
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    unsafe.member.routes[0].safe_to_text = False
    story.now += 16 * DAY
    with by_sms():
        for key in plans.due_follow_ups(story.session, now=story.now):
            plans.notice_follow_up(story.session, key, now=story.now)
    texted = {r.id: rows_of(story, r)[0].texted_at for r in (silent, agreed, unsafe)}
    assert texted == {silent.id: None, agreed.id: story.now, unsafe.id: None}
    assert len(messages(story, "person-were-you-contacted")) == 1


def test_a_question_that_no_gateway_carries_does_not_count_as_asked(story: Story) -> None:
    referral = story.sent()
    give_consent(
        story.session, referral.member, Agreement(kind=ConsentKind.FOLLOW_UP),
        actor=story.actor(Who.RC), now=story.now,
    )  # fmt: skip
    story.now += 16 * DAY

    for key in plans.due_follow_ups(story.session, now=story.now):
        plans.notice_follow_up(story.session, key, now=story.now)

    first = rows_of(story, referral)[0]
    assert (first.noticed_at, first.texted_at) == (story.now, None)


# ---------------------------------------------------------------------------------- statements


@pytest.mark.parametrize("state", [State.CONTACTED, State.IN_SERVICE])
def test_f02_the_person_says_no_and_the_provider_has_to_call(story: Story, state: State) -> None:
    """C-T09: by SMS: the step is taken, the clock restarts at half, the supervisor hears."""
    referral = journeys.in_state(story, state)
    supervisor = story.accounts["RS"].email
    story.now += 14 * DAY
    assert first_contact(story.session, referral).was_contacted is True
    statement_by_person(
        story.session, referral, contacted=False, started=None, channel="sms", now=story.now
    )
    assert referral.state is State.ACCEPTED
    event = referral.events[-1]
    assert (event.step, event.role, event.actor) == ("dispute", "RC", SYSTEM.label)
    assert event.details["statement"] == "not-contacted"
    assert (event.details["asker"], event.details["on_behalf"]) == ("automated", True)
    [clock] = [row for row in referral.clocks if row.name == Clock.CONTACT and not row.stopped_at]
    assert clock.due_at - story.now == 7 * DAY
    assert supervisor in messages(story, "referral-disputed")
    found = first_contact(story.session, referral)
    assert (found.was_contacted, found.declared_at is not None) == (False, True)


def test_a_second_contradiction_alerts_and_does_not_move_the_referral(story: Story) -> None:
    referral = journeys.in_state(story, State.CONTACTED)
    for _ in range(2):
        statement_by_person(
            story.session, referral, contacted=False, started=None, channel="sms", now=story.now
        )
        if referral.state is State.ACCEPTED:
            journeys.plainly(story, referral, "first-contact")
    assert (referral.state, referral.disputes) == (State.CONTACTED, 1)
    assert story.accounts["RS"].email in messages(story, "person-contradicts")


def test_who_waits_for_a_first_call_moves_the_caseworker_not_the_referral(story: Story) -> None:
    referral = journeys.in_state(story, State.ACCEPTED)
    statement_by_person(
        story.session, referral, contacted=False, started=False, channel="sms", now=story.now
    )
    assert referral.state is State.ACCEPTED
    assert messages(story, "person-not-contacted") == [story.accounts["RC"].email]


def test_the_same_message_twice_counts_once(story: Story) -> None:
    referral = journeys.in_state(story, State.CONTACTED)
    rows = [
        statement_by_person(
            story.session, referral, contacted=False, started=None, channel="sms", now=story.now,
            idempotency_key="sms-17",
        )
        for _ in range(2)
    ]  # fmt: skip
    assert rows[0] is rows[1]
    assert len(story.session.scalars(select(PersonAnswer)).all()) == 1


def test_a_yes_by_message_is_an_answer_to_what_was_due(story: Story) -> None:
    referral = journeys.in_state(story, State.CONTACTED)
    story.now += 15 * DAY
    statement_by_person(
        story.session, referral, contacted=True, started=None, channel="sms", now=story.now
    )
    assert rows_of(story, referral)[0].done_at == story.now
    assert first_contact(story.session, referral).confirmed_at == story.now


def test_a_call_wakes_a_case_that_slept(story: Story) -> None:
    referral = journeys.in_state(story, State.ACCEPTED)
    referral.case.state, referral.case.state_since = CaseState.DORMANT, story.now
    statement_by_person(
        story.session, referral, contacted=True, started=None, channel="sms", now=story.now
    )
    assert referral.case.state is CaseState.ACTIVE


# ---------------------------------------------------------------------------------------- form


def test_a_conversation_answers_what_is_due_and_is_kept_for_good(story: Story) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    story.now += 40 * DAY
    said = Said(contacted=True, started=True, still_going=True, satisfaction="4", paid=False)
    row = ask(story, referral, said)
    assert [one.done_at is not None for one in rows_of(story, referral)] == [
        True,
        True,
        False,
        False,
    ]
    for change in (
        update(PersonAnswer).where(PersonAnswer.id == row.id).values(satisfaction="5"),
        delete(PersonAnswer).where(PersonAnswer.id == row.id),
    ):
        with pytest.raises(DBAPIError, match="append-only"), story.session.begin_nested():
            story.session.execute(change)


def test_the_form_disputes_like_a_message(story: Story) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    ask(story, referral, Said(contacted=True, started=False, words="They told me to wait"))
    assert referral.state is State.ACCEPTED
    event = referral.events[-1]
    assert (event.step, event.role) == ("dispute", "RC")
    assert event.actor == story.actor(Who.RC).label
    assert event.details["statement"] == "They told me to wait"


def test_other_needs_and_complaints_are_taken_up(story: Story) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    referral.listing.cost_model = "free"
    said = Said(
        contacted=True, started=True, still_going=False, code="D02", need="medical",
        complaint=True, paid=True,
    )  # fmt: skip
    ask(story, referral, said)
    needs = story.session.scalars(select(Need.category).where(Need.case_id == referral.case_id))
    assert sorted(needs) == ["medical", "training"]
    tasks = set(story.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))
    assert {"record-complaint", "decide-next"} <= tasks
    assert messages(story, "paid-for-free-service") == [story.accounts["RS"].email]


def test_a_try_that_failed_keeps_it_due_and_counts(story: Story) -> None:
    referral = story.sent()
    story.now += 15 * DAY
    route = referral.member.routes[0]
    given = {"actor": story.actor(Who.RC), "role": Who.RC, "now": story.now}
    record_not_reached(story.session, referral, route, Outcome.OFF, **given)
    assert rows_of(story, referral)[0].done_at is None
    assert story.session.scalars(select(ContactAttempt.outcome)).all() == ["off"]
    with pytest.raises(Invalid):
        record_not_reached(story.session, referral, route, Outcome.REACHED, **given)


def test_only_the_sender_asks_and_only_while_it_lasts(story: Story) -> None:
    referral = story.sent()
    with pytest.raises(Forbidden):
        ask(story, referral, Said(contacted=True), who=Who.FP)
    story.tell(referral)
    story.step(referral, "recall", Who.RC, reason="sent-by-mistake", task_due_on="2027-01-01")
    with pytest.raises(Conflict):
        ask(story, referral, Said(contacted=True))


def test_nobody_can_leave_the_reason_open_after_the_first_month(story: Story) -> None:
    referral = journeys.in_state(story, State.CONTACTED)
    story.now += 13 * DAY
    said = Said(contacted=True, started=False, code="D98")
    assert problems(said, after_first_month=False) == {}
    story.now += 20 * DAY
    with pytest.raises(Invalid) as refused:
        ask(story, referral, said)
    assert set(refused.value.fields) == {"code"}
    with pytest.raises(Conflict):
        story.step(referral, "not-started", Who.PW, code="D98")
    story.step(referral, "not-started", Who.PW, code="D18")


def test_f28_satisfaction_is_counted_by_who_asked(story: Story) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    for asker, mark in (("provider", "5"), ("third-party", "2"), ("third-party", "refused")):
        said = Said(contacted=True, started=True, still_going=True, satisfaction=mark)
        ask(story, referral, said, Conversation(asker, "phone"))
    counted = satisfaction_by_asker(story.session, story.actor(Who.RS))
    assert counted == {
        "provider": Counter({"5": 1}),
        "third-party": Counter({"2": 1, "refused": 1}),
    }


@given(
    st.sampled_from(State),
    st.sampled_from((None, True, False)),
    st.sampled_from((None, True, False)),
)
def test_a_statement_contradicts_only_what_was_claimed(
    state: State, contacted: bool | None, started: bool | None
) -> None:
    found = contradiction(state, contacted=contacted, started=started)
    if state not in (State.CONTACTED, State.IN_SERVICE, State.ON_HOLD, State.COMPLETED):
        assert found == ""
    if found == "not-contacted":
        assert contacted is False
    if found == "not-started":
        assert (started, state is State.CONTACTED) == (False, False)


def test_the_tick_notices_follow_ups(story: Story) -> None:
    journeys.in_state(story, State.IN_SERVICE)
    story.now += 60 * DAY
    assert tick(story.session, now=story.now).done["remind-follow-ups"] == 2
    assert tick(story.session, now=story.now).done["remind-follow-ups"] == 0
