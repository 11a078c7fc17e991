"""Four-valued answers, their reasons, and how several become one (protocol A.9.1)."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from directory.core.text import N_, Text, Words


class Answer(enum.StrEnum):
    """What a condition says about a person today, worst first; ``rank`` is the place there."""

    NO = "no"
    UNKNOWN = "unknown"
    NOT_NOW = "not-now"
    YES = "yes"

    @property
    def rank(self) -> int:
        """0 (NO) to 3 (YES): over arrays, ALL is the minimum and ANY the maximum of the ranks."""
        return RANK[self]


BY_RANK: tuple[Answer, ...] = tuple(Answer)
RANK: dict[Answer, int] = {answer: rank for rank, answer in enumerate(BY_RANK)}

# NOT NOT_NOW is NOT_NOW: like UNKNOWN it is a fixed point. If it were YES (the condition does not
# hold today), a later fact could still turn it into NO, and under a second NOT an "ineligible" into
# "eligible"; so a definite answer stays definite whatever else is learned.
OPPOSITE: dict[Answer, Answer] = {
    Answer.YES: Answer.NO,
    Answer.NO: Answer.YES,
    Answer.UNKNOWN: Answer.UNKNOWN,
    Answer.NOT_NOW: Answer.NOT_NOW,
}
OPPOSITE_RANK: tuple[int, ...] = tuple(RANK[OPPOSITE[answer]] for answer in BY_RANK)
"""The same table for arrays: ``numpy.take(OPPOSITE_RANK, ranks)``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer with its reason in words."""

    answer: Answer
    reason: Text
    asks: tuple[str, ...] = ()
    """Names of the facts to ask for; empty with UNKNOWN means that the provider must be asked."""
    available_on: dt.date | None = None
    """With NOT_NOW: from when it would be YES; nothing means that nobody knows, call."""
    change: Text | None = None
    """What would change the answer."""
    stale: bool = False
    """The fact is known but out of date."""
    warning: Text | None = None
    """Something to check although the answer is YES."""


Choose = Callable[[Iterable["dt.date | None"]], "dt.date | None"]


def all_of(findings: Sequence[Finding]) -> Finding:
    """YES if every finding is; else the worst answer with the reasons of all that have it."""
    worst = min((finding.answer for finding in findings), key=RANK.__getitem__)
    return _merge(worst, findings, latest)


def any_of(findings: Sequence[Finding]) -> Finding:
    """The best answer of the findings; while it is not YES, unknown ones are still worth asking."""
    best = max((finding.answer for finding in findings), key=RANK.__getitem__)
    merged = _merge(best, findings, earliest)
    if best is not Answer.NOT_NOW:
        return merged
    worth_asking = (Answer.NOT_NOW, Answer.UNKNOWN)
    return replace(merged, asks=_asks(f for f in findings if f.answer in worth_asking))


def opposite(finding: Finding) -> Finding:
    """The finding turned round: YES becomes NO and NO becomes YES, the others stay."""
    answer = OPPOSITE[finding.answer]
    reason = finding.reason
    if answer is Answer.NO:
        reason = N_("Excluded: {reason}", reason=reason)
    elif answer is not Answer.YES:
        reason = N_("Would exclude: {reason}", reason=reason)
    change = finding.change if answer is Answer.UNKNOWN else None
    return Finding(answer, reason, finding.asks, finding.available_on, change, finding.stale)


def latest(dates: Iterable[dt.date | None]) -> dt.date | None:
    """The last of the dates; nothing if one of them is unknown or there is none."""
    known: list[dt.date] = []
    for date in dates:
        if date is None:
            return None
        known.append(date)
    return max(known, default=None)


def earliest(dates: Iterable[dt.date | None]) -> dt.date | None:
    """The first of the dates that are known."""
    return min((date for date in dates if date is not None), default=None)


def words(reasons: Iterable[Text]) -> Text:
    """Several reasons as one: the only one itself, else a list."""
    several = tuple(dict.fromkeys(reasons))
    return several[0] if len(several) == 1 else N_("{words}", words=Words(several))


def _merge(answer: Answer, findings: Sequence[Finding], choose: Choose) -> Finding:
    same = [finding for finding in findings if finding.answer is answer]
    changes = [finding.change for finding in same if finding.change is not None]
    warnings = [finding.warning for finding in same if finding.warning is not None]
    return Finding(
        answer,
        words(finding.reason for finding in same),
        _asks(same),
        choose(finding.available_on for finding in same) if answer is Answer.NOT_NOW else None,
        words(changes) if changes else None,
        any(finding.stale for finding in same),
        words(warnings) if warnings else None,
    )


def _asks(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for finding in findings for name in finding.asks))
