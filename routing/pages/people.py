"""What is written about the people of a case: facts, needs, ways to contact, members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.pages.language import SAME_SITE
from directory.roles import WRITE_CASE
from routing.fact_table import FACTS
from routing.forms.fact_inputs import entries_of, stored_parts, typed_parts
from routing.forms.locations import LOCATION, WhichPlace, location_entries
from routing.forms.new_person import read_route
from routing.models import CaseMember
from routing.operations import cases as writing
from routing.operations.facts import forget_facts, record_facts
from routing.operations.needs import ensure_followed, finish_task, finish_tasks, open_need
from routing.pages.cases import KnownFact, known_facts
from routing.pages.person_address import person_url
from routing.pages.reading import read_case, read_member
from routing.priorities import Priority
from routing.queries.cases import task_for
from routing.queries.casework import need_for, needs_of_case
from routing.queries.known_facts import current_facts

blueprint = Blueprint("people", __name__)
ASK_LOCATION = "ask-location"
CHOOSE = N_("Please choose one of the list.")
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (N_("Who the person is"), ("born", "sex", "nationality", "languages", "population-group")),
    (N_("Where the person lives"), ("location", "residence", "resident-since")),
    (N_("The return"), ("return-mode", "return-country", "returned-on", "government-request")),
    (N_("School, skills and wishes"),
     ("education", "literacy", "numeracy", "skills", "sector", "availability", "max-duration")),
    (N_("Family and means"),
     ("dependants", "child-ages", "income", "can-advance", "other-support")),
    (N_("Health and protection"),
     ("accessibility", "vulnerability", "vulnerability-score", "medical", "specialty-needed",
      "conflicts", "excludes-government")),
    (N_("Papers and file"),
     ("documents", "dossier", "prior-assistance", "commitment", "funding-line", "group-size")),
)  # fmt: skip
"""How the facts are laid out when all are shown; a fact in no group comes last."""


@blueprint.get("/people/<uuid:member_id>/facts")
@needs(WRITE_CASE, audited=True)
def facts(member_id: UUID) -> Response:
    """Every fact, with what is known of it."""
    member = read_member(member_id)
    known = {line.name: line for line in known_facts(member.id)}
    return render("routing/facts.html", member=member, groups=grouped(), known=known)


@blueprint.get("/people/<uuid:member_id>/facts/<name>")
@needs(WRITE_CASE, audited=True)
def fact(member_id: UUID, name: str) -> Response:
    """One question, with what is known now."""
    member = read_member(member_id)
    row = next((row for row in current_facts(db.session, member.id) if row.name == name), None)
    known = next((line for line in known_facts(member.id) if line.name == name), None)
    if row is None or _known(name) == LOCATION:
        return show_fact(member, _known(name), {}, known=known)
    given = {**stored_parts(name, row.value), "source": row.source}
    return show_fact(member, name, given, known=known)


@blueprint.post("/people/<uuid:member_id>/facts/<name>")
@needs(WRITE_CASE)
def record(member_id: UUID, name: str) -> ResponseReturnValue:
    """Keep the answer; "not known" takes an older answer back."""
    member = read_member(member_id)
    try:
        keep_answer(member, _known(name))
    except Invalid as error:
        return show_fact(member, name, typed_parts(request.form, name), error)
    flash(words(N_("Noted: {facts}", facts=FACTS[name].label)))
    back = request.form.get("back", "")
    here = person_url(member)
    return redirect(back if SAME_SITE.fullmatch(back) else here, 303)


@blueprint.post("/people/<uuid:member_id>/needs")
@needs(WRITE_CASE)
def add_need(member_id: UUID) -> ResponseReturnValue:
    """One more need, then its proposals."""
    member, form = read_member(member_id), request.form
    try:
        priority = Priority(form.get("priority") or Priority.P3)
        need = open_need(
            db.session, member, actor=current_actor(), now=now(), priority=priority,
            category=form.get("category", ""), detail=form.get("detail", "").strip(),
        )  # fmt: skip
    except (Invalid, ValueError) as error:
        return back_with(error, member.case_id)
    return redirect(url_for("proposals.view", need_id=need.id), 303)


@blueprint.post("/cases/<uuid:case_id>/members")
@needs(WRITE_CASE)
def add_member(case_id: UUID) -> ResponseReturnValue:
    """One more person of the household."""
    case, form = read_case(case_id), request.form
    try:
        writing.add_member(
            db.session, case, actor=current_actor(), now=now(), relation=form.get("relation", ""),
            name=form.get("name", "").strip(), language=form.get("language") or "fr",
        )  # fmt: skip
    except Invalid as error:
        return back_with(error, case.id)
    return redirect(url_for("cases.view", case_id=case.id), 303)


@blueprint.post("/people/<uuid:member_id>/routes")
@needs(WRITE_CASE)
def add_route(member_id: UUID) -> ResponseReturnValue:
    """One more way to contact the person."""
    member = read_member(member_id)
    route = read_route(request.form, prefix=f"m{member.number}-")
    try:
        if route is not None:
            writing.add_route(db.session, member, route, actor=current_actor(), now=now())
    except Invalid as error:
        return back_with(error, member.case_id)
    return redirect(person_url(member), 303)


@blueprint.post("/people/<uuid:member_id>/routes/<uuid:route_id>/remove")
@needs(WRITE_CASE)
def remove_route(member_id: UUID, route_id: UUID) -> ResponseReturnValue:
    """The person must not be contacted that way any more."""
    member = read_member(member_id)
    row = writing.route_of(member, route_id)
    writing.remove_route(db.session, row, member, actor=current_actor(), now=now())
    return redirect(person_url(member), 303)


@blueprint.post("/cases/<uuid:case_id>/government")
@needs(WRITE_CASE)
def government(case_id: UUID) -> ResponseReturnValue:
    """One tap: no public body, or the person has changed their mind."""
    case = read_case(case_id)
    excluded = request.form.get("excluded") == "1"
    writing.exclude_government(
        db.session, case, excluded=excluded, actor=current_actor(), now=now()
    )
    return redirect(url_for("cases.view", case_id=case.id), 303)


@blueprint.post("/tasks/<uuid:task_id>/done")
@needs(WRITE_CASE)
def finish(task_id: UUID) -> ResponseReturnValue:
    """A task is done; an open need gets the next one."""
    task = task_for(db.session, current_actor(), task_id)
    need = need_for(db.session, current_actor(), task.need_id)
    finish_task(db.session, task, actor=current_actor(), now=now())
    return redirect(person_url(need.member), 303)


def keep_answer(member: CaseMember, name: str) -> None:
    """Write what was typed for one fact; raises ``Invalid`` under the fact's name."""
    form, actor = request.form, current_actor()
    if form.get("unknown") == "1":
        forget_facts(db.session, member, [name], actor=actor, now=now())
        return
    if name == LOCATION:
        country = member.case.country
        entries = location_entries(db.session, form, country=country, today=today())
    else:
        entries = entries_of(form, [name], today=today())
    if not entries:
        raise Invalid({name: N_("Please answer, or say that it is not known.")})
    record_facts(db.session, member, entries, actor=actor, now=now())
    if name == LOCATION:
        finish_asking(member)


