"""What people write by SMS: understood however it is typed, kept once, followed up, answered.

C-T09 (the person's word against the provider's reaches the caseworker and the supervisor), C-T23
(duplicates have one effect).
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.outbox import MessageState, OutboxMessage, announce
from directory.who import Who
from routing.inbound_keywords import Said, read_statement
from routing.models import InboundStatement, Referral, Task
from routing.operations.inbound import MOST_PER_HOUR, Reply, receive_sms
from routing.queries.inbound import as_number
from routing.queries.tracking import tracking_code_of
from routing.referral_states import State
from routing.tracking_codes import spaced
from tests.routing import journeys
from tests.routing.stories import NUMBER, Story

OTHER = "+224629999999"


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def say(story: Story, words: str, sender: str = NUMBER) -> Reply | None:
    return receive_sms(
        story.session, sender=sender, words=words, default_country="GN", default_language="fr",
        now=story.now,
    )  # fmt: skip


def tasks(story: Story, referral: Referral) -> list[str]:
    query = select(Task.kind).where(Task.need_id == referral.need_id, Task.done_at.is_(None))
    return sorted(story.session.scalars(query))


def told(story: Story, template: str) -> set[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return {str(row.recipient) for row in story.session.scalars(query)}


def statements(story: Story) -> list[InboundStatement]:
    return list(story.session.scalars(select(InboundStatement)))


@pytest.mark.parametrize(
    ("words", "said", "code", "language"),
    [
        ("ARRIVE K7Q-4DN", Said.ARRIVED, "K7Q-4DN", "fr"),
        ("Arrivée k7q4dn", Said.ARRIVED, "K7Q-4DN", "fr"),
        ("je suis arrivé. code: K7Q 4DN merci", Said.ARRIVED, "K7Q-4DN", "fr"),
        ("arrived k7q 4dn", Said.ARRIVED, "K7Q-4DN", "en"),
        ("K7Q-4DN  pas   contacté", Said.NOT_CONTACTED, "K7Q-4DN", "fr"),
        ("PAS CONTACTÉE K7Q-4DN", Said.NOT_CONTACTED, "K7Q-4DN", "fr"),
        ("Not contacted: K7Q-4DN", Said.NOT_CONTACTED, "K7Q-4DN", "en"),
        ("stop", Said.STOP, "", ""),
        ("Stop K7Q-4DN", Said.STOP, "K7Q-4DN", ""),
        ("AIDE", Said.HELP, "", "fr"),
        ("help!", Said.HELP, "", "en"),
        ("bonjour", Said.UNKNOWN, "", ""),
        ("", Said.UNKNOWN, "", ""),
        ("\U0001f600 K7Q-4DN", Said.UNKNOWN, "K7Q-4DN", ""),
    ],
)
def test_words_are_understood_however_they_are_typed(
    words: str, said: Said, code: str, language: str
) -> None:
    found = read_statement(words)
    assert (found.said, found.code, found.language) == (said, code, language)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+224620123456", NUMBER), ("224620123456", NUMBER), ("00224620123456", NUMBER),
        ("620 12 34 56", NUMBER), ("1234", "1234"), ("Orange", "Orange"),
    ],
)  # fmt: skip
def test_numbers_are_compared_in_one_form(given: str, number: str) -> None:
    assert as_number(given, "GN") == number


def test_an_arrival_is_noted_and_a_task_but_no_step(story: Story) -> None:
    referral = story.accepted()
    state, events = referral.state, len(referral.events)

    assert say(story, f"ARRIVE {referral.code}", OTHER) == Reply("reply-arrived", "fr")

    assert "note-arrival" in tasks(story, referral)
    assert told(story, "statement-arrived") == {story.accounts["RC"].email}
    [row] = statements(story)
    assert (row.kind, row.referral_id, row.sender) == ("arrived", referral.id, OTHER)
    story.session.refresh(referral)
    assert (referral.state, len(referral.events)) == (state, events + 1)
    assert referral.events[-1].details["contacted"] is True
    query = select(AuditEntry.actor).where(AuditEntry.action == "routing:statement:arrived")
    assert story.session.scalars(query).all() == ["sms"]


def test_c_t09_against_the_provider_s_word_the_step_is_taken_and_both_are_told(
    story: Story,
) -> None:
    referral = journeys.in_state(story, State.CONTACTED)

    assert say(story, f"not contacted {referral.code}") == Reply("reply-not-contacted", "en")

    assert "answer-not-contacted" in tasks(story, referral)
    assert referral.events[-1].step == "dispute"
    assert referral.state is State.ACCEPTED
    assert story.accounts["RS"].email in told(story, "referral-disputed")


def test_while_nobody_claims_a_contact_the_caseworker_is_told(story: Story) -> None:
    referral = story.accepted()
    say(story, f"pas contacté {referral.code}")
    assert "answer-not-contacted" in tasks(story, referral)
    assert told(story, "person-not-contacted") == {story.accounts["RC"].email}
    assert referral.state is State.ACCEPTED


def test_once_the_referral_is_over_caseworker_and_supervisor_are_told(story: Story) -> None:
    referral = story.sent()
    story.step(referral, "recall", Who.RC, reason="duplicate", task_due_on="2026-04-01")
    assert say(story, f"not contacted {referral.code}") == Reply("reply-not-contacted", "en")
    assert told(story, "statement-not-contacted") == {
        story.accounts["RC"].email, story.accounts["RS"].email,
    }  # fmt: skip


def test_the_tracking_code_of_the_receipt_stands_for_the_newest_referral(story: Story) -> None:
    referral = story.accepted()
    code = tracking_code_of(story.session, referral.member)
    assert code is not None
    assert say(story, f"Arrivé {spaced(code.code).lower()}", OTHER) == Reply("reply-arrived", "fr")
    assert [row.referral_id for row in statements(story)] == [referral.id]


def test_a_duplicate_has_one_effect_and_the_same_answer(story: Story) -> None:
    referral = story.accepted()
    first = say(story, f"pas contacté {referral.code}")

    assert say(story, f"PAS CONTACTE  {referral.code}!") == first
    assert len(statements(story)) == 1
    assert tasks(story, referral).count("answer-not-contacted") == 1
    assert statements(story)[0].times == 2


def test_the_next_day_it_is_said_again(story: Story) -> None:
    referral = story.accepted()
    say(story, f"pas contacté {referral.code}")
    story.now += dt.timedelta(days=1)
    say(story, f"pas contacté {referral.code}")
    assert len(statements(story)) == 2
    assert tasks(story, referral).count("answer-not-contacted") == 1


def test_stop_ends_messages_to_that_telephone_and_drops_what_waits(story: Story) -> None:
    referral = story.sent()
    [waiting] = [one for one in _to_person(story) if one.state is MessageState.QUEUED]

    assert say(story, "stop") == Reply("reply-stop", "fr")

    assert [route.safe_to_text for route in referral.member.routes] == [False]
    story.session.refresh(waiting)
    assert waiting.state is MessageState.DROPPED
    assert "agree-other-route" in tasks(story, referral)


def test_stop_from_an_unknown_telephone_with_a_code_ends_all_of_them(story: Story) -> None:
    referral = story.sent(story.need(story.case(routes=2)))
    say(story, f"STOP {referral.code}", OTHER)
    assert [route.safe_to_text for route in referral.member.routes] == [False, False]


def test_stop_from_an_unknown_telephone_without_a_code_stops_that_telephone_only(
    story: Story,
) -> None:
    referral = story.sent()
    announce(story.session, template="x", recipient=OTHER, subject="x:1", now=story.now)
    assert say(story, "STOP", OTHER) == Reply("reply-stop", "fr")
    assert [route.safe_to_text for route in referral.member.routes] == [True]
    query = select(OutboxMessage.state).where(OutboxMessage.template == "x")
    assert story.session.scalars(query).all() == [MessageState.DROPPED]


def test_help_is_answered_and_somebody_calls(story: Story) -> None:
    referral = story.sent()
    assert say(story, "Aide") == Reply("reply-help", "fr")
    assert "call-person" in tasks(story, referral)


@pytest.mark.parametrize("words", ["arrivé", "ARRIVE ZZZ-ZZZ", "pas contacté", "bonjour", ""])
def test_what_is_not_known_is_answered_with_nothing_about_anybody(story: Story, words: str) -> None:
    story.sent()
    assert say(story, words, OTHER) == Reply("reply-unknown", "fr")
    assert [row.referral_id for row in statements(story)] == [None]


def test_a_telephone_of_two_people_needs_the_code(story: Story) -> None:
    first, second = story.sent(), story.sent()
    assert first.member_id != second.member_id
    assert say(story, "pas contacté") == Reply("reply-unknown", "fr")


def test_a_telephone_that_sends_too_much_gets_no_answer(story: Story) -> None:
    found = [say(story, f"bonjour {number}", OTHER) for number in range(MOST_PER_HOUR + 3)]
    assert [reply is None for reply in found] == [False] * MOST_PER_HOUR + [True] * 3
    assert len(statements(story)) == MOST_PER_HOUR
    assert say(story, "aide") is not None
    story.now += dt.timedelta(hours=1, minutes=1)
    assert say(story, "bonjour encore", OTHER) is not None


def _to_person(story: Story) -> list[OutboxMessage]:
    return list(story.session.scalars(select(OutboxMessage).where(OutboxMessage.audience == "BEN")))
