"""Findings become one answer with every reason: may this person use this service (A.9.1)?"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.answers import Answer, Finding, all_of, any_of, latest, opposite
from routing.conditions import Condition, Every, Node, Not, Some, fold, is_hard, items
from routing.facts import Facts
from routing.offer import Offer
from routing.standing import standing_conditions

__all__ = ["Assessment", "Judged", "Verdict", "assess", "standing_conditions"]


class Verdict(enum.StrEnum):
    """What the service answers as a whole, best first; ``rank`` is the place in that order."""

    ELIGIBLE = "eligible"
    NOT_NOW = "not-now"
    ASK = "ask"
    INELIGIBLE = "ineligible"

    @property
    def rank(self) -> int:
        """0 (ELIGIBLE) to 3 (INELIGIBLE)."""
        return _RANK[self]


_RANK: dict[Verdict, int] = {verdict: rank for rank, verdict in enumerate(Verdict)}
VERDICTS: dict[Answer, Verdict] = {
    Answer.YES: Verdict.ELIGIBLE,
    Answer.NOT_NOW: Verdict.NOT_NOW,
    Answer.UNKNOWN: Verdict.ASK,
    Answer.NO: Verdict.INELIGIBLE,
}
LABELS: dict[Verdict, Text] = {
    Verdict.ELIGIBLE: N_("Eligible"),
    Verdict.NOT_NOW: N_("Not now"),
    Verdict.ASK: N_("Ask first"),
    Verdict.INELIGIBLE: N_("Not eligible"),
}

Judge = Callable[[Condition, Facts, Offer, dt.date], Finding]


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, or a group of them, with what it says."""

    node: Node
    finding: Finding
    hard: bool
    waived: bool = False
    """It fails and was waived: to negotiate with the provider."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer of one service to one person, with every reason."""

    verdict: Verdict
    judged: tuple[Judged, ...]
    """Every condition of the listing and every standing one, hard and soft, in order."""

    @property
    def failing(self) -> tuple[Judged, ...]:
        """Hard conditions that are not met and not waived: the reasons of INELIGIBLE."""
        return tuple(j for j in self._hard() if j.finding.answer is Answer.NO and not j.waived)

    @property
    def to_negotiate(self) -> tuple[Judged, ...]:
        """Conditions that are not met and were waived."""
        return tuple(judged for judged in self.judged if judged.waived)

    @property
    def open(self) -> tuple[Judged, ...]:
        """Hard conditions that cannot be judged yet."""
        return tuple(j for j in self._hard() if j.finding.answer is Answer.UNKNOWN)

    @property
    def later(self) -> tuple[Judged, ...]:
        """Hard conditions that will hold later."""
        return tuple(j for j in self._hard() if j.finding.answer is Answer.NOT_NOW)

    @property
    def soft(self) -> tuple[Judged, ...]:
        """Soft conditions that are not met: they move the rank and are worth saying."""
        return tuple(j for j in self.judged if not j.hard and j.finding.answer is not Answer.YES)

    @property
    def questions(self) -> tuple[str, ...]:
        """Names of the facts to ask, each once; none for a service that refuses anyhow."""
        if self.verdict is Verdict.INELIGIBLE:
            return ()
        return tuple(dict.fromkeys(name for j in self._hard() for name in j.finding.asks))

    @property
    def available_on(self) -> dt.date | None:
        """With NOT_NOW: the latest date that a condition gives; nothing if one gives none: call."""
        if self.verdict is not Verdict.NOT_NOW:
            return None
        return latest(judged.finding.available_on for judged in self.later)

    @property
    def reasons(self) -> tuple[Text, ...]:
        """The reasons of the verdict, every one."""
        deciding = {
            Verdict.INELIGIBLE: self.failing,
            Verdict.ASK: self.open + self.to_negotiate,
            Verdict.NOT_NOW: self.later,
            Verdict.ELIGIBLE: (),
        }[self.verdict]
        return tuple(
            N_("To negotiate: {reason}", reason=judged.finding.reason)
            if judged.waived
            else judged.finding.reason
            for judged in deciding
        )

    @property
    def changes(self) -> tuple[Text, ...]:
        """What would make the person eligible."""
        return tuple(
            judged.finding.change
            for judged in (*self.failing, *self.open, *self.later)
            if judged.finding.change is not None
        )

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What to check although it is no obstacle."""
        return tuple(
            judged.finding.warning
            for judged in self.judged
            if judged.finding.warning is not None and judged.finding.answer is Answer.YES
        )

    @property
    def is_stale(self) -> bool:
        """A fact that decides is out of date."""
        return any(judged.finding.stale for judged in self.open)

    @property
    def waits_for_agreement_only(self) -> bool:
        """Nothing is left but to agree on what was waived."""
        return self.verdict is Verdict.ASK and bool(self.to_negotiate) and not self.open

    def _hard(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.judged if judged.hard)


def judge_condition(found: Condition, facts: Facts, offer: Offer, today: dt.date) -> Finding:
    """The finding of one condition, worked out; the engine passes one that remembers."""
    return found.clause.judge(facts, today, offer)


def assess(
    conditions: Node | Collection[Node],
    facts: Facts,
    offer: Offer,
    today: dt.date,
    waivers: Collection[Condition] = (),
    judge: Judge = judge_condition,
) -> Assessment:
    """What the service answers to the person today.

    The standing conditions of ``offer`` are always applied. A hard condition that fails is
    "to negotiate" if it is in ``waivers`` and somebody may waive it: never eligible by that alone.
    """
    nodes = (
        (conditions,)
        if isinstance(conditions, Condition | Every | Some | Not)
        else tuple(conditions)
    )
    judged = tuple(
        _judged(item, facts, offer, today, waivers, judge)
        for node in (*nodes, *standing_conditions(offer))
        for item in items(node)
    )
    return Assessment(verdict_of(judged), judged)


def verdict_of(judged: Collection[Judged]) -> Verdict:
    """The worst hard answer decides; what was waived still has to be agreed on."""
    worst = min(
        (
            (Answer.UNKNOWN if item.waived else item.finding.answer).rank
            for item in judged
            if item.hard
        ),
        default=Answer.YES.rank,
    )
    return VERDICTS[tuple(Answer)[worst]]


def finding_of(
    node: Node, facts: Facts, offer: Offer, today: dt.date, judge: Judge = judge_condition
) -> Finding:
    """The finding of a tree."""

    def every(parts: Collection[Finding]) -> Finding:
        return all_of(tuple(parts)) if parts else Finding(Answer.YES, N_("Nothing is asked."))

    return fold(node, lambda leaf: judge(leaf, facts, offer, today), every, any_of, opposite)


def _judged(
    node: Node,
    facts: Facts,
    offer: Offer,
    today: dt.date,
    waivers: Collection[Condition],
    judge: Judge,
) -> Judged:
    finding = finding_of(node, facts, offer, today, judge)
    waived = (
        finding.answer is Answer.NO
        and isinstance(node, Condition)
        and node.hard
        and node.is_flexible
        and node in waivers
    )
    return Judged(node, finding, is_hard(node), waived)
