"""Help already received."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import Aid, Interval, Seen, between, bounds
from routing.verdicts import found, labels, unclear, unknown
from routing.vocabulary import AID


@dataclass(frozen=True, slots=True)
class Before:
    """How much help of some kinds is allowed, and since when it counts."""

    none_of: frozenset[str] = ask(
        shapes.many(shapes.text(AID)),
        N_("Kinds of help that count (none: any)"),
        default=frozenset(),
    )
    max_count: int = ask(shapes.number(high=100), N_("At most so many times"), default=0)
    since: dt.date | None = ask(shapes.date(), N_("Received on or after"), default=None)
    since_return: bool = ask(shapes.yes_no(), N_("Received since the return"), default=False)

    def describe(self) -> Text:
        """Such as “No help received since the return”."""
        what = N_("help") if not self.none_of else N_("{words}", words=labels(self.none_of, AID))
        when = N_("so far")
        if self.since_return:
            when = N_("since the return")
        elif self.since is not None:
            when = N_("since {date}", date=self.since)
        if self.max_count == 0:
            return N_("Not received {when}: {what}", when=when, what=what)
        return N_(
            "Received at most {count} times {when}: {what}",
            count=self.max_count,
            when=when,
            what=what,
        )


def _reads(asks: Before) -> tuple[str, ...]:
    return ("prior-assistance", "returned-on") if asks.since_return else ("prior-assistance",)


@kind(
    Before,
    label=N_("Help already received"),
    about=N_("The person has not yet received such help, or not too often."),
    reads=_reads,
    example=Example({"since_return": True}, "cash assistance, Mali: TPML report, box 1"),
)
def prior_assistance(facts: Facts, asks: Before, offer: Offer, today: dt.date) -> Finding:
    """An empty list means "asked, none": no answer at all is unknown. Undated help may count."""
    seen = facts.known("prior-assistance", today)
    if seen.unknown:
        return unknown("prior-assistance", seen)
    aids = [aid for aid in seen.value if not asks.none_of or aid.what in asks.none_of]
    start = _start(asks, facts, today)
    counts = [_counts(aid, start) for aid in aids]
    certain, possible = counts.count(Answer.YES), len(counts) - counts.count(Answer.NO)
    answer = between(Interval(certain, possible), None, asks.max_count)
    reason = N_("Help that counts: {count}; {asked}", count=certain, asked=asks.describe())
    if answer is Answer.UNKNOWN:
        if asks.since_return and isinstance(start, Seen):
            return unknown("returned-on", start)
        return unclear("prior-assistance", N_("When help was received is not known exactly."))
    return found(answer, "prior-assistance", reason)


def _start(asks: Before, facts: Facts, today: dt.date) -> Seen | Interval[dt.date] | None:
    if asks.since_return:
        seen = facts.known("returned-on", today)
        if seen.unknown:
            return seen
        low, high = bounds(seen.value)
        return Interval(max(low, asks.since or low), max(high, asks.since or high))
    return None if asks.since is None else Interval(asks.since, asks.since)


def _counts(aid: Aid, start: Seen | Interval[dt.date] | None) -> Answer:
    """Was the help received on or after the start?"""
    if start is None:
        return Answer.YES
    if isinstance(start, Seen) or aid.on is None:
        return Answer.UNKNOWN
    if aid.on >= start.hi:
        return Answer.YES
    return Answer.NO if aid.on < start.lo else Answer.UNKNOWN
