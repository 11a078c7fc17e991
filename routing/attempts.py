"""Attempts to reach a person: what counts as tried, and when somebody is really unreachable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.working_days import Calendar


class Outcome(StrEnum):
    """How one attempt ended."""

    REACHED = "reached"
    LEFT_MESSAGE = "left-message"
    NO_ANSWER = "no-answer"
    OFF = "off"
    WRONG_NUMBER = "wrong-number"
    NUMBER_CHANGED = "number-changed"
    REFUSED = "refused"
    THIRD_PARTY = "third-party"
    UNSAFE = "unsafe"


OUTCOMES: dict[Outcome, Text] = {
    Outcome.REACHED: N_("Reached"),
    Outcome.LEFT_MESSAGE: N_("Left a safe message"),
    Outcome.NO_ANSWER: N_("No answer"),
    Outcome.OFF: N_("Phone off"),
    Outcome.WRONG_NUMBER: N_("Wrong number"),
    Outcome.NUMBER_CHANGED: N_("Number changed"),
    Outcome.REFUSED: N_("Refused to talk"),
    Outcome.THIRD_PARTY: N_("Somebody else answered"),
    Outcome.UNSAFE: N_("Not safe to go on"),
}

OPENING_HOUR, CLOSING_HOUR = 8, 17
"""Office hours, in civil time; outside them people are at home."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach the person."""

    at: dt.datetime
    route: str
    """Which way: an identifier of the contact route."""
    outcome: Outcome
    announced: bool = False
    """A message had said the day and the hour of the call."""
    to_trusted_contact: bool = False
    by_visit: bool = False
    """A peer or the local committee went to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSummary:
    """What the attempts add up to, and what was possible."""

    count: int = 0
    routes: int = 0
    days: int = 0
    """Different civil days."""
    span_days: int = 0
    """Days from the first to the last."""
    outside_office_hours: bool = False
    announced: bool = False
    trusted_contact_tried: bool = False
    visited: bool = False
    reached: bool = False
    routes_known: int = 0
    trusted_contact_known: bool = False
    visit_allowed: bool = False
    """The person agreed that a peer or the local committee looks for them."""


NO_ATTEMPTS = AttemptSummary()


def summarise(
    attempts: Collection[Attempt], calendar: Calendar, *,
    routes_known: int, trusted_contact_known: bool, visit_allowed: bool,
) -> AttemptSummary:  # fmt: skip
    """The sums that the rules look at; days and hours are those of the country."""
    times = sorted(attempt.at.astimezone(calendar.zone) for attempt in attempts)
    return AttemptSummary(
        count=len(times),
        routes=len({attempt.route for attempt in attempts if not attempt.to_trusted_contact}),
        days=len({time.date() for time in times}),
        span_days=(times[-1].date() - times[0].date()).days if times else 0,
        outside_office_hours=any(_outside_office_hours(time, calendar) for time in times),
        announced=any(attempt.announced for attempt in attempts),
        trusted_contact_tried=any(attempt.to_trusted_contact for attempt in attempts),
        visited=any(attempt.by_visit for attempt in attempts),
        reached=any(attempt.outcome is Outcome.REACHED for attempt in attempts),
        routes_known=routes_known,
        trusted_contact_known=trusted_contact_known,
        visit_allowed=visit_allowed,
    )


def tried_enough(done: AttemptSummary) -> Text | None:
    """A provider tried: 3 attempts, 2 routes (all, if there are fewer), 2 days; else what lacks."""
    if done.reached:
        return N_("The person was reached.")
    if done.count >= 3 and done.routes >= min(2, done.routes_known) and done.days >= 2:
        return None
    return N_(
        "Before giving up: 3 attempts by 2 routes on 2 days. "
        "So far: {count} attempts, {routes} routes, {days} days.",
        count=done.count, routes=done.routes, days=done.days,
    )  # fmt: skip


def unreachable(done: AttemptSummary) -> Text | None:
    """Everything reasonable was tried over three weeks; else what lacks."""
    if done.reached:
        return N_("The person was reached.")
    enough = (
        done.count >= 6
        and done.routes >= min(3, done.routes_known)
        and done.days >= 4
        and done.span_days >= 21
    )
    if not enough:
        return N_(
            "Six attempts by three routes (all, if fewer) on four days over three weeks are "
            "needed. So far: {count} attempts, {routes} routes, {days} days, over {span} days.",
            count=done.count, routes=done.routes, days=done.days, span=done.span_days,
        )  # fmt: skip
    if not done.outside_office_hours:
        return N_("At least one attempt must be outside office hours.")
    if not done.announced:
        return N_("At least one call must be announced by a message with its day and hour.")
    if done.trusted_contact_known and not done.trusted_contact_tried:
        return N_("The trusted contact must be asked to pass on “please call us”.")
    if done.visit_allowed and not done.visited:
        return N_(
            "The person agreed to a visit by a peer or the local committee: it must be tried."
        )
    return None


def still_to_do(done: AttemptSummary) -> tuple[Text, ...]:
    """What the rule above still wants, in words; nothing when everything was tried."""
    attempts, ways = 6 - done.count, min(3, done.routes_known) - done.routes
    days, weeks = 4 - done.days, 21 - done.span_days
    lines = (
        (attempts > 0, N_("Attempts still to make: {count}", count=attempts)),
        (ways > 0, N_("Other ways still to try: {count}", count=ways)),
        (days > 0, N_("Different days still needed: {count}", count=days)),
        (weeks > 0, N_("Days still to pass since the first attempt: {count}", count=weeks)),
        (not done.outside_office_hours, N_("One of them outside office hours")),
        (not done.announced, N_("One of them announced by a message with its day and hour")),
        (
            done.trusted_contact_known and not done.trusted_contact_tried,
            N_("Ask the trusted contact to pass on “please call us”"),
        ),
        (
            done.visit_allowed and not done.visited,
            N_("A visit by a peer or the local committee, as the person agreed"),
        ),
    )
    return tuple(text for is_open, text in lines if is_open)


def _outside_office_hours(time: dt.datetime, calendar: Calendar) -> bool:
    in_hours = OPENING_HOUR <= time.hour < CLOSING_HOUR
    return not (in_hours and calendar.is_working(time.date()))
