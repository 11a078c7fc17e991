"""What a counsellor types about one person before the journey, as ``routing.operations.packets`` takes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.forms.fact_inputs import entries_of
from routing.forms.locations import WhichPlace, location_entries
from routing.forms.new_person import read_route
from routing.forms.transfers import read_key
from routing.operations.packets import Proposal
from routing.operations.service_confirmations import Answer

FACTS_ABROAD = ("born", "sex", "nationality", "education")
"""Asked abroad because they decide at most doors; the rest is asked on arrival (protocol A.15 step 5)."""
NEED_ROWS = 3
OTHER_INSTALLATION = "other"
Typed = MultiDict[str, str]


def read_proposal(
    session: Session, form: Typed, *, sender_id: UUID, country: str, today: dt.date
) -> Proposal:
    """Raises ``Invalid`` with every problem, ``WhichPlace`` if a place has to be chosen."""
    problems: dict[str, Text] = {}
    days = {name: _day(form, name, problems) for name in ("departs_on", "arrives_on")}
    facts, which = _facts(session, form, country, today, problems)
    receiver_id = None
    if form.get("receiver") != OTHER_INSTALLATION:
        try:
            receiver_id = read_key(form, "receiver")
        except Invalid as error:
            problems |= error.fields
    if which is not None:
        raise WhichPlace(which.suggestions, problems)
    if problems:
        raise Invalid(problems)
    route = read_route(form)
    elsewhere = receiver_id is None
    return Proposal(
        sender_id=sender_id, host_country=form.get("host_country", ""), country=country,
        receiver_id=receiver_id,
        installation=_text(form, "installation") if elsewhere else "",
        receiver_name=_text(form, "receiver_name") if elsewhere else "",
        name=_text(form, "name"), language=form.get("language") or "fr",
        routes=(asdict(route),) if route else (), facts=facts, needs=_needs(form),
        consent_language=form.get("consent_language", ""),
        consent_mode=form.get("consent_mode", ""), consented=frozenset(form.getlist("may")),
        wants_government=form.get("wants_government") == "1",
        departs_on=days["departs_on"], arrives_on=days["arrives_on"],
    )  # fmt: skip


def read_answer(form: Typed) -> Answer | None:
    """The provider's terms, or nothing where the provider cannot; raises ``Invalid``."""
    if form.get("available") not in ("yes", "no"):
        raise Invalid({"available": N_("Please choose one of the list.")})
    if form["available"] == "no":
        return None
    problems: dict[str, Text] = {}
    until, held = _day(form, "valid_until", problems), _day(form, "held_until", problems)
    if until is None:
        problems.setdefault("valid_until", N_("Please give a date."))
    if problems or until is None:
        raise Invalid(problems)
    return Answer(
        valid_until=until, held_until=held, price=_text(form, "price"),
        medicine=_text(form, "medicine"), note=_text(form, "note"),
    )  # fmt: skip


def _facts(
    session: Session, form: Typed, country: str, today: dt.date, problems: dict[str, Text]
) -> tuple[dict[str, object], WhichPlace | None]:
    facts: dict[str, object] = {}
    try:
        facts |= entries_of(form, FACTS_ABROAD, today=today)
    except Invalid as error:
        problems |= error.fields
    try:
        facts |= location_entries(session, form, country=country, today=today)
    except WhichPlace as error:
        return facts, error
    except Invalid as error:
        problems |= error.fields
    return facts, None


def _needs(form: Typed) -> tuple[dict[str, str], ...]:
    rows: list[dict[str, Any]] = [
        {
            "category": _text(form, f"category-{row}"),
            "priority": _text(form, f"priority-{row}") or "P3",
            "detail": _text(form, f"detail-{row}"),
        }
        for row in range(1, NEED_ROWS + 1)
    ]
    return tuple({k: v for k, v in row.items() if v} for row in rows if row["category"])


def _day(form: Typed, name: str, problems: dict[str, Text]) -> dt.date | None:
    typed = _text(form, name)
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        problems[name] = N_("Please give a date.")
        return None


def _text(form: Typed, name: str) -> str:
    return form.get(name, "").strip()
