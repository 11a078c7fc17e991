"""What was typed at a reception, as ``routing.operations.reception`` takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.categories import CATEGORIES
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.forms.fact_inputs import entries_of
from routing.forms.locations import WhichPlace, location_entries
from routing.operations.cases import Route
from routing.operations.reception import Beginning, Reception
from routing.priorities import URGENT, Priority

FIRST_FACTS = ("born", "sex")
"""Asked of everybody; the rest is asked when it decides something."""
Typed = MultiDict[str, str]


def read_reception(session: Session, form: Typed, *, country: str, today: dt.date) -> Reception:
    """Raises ``Invalid`` with every problem, ``WhichPlace`` if a place has to be chosen."""
    problems = _choices(form)
    facts: dict[str, object] = {}
    which: WhichPlace | None = None
    try:
        facts |= entries_of(form, FIRST_FACTS, today=today)
    except Invalid as error:
        problems |= error.fields
    try:
        facts |= location_entries(session, form, country=country, today=today)
    except WhichPlace as error:
        which = error
    except Invalid as error:
        problems |= error.fields
    route = read_route(form)
    if route is None and not form.get("contact_impossible"):
        problems["route-value"] = N_(
            "Note how the person can be contacted safely, or that there is no way."
        )
    if which is not None:
        raise WhichPlace(which.suggestions, problems)
    if problems:
        raise Invalid(problems)
    return _reception(form, facts, (route,) if route is not None else ())


def read_route(form: Mapping[str, str], prefix: str = "") -> Route | None:
    """A way to contact the person, if one was typed."""

    def given(name: str) -> str:
        return form.get(f"{prefix}route-{name}", "").strip()

    if not given("value"):
        return None
    return Route(
        kind=given("kind") or "phone", value=given("value"), owner=given("owner") or "self",
        safe_to_call=given("call") == "1", safe_to_leave_voice=given("voice") == "1",
        safe_to_text=given("text") == "1", hours=given("hours") or None,
        language=form.get("language") or "fr",
    )  # fmt: skip


def read_beginning(form: Typed) -> Beginning:
    """What was settled before a registered case begins; raises ``Invalid``."""
    problems = _beginning_problems(form)
    if form.get("consents") != "1":
        problems["consents"] = N_("Ask whether the person agrees to be helped.")
    if problems:
        raise Invalid(problems)
    return Beginning(**_beginning(form))


def _beginning(form: Typed) -> dict[str, Any]:
    return {
        "in_danger": form.get("danger") == "yes",
        "services_explained": form.get("explained") == "1",
        "plan_agreed": form.get("agreed") == "1",
        "consents": form.get("consents") == "1",
        "mode": form.get("mode") or "signature",
        "witness": form.get("witness", "").strip(),
    }


def _choices(form: Typed) -> dict[str, Text]:
    problems = _beginning_problems(form)
    if form.get("category") not in CATEGORIES:
        problems["category"] = N_("Choose what the person needs.")
    if form.get("priority") not in list(Priority):
        problems["priority"] = N_("Please choose one of the list.")
    if form.get("danger") == "yes" and form.get("priority") not in URGENT:
        problems["priority"] = N_("Somebody in danger is helped at once: choose the urgency.")
    return problems


def _beginning_problems(form: Typed) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if form.get("danger") not in ("yes", "no"):
        problems["danger"] = N_("Ask about danger first, whatever else.")
    if form.get("consents") and form.get("danger") != "yes":
        if not form.get("explained"):
            problems["explained"] = N_("Tell the person of every kind of help that exists.")
        if not form.get("agreed"):
            problems["agreed"] = N_("Assess the needs and agree on a plan with the person.")
    return problems


def _reception(form: Typed, facts: Mapping[str, object], routes: tuple[Route, ...]) -> Reception:
    return Reception(
        category=form["category"], priority=Priority(form["priority"]),
        detail=form.get("detail", "").strip(), name=form.get("name", "").strip(),
        language=form.get("language") or "fr", routes=routes,
        contact_impossible=form.get("contact_impossible") == "1", facts=facts,
        excludes_government=form.get("excludes_government") == "1", **_beginning(form),
    )  # fmt: skip
