"""A person: code, safe contact, needs, what is known, and what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from directory.core.clock import today
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.security import current_actor, needs
from directory.core.text import Text
from directory.core.web import render
from directory.roles import READ_CASE, SEND_REFERRAL
from directory.who import Who
from routing.attempts import OUTCOMES
from routing.case_life import CLOSURES, LABELS, LIFE, State
from routing.models import Case, CaseMember, FactRecord
from routing.operations.needs import open_tasks
from routing.pages.casework import fact_words
from routing.pages.choices import (
    CATEGORY_CHOICES,
    LANGUAGE_CHOICES,
    PRIORITY_CHOICES,
    RELATIONS,
)
from routing.pages.expenses import words_of_expenses
from routing.pages.person_address import FIRST
from routing.pages.reaching import search_of
from routing.pages.reading import read_case
from routing.promises import PROMISES
from routing.queries.case_history import case_history
from routing.queries.caseload import TASKS
from routing.queries.cases import team_of
from routing.queries.casework import referrals_of_case
from routing.queries.counselling import cards_of_case, information_of
from routing.queries.expenses import expenses_of
from routing.queries.household import Shown, shown_to
from routing.queries.known_facts import current_facts, facts_of, value_of
from routing.queries.promises import promises_of_case
from routing.queries.transfers import pending_transfer

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("/<uuid:case_id>")
@needs(READ_CASE, audited=True)
def view(case_id: UUID) -> Response:
    """What concerns one person of a case; the person for whom it was opened unless another is named."""
    case = read_case(case_id)
    number = request.args.get("member", FIRST, type=int)
    member = next((one for one in case.members if one.number == number), None)
    if member is None:
        raise NotFound
    return case_page(case, member)


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


def case_page(case: Case, member: CaseMember) -> Response:
    """The page of one case beside one of its people; what other adults asked for is not on it."""
    shown = shown_to(db.session, member, today=today())
    people = [one for one in case.members if one.id in shown.people]
    expenses = [
        row for row in expenses_of(db.session, case) if shown.about(None, row.referral.need_id)
    ]
    promises = [
        one for one in promises_of_case(db.session, case)
        if one.referral is None or shown.about(None, one.referral.need_id)
    ]  # fmt: skip
    return render(
        "routing/case.html", case=case, person=member, people=people,
        others=[one for one in case.members if one.id != member.id],
        needs=shown.needs, referrals=referrals_of_case(db.session, case),
        known={one.id: known_facts(one.id) for one in people},
        stale={one.id: facts_of(db.session, one, today=today()).stale(today()) for one in people},
        history=_history(case, shown), search=search_of(case), outcomes=OUTCOMES.items(),
        steps=_steps(case), CASE_LABELS=LABELS, TASKS=TASKS, CLOSURES=CLOSURES,
        team=team_of(db.session, case), pending=pending_transfer(db.session, case),
        must_begin=case.state is State.REGISTERED,
        information=information_of(db.session, case), cards=cards_of_case(db.session, case),
        expenses=expenses, **words_of_expenses(),
        promises=promises, PROMISES=PROMISES,
        tasks={need.id: open_tasks(db.session, need.id) for need in shown.needs},
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


def _history(case: Case, shown: Shown) -> list[dict[str, Any]]:
    return [
        {
            "at": line.at, "text": line.text,
            "address": url_for("referrals.view", referral_id=line.referral_id)
            if line.referral_id else None,
        }
        for line in case_history(db.session, case, shown)
    ]  # fmt: skip
