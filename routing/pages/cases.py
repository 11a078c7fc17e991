"""A person: code, safe contact, needs, what is known, and what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from directory.core.clock import today
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.text import Text
from directory.core.web import render
from directory.roles import READ_CASE, SEND_REFERRAL
from directory.who import Who
from routing.attempts import OUTCOMES
from routing.case_life import CLOSURES, LABELS, LIFE, State
from routing.models import Case, FactRecord
from routing.operations.needs import open_tasks
from routing.pages.casework import fact_words
from routing.pages.choices import (
    CATEGORY_CHOICES,
    LANGUAGE_CHOICES,
    PRIORITY_CHOICES,
    RELATIONS,
)
from routing.pages.expenses import words_of_expenses
from routing.pages.reaching import search_of
from routing.pages.reading import read_case
from routing.promises import PROMISES
from routing.queries.case_history import case_history
from routing.queries.caseload import TASKS
from routing.queries.cases import team_of
from routing.queries.casework import needs_of_case, referrals_of_case
from routing.queries.counselling import cards_of_case, information_of
from routing.queries.expenses import expenses_of
from routing.queries.known_facts import current_facts, facts_of, value_of
from routing.queries.promises import promises_of_case
from routing.queries.transfers import pending_transfer

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("/<uuid:case_id>")
@needs(READ_CASE, audited=True)
def view(case_id: UUID) -> Response:
    """Everything about one case."""
    return case_page(read_case(case_id))


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One line of what is known."""

    row: FactRecord
    words: Text

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def source(self) -> str:
        return self.row.source

    @property
    def as_of(self) -> Any:
        return self.row.as_of


def case_page(case: Case) -> Response:
    """The page of one case."""
    found = needs_of_case(db.session, case)
    return render(
        "routing/case.html", case=case, principal=case.members[0],
        needs=found, referrals=referrals_of_case(db.session, case),
        known={member.id: known_facts(member.id) for member in case.members},
        stale={m.id: facts_of(db.session, m, today=today()).stale(today()) for m in case.members},
        history=_history(case), search=search_of(case), outcomes=OUTCOMES.items(),
        steps=_steps(case), CASE_LABELS=LABELS, TASKS=TASKS, CLOSURES=CLOSURES,
        team=team_of(db.session, case), pending=pending_transfer(db.session, case),
        must_begin=case.state is State.REGISTERED,
        information=information_of(db.session, case), cards=cards_of_case(db.session, case),
        expenses=expenses_of(db.session, case), **words_of_expenses(),
        promises=promises_of_case(db.session, case), PROMISES=PROMISES,
        tasks={need.id: open_tasks(db.session, need.id) for need in found},
        category_choices=CATEGORY_CHOICES, priority_choices=PRIORITY_CHOICES,
        language_choices=LANGUAGE_CHOICES,
        relation_choices=[pair for pair in RELATIONS.items() if pair[0] != "principal"],
    )  # fmt: skip


def known_facts(member_id: UUID) -> list[KnownFact]:
    """What is known of a person, in words."""
    return [
        KnownFact(row, fact_words(row.name, value_of(row, today=today()).value))
        for row in current_facts(db.session, member_id)
    ]


def _steps(case: Case) -> list[Any]:
    if not current_actor().may(SEND_REFERRAL):
        return []
    return [step for step in LIFE.available(case.state, Who.RC) if step.name in FORMS]


FORMS = frozenset(
    {"activate-at-once", "call-back", "set-dormant", "close", "reopen", "offer-transfer"}
)
"""Steps of a case that have a form; screening, plan and beginning are one form, ``begin``."""


def _history(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "at": line.at, "text": line.text,
            "address": url_for("referrals.view", referral_id=line.referral_id)
            if line.referral_id else None,
        }
        for line in case_history(db.session, case)
    ]  # fmt: skip
