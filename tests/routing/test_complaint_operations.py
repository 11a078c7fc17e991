"""What is kept of a complaint, what is promised and remembered, and that it costs nobody anything."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Invalid
from directory.core.outbox import OutboxMessage
from directory.who import Who
from directory.working_days import calendar_of
from routing.complaint_levels import Level, Promise, due
from routing.complaint_life import State
from routing.models import Complaint, ComplaintClock, ComplaintEvent, Referral
from routing.operations.complaint_clocks import running
from routing.operations.complaint_events import first_fault
from routing.operations.complaint_tick import complaints_tick
from routing.operations.complaints import CHANNELS, Contact, checked_contact
from routing.operations.proposals import run_for_need
from routing.queries.complaint_counts import Quarter, complaint_counts
from routing.small_numbers import shown_count, shown_share
from tests.routing.complaining import DAY, NUMBER, SAFE, WORDS, Complaining
from tests.routing.stories import Story

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


@pytest.fixture
def people(story: Story) -> Complaining:
    return Complaining(story)


def promises(people: Complaining, complaint: Complaint) -> dict[str, dt.datetime]:
    return {clock.name: clock.due_at for clock in running(people.session, complaint)}


# ---------------------------------------------------------------------------------- what is promised


@pytest.mark.parametrize("level", [Level.C1, Level.C2, Level.C3])
def test_promises_of_the_level_run_from_the_day_it_came_in(
    people: Complaining, level: Level
) -> None:
    received = people.story.now
    complaint = people.receive(category="idea").complaint
    people.story.now += 2 * HOUR
    people.act(complaint, "triage", "CH", level=level.value)
    expected = {
        promise.value: due(level, promise, received, calendar_of("GN"))
        for promise in (Promise.FIRST_ACTION, Promise.RESOLVE)
    }
    assert promises(people, complaint) == {k: v for k, v in expected.items() if v is not None}


def test_protected_one_is_acknowledged_by_the_receipt_and_acted_on_within_a_day(
    people: Complaining,
) -> None:
    complaint = people.receive(harmed=True).complaint
    assert complaint.acknowledged_at == people.story.now
    assert promises(people, complaint) == {
        "first-action": people.story.now + 24 * HOUR,
        "status": people.story.now + 30 * DAY,
    }


def test_each_message_of_the_protected_track_begins_thirty_days_anew(people: Complaining) -> None:
    complaint = people.complaint(Level.C0)
    people.story.now += 10 * DAY
    people.act(complaint, "message", "PSEA", text="we are with you")
    assert promises(people, complaint)["status"] == people.story.now + 30 * DAY


def test_promise_that_does_not_change_goes_on_running(people: Complaining) -> None:
    complaint = people.receive(category="silence").complaint
    before = promises(people, complaint)
    people.act(complaint, "triage", "CH", level="C2")
    after = promises(people, complaint)
    assert after == {name: at for name, at in before.items() if name != "acknowledge"}
    rows = people.session.scalars(select(ComplaintClock.name)).all()
    assert Counter(rows)["resolve"] == 1


def test_deciding_promises_to_tell_and_telling_ends_it(people: Complaining) -> None:
    complaint = people.complaint(Level.C2)
    people.act(complaint, "investigate", "CH", action="call")
    people.act(complaint, "decide", "CH", decision="upheld", reason="true")
    assert set(promises(people, complaint)) == {"inform"}
    people.act(complaint, "inform", "CH", explanation="you were right")
    assert promises(people, complaint) == {}


def test_ladder_fires_each_rung_once_and_catches_up_after_an_outage(people: Complaining) -> None:
    people.receive(category="asked-money")
    people.story.now += 4 * DAY
    first = complaints_tick(people.session, now=people.story.now)
    assert first.done["complaint-due"] == 2  # acknowledge, first action
    assert first.done["complaint-late"] == 3  # acknowledge twice over, first action once
    again = complaints_tick(people.session, now=people.story.now)
    assert (dict(again.done), again.failed) == ({}, 0)


def test_late_serious_one_is_told_to_the_data_protection_officer(people: Complaining) -> None:
    people.receive(category="asked-money")
    people.story.now += 2 * DAY + HOUR
    complaints_tick(people.session, now=people.story.now)
    late = people.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "complaint-late")
    ).all()
    handlers = {people.handlers[role].email for role in ("CH", "DPO")}
    assert {row.recipient for row in late} >= handlers


def test_what_was_done_is_not_reminded_of(people: Complaining) -> None:
    people.answered(Level.C2)
    people.story.now += 100 * DAY
    assert dict(complaints_tick(people.session, now=people.story.now).done) == {}


# --------------------------------------------------------------------------------------- what is kept


def test_history_is_chained_and_refuses_every_change(people: Complaining) -> None:
    complaint = people.appealed()
    session = people.session
    assert first_fault(session, complaint) is None
    assert [event.step for event in complaint.events] == [
        "submit", "triage", "investigate", "decide", "inform", "appeal"
    ]  # fmt: skip
    for statement in (
        update(ComplaintEvent).values(role="CH"),
        update(ComplaintEvent).values(details={"level": "C3"}),
        text("DELETE FROM complaint_event"),
    ):
        savepoint = session.begin_nested()
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(statement)
        savepoint.rollback()


def test_change_of_the_row_against_its_history_is_found(people: Complaining) -> None:
    complaint = people.complaint()
    complaint.version += 1
    assert first_fault(people.session, complaint) == complaint.version


def test_nothing_said_is_in_clear(people: Complaining) -> None:
    people.shared(name="Canary Bah", contact=SAFE, about="canary organisation")
    people.session.flush()
    connection = people.session.connection()
    tables = ("complaint", "complaint_event", "complaint_party", "complaint_clock", "audit_entry",
              "outbox_message")  # fmt: skip
    for table in tables:
        rows = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 -- our own names
        assert "canary" not in rows.lower(), table
        assert NUMBER not in rows, table


def test_every_channel_is_taken_and_no_other(people: Complaining) -> None:
    for channel in CHANNELS:
        assert people.receive(channel=channel).complaint.channel == channel
    with pytest.raises(Invalid):
        people.receive(channel="rumour")


def test_person_is_written_to_only_where_it_is_safe(people: Complaining) -> None:
    unsafe = Contact(kind="phone", value="+224620777777", safe_to_call=True)
    people.complaint(Level.C2, contact=SAFE)
    people.complaint(Level.C2, contact=unsafe)
    people.complaint(Level.C2)
    told = [row for row in people.session.scalars(select(OutboxMessage))
            if row.template == "complaint-news"]  # fmt: skip
    assert [row.recipient for row in told] == [NUMBER]


def test_contact_is_kept_as_it_is_dialled() -> None:
    assert checked_contact(Contact(kind="phone", value="620 99 98 88"), "GN").value == (
        "+224620999888"
    )
    for kind, value in (("phone", "12"), ("email", "@"), ("email", "a b@c")):
        with pytest.raises(Invalid):
            checked_contact(Contact(kind=kind, value=value), "GN")


def test_appeal_goes_once_to_the_national_coordination(people: Complaining) -> None:
    complaint = people.appealed()
    people.act(complaint, "decide", "NC", decision="partly-upheld", reason="asked both")
    people.act(complaint, "inform", "NC", explanation="partly right")
    with pytest.raises(Conflict):
        people.act(complaint, "appeal", "BEN", reason="again")
    people.act(complaint, "reopen", "BEN", reason="not yet")
    assert (complaint.state, complaint.held_by) == (State.REOPENED, "CH")


def test_sixty_days_after_the_answer_it_cannot_be_taken_up(people: Complaining) -> None:
    complaint = people.answered()
    people.story.now += 61 * DAY
    with pytest.raises(Conflict):
        people.act(complaint, "reopen", "BEN", reason="still not")


# ------------------------------------------------------------------------------- nobody loses anything


@pytest.mark.parametrize("level", Level)
def test_f27_complaint_changes_neither_rank_nor_eligibility(
    people: Complaining, level: Level
) -> None:
    story = people.story
    need = story.need()
    for _ in range(3):
        story.other_listing()
    referral = story.sent(need, people.listing)

    def found() -> object:
        _, proposals = run_for_need(story.session, need, story.actor(Who.RC), story.now)
        assert proposals.eligible
        return proposals

    def row() -> object:
        story.session.expire_all()
        table = Referral.__table__
        return story.session.execute(select(table).where(table.c.id == referral.id)).one()

    before = found(), row()
    complaint = people.complaint(level, code=referral.code, caseworker_may_know=True)
    people.act(complaint, "message", complaint.held_by, text="we look into it")
    assert complaint.case_id == need.case_id
    assert (found(), row()) == before


# ------------------------------------------------------------------------------------------ small sums


@pytest.mark.parametrize(
    ("number", "protected", "said"),
    [(0, False, "0"), (1, False, "fewer than 5"), (4, False, "fewer than 5"), (5, False, "5"),
     (0, True, "fewer than 10"), (9, True, "fewer than 10"), (10, True, "10")],
)  # fmt: skip
def test_small_numbers_are_not_said(number: int, protected: bool, said: str) -> None:
    assert str(shown_count(number, protected=protected)) == said


def test_share_needs_enough_to_stand_on() -> None:
    assert str(shown_share(19, 19)) == "too few to say"
    assert str(shown_share(15, 20)) == "75 %"


def test_sums_are_of_the_quarter_and_the_country(people: Complaining) -> None:
    for _ in range(6):
        people.receive(category="idea")
    people.receive(category="idea", country="SN", listing_id=None)
    quarter = Quarter.of(people.story.now.date())
    coordination = people.actor("NC")
    now = people.story.now
    counts = {
        row.level: str(row.complaints)
        for row in complaint_counts(people.session, coordination, quarter, now=now)
    }
    assert counts == {"C0": "fewer than 10", "C1": "0", "C2": "0", "C3": "6"}
    empty = complaint_counts(people.session, coordination, quarter.previous, now=now)
    assert {str(row.complaints) for row in empty if row.level is not Level.C0} == {"0"}
    assert Quarter(2026, 1).previous == Quarter(2025, 4)
    assert Quarter(2025, 4).next == Quarter(2026, 1)


def test_promise_kept_late_counts_as_late_even_if_promised_anew(people: Complaining) -> None:
    complaints = [people.receive(category="silence").complaint for _ in range(20)]
    quarter, received = Quarter.of(people.story.now.date()), people.story.now
    people.story.now += 30 * DAY
    for complaint in complaints[:5]:
        people.act(complaint, "triage", "CH", level="C1")
        people.act(complaint, "investigate", "CH", action="late")
    rows = complaint_counts(
        people.session, people.actor("NC"), quarter, now=received + 31 * DAY
    )  # fmt: skip
    told = {row.level: str(row.first_action_in_time) for row in rows}
    assert told[Level.C1] == "too few to say"
    assert {row.words for row in complaints} == {WORDS}
