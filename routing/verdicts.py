"""Findings that many kinds of criteria have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from directory.core.text import N_, Text, Words
from routing.answers import Answer, Finding
from routing.facts import FACTS
from routing.values import Seen


def unknown(name: str, seen: Seen | None = None) -> Finding:
    """UNKNOWN, because the fact ``name`` is not known or out of date: it must be asked."""
    fact = FACTS[name]
    if seen is not None and seen.stale:
        reason = N_("Out of date: {fact}", fact=fact.label)
        return Finding(Answer.UNKNOWN, reason, (name,), change=fact.question, stale=True)
    reason = N_("Not known: {fact}", fact=fact.label)
    return Finding(Answer.UNKNOWN, reason, (name,), change=fact.question)


def unclear(name: str, reason: Text) -> Finding:
    """UNKNOWN, because the fact ``name`` is known too roughly: it must be asked more exactly."""
    return Finding(Answer.UNKNOWN, reason, (name,), change=FACTS[name].question)


def ask_provider(reason: Text) -> Finding:
    """UNKNOWN for a reason that only the provider can clear up."""
    return Finding(Answer.UNKNOWN, reason, change=N_("Ask the provider."))


def found(answer: Answer, name: str, reason: Text, change: Text | None = None) -> Finding:
    """A finding on one fact; an UNKNOWN one asks for the fact."""
    if answer is Answer.UNKNOWN:
        return unclear(name, reason)
    return Finding(answer, reason, change=change if answer is Answer.NO else None)


def labels(codes: Iterable[str], choices: Mapping[str, Text]) -> Words:
    """The labels of the codes, sorted by code; a code without a label stands for itself."""
    return Words(choices.get(code, code) for code in sorted(codes))
