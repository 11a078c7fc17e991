"""Deadlines by priority and step: what is promised, who is reminded, and what ends by itself.

All figures are defaults that a country may change; they are proposals unless a source is named.
Add a clock by adding a ``Clock`` member and an entry to ``CLOCKS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.working_days import Calendar
from routing.priorities import EVERY, NOT_URGENT, URGENT, Priority
from routing.spans import Span, Unit, days, hours, minutes, same_day, working_days


class Clock(StrEnum):
    """What is waited for."""

    DRAFT = "draft"
    SEND = "send"
    ACK = "ack"
    DECISION = "decision"
    INFO = "info"
    REVIEW = "review"
    MAX_WAIT = "max-wait"
    INFORM = "inform"
    CONTACT = "contact"
    START = "start"
    EXPECTED_END = "expected-end"
    FOLLOW_UPS = "follow-ups"
    RESUME = "resume"
    SATISFACTION = "satisfaction"
    NEXT_ACTION = "next-action"


class Action(StrEnum):
    """What the clock does when a rung of the ladder is reached."""

    REMIND = "remind"
    ESCALATE = "escalate"
    EXPIRE = "expire"


class Audience(StrEnum):
    """Who hears of it: roles, and the deputy of the focal point."""

    FP = "FP"
    DEPUTY = "DEPUTY"
    PW = "PW"
    PA = "PA"
    RC = "RC"
    RS = "RS"
    RCO = "RCO"


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the ladder: at ``share`` of the promised time (1: when due) plus ``grace``."""

    share: float
    action: Action
    audience: frozenset[Audience] = frozenset()
    step: str = ""
    """For ``EXPIRE``: the step of the referral's life that time takes."""
    priorities: frozenset[Priority] = EVERY
    grace: dt.timedelta = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Again:
    """What is said again after the last rung, until somebody acts; missed ones are not made up."""

    action: Action
    audience: frozenset[Audience]
    every: Mapping[Priority, Span]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock: how long, by priority, and its ladder."""

    name: Clock
    label: Text
    spans: Mapping[Priority, Span]
    ladder: tuple[Rung, ...]
    at_most: Span | None = None
    """Never later than this, whatever the calendar."""
    agreed: bool = False
    """A date agreed by people (a course's end) replaces the table's, later or earlier."""
    again: Again | None = None
    """For what time never ends: the last word of the ladder is said again and again."""


def _spans(p0: Span, p1: Span, p2: Span, p3: Span) -> dict[Priority, Span]:
    return dict(zip(Priority, (p0, p1, p2, p3), strict=True))


def _always(span: Span) -> dict[Priority, Span]:
    return dict.fromkeys(Priority, span)


def _remind(*audience: Audience, at: float = 0.5) -> Rung:
    return Rung(at, Action.REMIND, frozenset(audience))


def _escalate(*audience: Audience, at: float = 1.0) -> Rung:
    return Rung(at, Action.ESCALATE, frozenset(audience))


def _expire(step: str, at: float = 1.0, priorities: frozenset[Priority] = EVERY,
            grace: dt.timedelta = dt.timedelta(0)) -> Rung:  # fmt: skip
    return Rung(at, Action.EXPIRE, step=step, priorities=priorities, grace=grace)


def _again(action: Action, *audience: Audience, every: Mapping[Priority, Span]) -> Again:
    return Again(action, frozenset(audience), every)


A = Audience
INSISTING = _spans(days(1), days(1), days(7), days(7))
"""How often those who can act hear of it again: nothing is forgotten in silence (A.20)."""
PROVIDER_LADDER = (_remind(A.FP), _escalate(A.DEPUTY, A.PA, A.RS))
WORKER_LADDER = (_remind(A.FP, A.PW), _escalate(A.DEPUTY, A.PA, A.RS))
SENDER_LADDER = (_remind(A.RC), _escalate(A.RS))

CLOCKS: dict[Clock, ClockRule] = {
    rule.name: rule
    for rule in (
        ClockRule(
            Clock.DRAFT, N_("Finish or drop the draft"), _always(days(30)),
            (_remind(A.RC, A.RS, at=7 / 30), _expire("draft-expire")),
        ),
        ClockRule(
            Clock.SEND, N_("Send"), _spans(minutes(15), hours(1), hours(24), working_days(3)),
            SENDER_LADDER, again=_again(Action.ESCALATE, A.RS, every=INSISTING),
        ),
        # Acknowledgement within three working days: sources.md V4.
        ClockRule(
            Clock.ACK, N_("Confirm receipt"),
            _spans(hours(1), hours(4), hours(24), working_days(3)),
            PROVIDER_LADDER,
        ),
        ClockRule(
            Clock.DECISION, N_("Answer"), _spans(hours(3), hours(24), hours(72), working_days(5)),
            (*PROVIDER_LADDER,
             _expire("expire", at=1.0, priorities=URGENT),
             _expire("expire", at=1.5, priorities=NOT_URGENT)),
            at_most=days(14),
        ),
        ClockRule(
            Clock.INFO, N_("Answer the provider's question"),
            _spans(hours(1), hours(4), hours(24), working_days(3)),
            (*SENDER_LADDER, _expire("info-expire")),
        ),
        ClockRule(
            Clock.REVIEW, N_("Review the waiting list"), _always(days(30)),
            (_remind(A.FP, A.RC, at=1.0),),
            again=_again(Action.REMIND, A.FP, A.RC, every=_always(days(30))),
        ),
        ClockRule(
            Clock.MAX_WAIT, N_("End of the longest wait"), _always(days(90)),
            (_remind(A.FP, A.RC), _expire("wait-end")), agreed=True,
        ),
        ClockRule(
            Clock.INFORM, N_("Tell the person"),
            _spans(hours(3), hours(24), hours(48), working_days(3)),
            SENDER_LADDER, again=_again(Action.ESCALATE, A.RS, every=INSISTING),
        ),
        ClockRule(
            Clock.CONTACT, N_("Contact the person"),
            _spans(same_day(3), hours(24), hours(72), days(14)),
            (*WORKER_LADDER, _expire("contact-expire", at=2.0)),
        ),
        ClockRule(
            Clock.START, N_("Start the service"), _spans(hours(24), hours(72), days(7), days(30)),
            (*WORKER_LADDER, _expire("start-expire", at=2.0)),
        ),
        ClockRule(
            Clock.EXPECTED_END, N_("Say how it ended"), _always(days(180)),
            (_remind(A.FP, A.PW, at=1.0), _expire("provider-end", grace=dt.timedelta(days=30))),
            agreed=True,
        ),
        ClockRule(
            Clock.FOLLOW_UPS, N_("Ask the person how it goes"),
            _spans(hours(24), hours(72), days(7), days(14)), (_remind(A.RC, at=1.0),),
        ),
        ClockRule(
            Clock.RESUME, N_("Take up the service again"), _always(days(60)),
            (_remind(A.FP, A.PW), _expire("hold-expire")),
        ),
        ClockRule(
            Clock.SATISFACTION, N_("Ask whether it helped, and close"), _always(days(14)),
            SENDER_LADDER, again=_again(Action.ESCALATE, A.RS, every=INSISTING),
        ),
        ClockRule(
            Clock.NEXT_ACTION, N_("Decide what happens next"),
            _spans(hours(3), hours(24), hours(72), days(7)),
            (*SENDER_LADDER, _escalate(A.RCO, at=2.0)),
            again=_again(Action.ESCALATE, A.RS, A.RCO, every=INSISTING),
        ),
    )
}  # fmt: skip


def due(
    clock: Clock, priority: Priority, start: dt.datetime, calendar: Calendar, *,
    promised: Span | None = None, agreed: dt.datetime | None = None, half: bool = False,
) -> dt.datetime:  # fmt: skip
    """When ``clock``, started at ``start``, is due: store it, it is not computed again.

    ``promised`` is the listing's own time, used when it is shorter than the table. ``agreed`` is a
    date chosen by people: it replaces the table's where the rule allows, else it can only shorten.
    ``half`` halves the time (a contact that the person disputes).
    """
    rule = CLOCKS[clock]
    if agreed is not None and rule.agreed:
        return agreed.astimezone(dt.UTC)
    spans = [span for span in (rule.spans[priority], rule.at_most, promised) if span is not None]
    instants = [span.after(start, calendar) for span in spans]
    latest = min([*instants, agreed] if agreed is not None else instants).astimezone(dt.UTC)
    if not half:
        return latest
    return open_at(rule, priority, start + (latest - start) / 2, calendar)


def open_at(
    rule: ClockRule, priority: Priority, at: dt.datetime, calendar: Calendar
) -> dt.datetime:
    """``at``, moved to a working day where the promise is counted in working days."""
    in_working_days = rule.spans[priority].unit is Unit.WORKING_DAYS
    return calendar.roll_forward(at) if in_working_days else at.astimezone(dt.UTC)
