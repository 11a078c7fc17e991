"""C-T05: every kind of criterion gives the answer of its truth table, boundaries included."""

from __future__ import annotations

import datetime as dt

import pytest

from routing.answers import Answer
from routing.conditions import condition
from routing.criteria import KINDS
from routing.facts import FACTS, Facts
from routing.offer import Offer, Window
from tests.routing.criteria.cases import TODAY, Case
from tests.routing.criteria.table_means import MEANS_CASES
from tests.routing.criteria.table_offer import OFFER_CASES
from tests.routing.criteria.table_person import PERSON

CASES = (*PERSON, *MEANS_CASES, *OFFER_CASES)

ORDERED = {"below", "at", "above"}
UNORDERED = {"inside", "outside"}
NEVER_REFUSES = {"documents", "dossier", "intake-window", "capacity", "quota", "evidence"}
"""Kinds that answer "not now" or "ask", never NO."""
CAN_WAIT = {"documents", "dossier", "intake-window", "capacity", "quota", "sector"}
"""Kinds that can answer NOT_NOW."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_criterion_gives_the_answer_of_its_table(case: Case) -> None:
    finding = condition(case.kind, case.asks).clause.judge(case.known(), TODAY, case.offered())
    assert finding.answer is case.answer, str(finding.reason)
    assert finding.available_on == case.on
    assert str(finding.reason)
    if case.questions is not None:
        assert finding.asks == case.questions
    if case.column == "stale" and case.answer is Answer.UNKNOWN:
        assert finding.stale
        assert finding.asks
    elif case.column == "unknown":
        assert not finding.stale
    assert (finding.answer is Answer.UNKNOWN) >= bool(finding.asks)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_table_of_the_kind_is_complete(name: str) -> None:
    mine = [case for case in CASES if case.kind == name]
    columns = {case.column for case in mine}
    answers = {case.answer for case in mine}
    reads = {fact for case in mine for fact in condition(name, case.asks).clause.reads}
    assert columns >= ORDERED or columns >= UNORDERED or name in NEVER_REFUSES
    assert {"unknown", "stale"} <= columns if reads else columns
    if any(FACTS[fact].shape.ranges or fact in ("location", "residence") for fact in reads):
        assert "straddling" in columns or name in ("dossier", "evidence")
    assert (Answer.NOT_NOW in answers) == (name in CAN_WAIT)
    assert Answer.YES in answers
    assert (Answer.NO in answers) == (name not in NEVER_REFUSES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_verdict_depends_only_on_what_the_kind_declares_to_read(case: Case) -> None:
    clause = condition(case.kind, case.asks).clause
    facts, offer = case.known(), case.offered()
    narrowed = facts.without(*(set(facts) - set(clause.reads)))
    kept = {name: getattr(offer, name) for name in clause.offer}
    assert clause.judge(facts, TODAY, offer) == clause.judge(narrowed, TODAY, type(offer)(**kept))


def test_cohort_that_is_not_full_is_open_with_a_warning() -> None:
    window = Window(dt.date(2026, 1, 1), cohort=20, waiting=12)
    found = condition("intake-window").clause.judge(Facts(), TODAY, Offer(windows=(window,)))
    assert found.answer is Answer.YES
    assert str(found.warning) == "Starts when 20 people have applied; 12 so far."


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.fresh_days])
def test_fact_counts_until_its_last_day_and_not_a_day_longer(name: str) -> None:
    fact = FACTS[name]
    last = fact.last_day(TODAY)
    assert last == TODAY + dt.timedelta(days=fact.fresh_days or 0)
