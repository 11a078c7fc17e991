"""Proposals as JSON: codes for programs, sentences for the people who read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from directory.core.i18n import words
from routing.conditions import Condition, describe
from routing.eligibility import Judged, Verdict
from routing.proposals import Proposal, Proposals
from routing.questions import Question, summary


def proposals_json(
    found: Proposals, *, only: Collection[Verdict] = tuple(Verdict), findings: bool = True
) -> dict[str, Any]:
    """The answer, or the parts of it that are wanted."""
    content: dict[str, Any] = {"directory_number": found.directory_number}
    for verdict in Verdict:
        if verdict in only:
            several = found.of(verdict)
            content[verdict.value] = [proposal_json(one, findings=findings) for one in several]
    if found.counts:
        total = summary(found.questions)
        content |= {
            "counts": {verdict.value: number for verdict, number in found.counts.items()},
            "questions": [question_json(one) for one in found.questions],
            "summary": words(total) if total else None,
        }
    return content


def proposal_json(one: Proposal, *, findings: bool = True) -> dict[str, Any]:
    """One listing with its answer and, if wanted, every finding."""
    distance = one.distance
    content: dict[str, Any] = {
        "listing_id": str(one.listing_id),
        "answer": one.answer.value,
        "distance": None if distance is None else {"lo": distance.lo, "hi": distance.hi},
        "available_on": one.available_on.isoformat() if one.available_on else None,
        "asks": list(one.assessment.questions),
        "reasons": [words(text) for text in one.assessment.reasons],
        "change": [words(text) for text in one.change],
        "warnings": [words(text) for text in one.warnings],
        "rank": one.rank.written(),
    }
    if findings:
        content["findings"] = [_finding_json(judged) for judged in one.findings]
    return content


def question_json(one: Question) -> dict[str, Any]:
    """One question with what it settles."""
    return {
        "fact": one.fact,
        "text": words(one.text),
        "ask_by": one.ask_by,
        "services": one.services,
        "decided": one.decided,
    }


def _finding_json(judged: Judged) -> dict[str, Any]:
    node, finding = judged.node, judged.finding
    return {
        "kind": node.kind if isinstance(node, Condition) else "group",
        "condition": words(describe(node)),
        "answer": finding.answer.value,
        "hard": judged.hard,
        "reason": words(finding.reason),
    }