def finish_asking(member: CaseMember) -> None:
    """Where the person lives is known again: nobody has to ask it any more."""
    for need in needs_of_case(db.session, member.case):
        if need.member_id == member.id:
            finish_tasks(db.session, need, now=now(), kind=ASK_LOCATION)
            ensure_followed(db.session, need, now=now())


def grouped() -> list[tuple[Any, list[Any]]]:
    """The facts in groups, each once."""
    laid = {name for _, names in GROUPS for name in names}
    rest = tuple(name for name in FACTS if name not in laid)
    groups = (*GROUPS, (N_("Other"), rest)) if rest else GROUPS
    return [(label, [FACTS[name] for name in names]) for label, names in groups]


def _known(name: str) -> str:
    if name not in FACTS:
        raise NotFound
    return name


def back_with(error: Invalid | ValueError, case_id: UUID) -> ResponseReturnValue:
    """Back to the person with what was wrong; nothing was changed."""
    db.session.rollback()
    fields = error.fields.values() if isinstance(error, Invalid) else (CHOOSE,)
    for reason in fields:
        flash(words(reason))
    return redirect(url_for("cases.view", case_id=case_id), 303)


def show_fact(
    member: CaseMember, name: str, given: dict[str, Any], error: Invalid | None = None, *,
    known: KnownFact | None = None,
) -> Response:  # fmt: skip
    """One question with what was typed; the form comes back to the address that asked."""
    if isinstance(error, WhichPlace):
        given["suggestions"] = error.suggestions
    return render(
        "routing/fact.html", status=422 if error else 200, member=member, fact=FACTS[name],
        given=given, problem=error.fields.get(name) if error else None,
        back=request.values.get("back", ""), known=known,
    )  # fmt: skip
