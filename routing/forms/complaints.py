"""What is asked with a complaint and with each of its steps: one table for pages and interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.complaint_levels import LEVELS
from routing.complaint_life import DECISIONS
from routing.forms.step_fields import Control, StepField
from routing.forms.steps import READERS
from routing.operations.complaints import Contact, Told, checked_contact

F, C = StepField, Control
LEVEL_CHOICES: dict[str, Text] = {
    level.value: N_("{level} · {label}: {content}", level=level.value, label=rule.label,
                    content=rule.content)
    for level, rule in LEVELS.items()
}  # fmt: skip
AGREES = F(
    "person_agrees", N_("The person was asked and agrees that others read it"), C.TICK, False
)
TEXT = F("text", N_("What you want to say"), C.LONG_TEXT)

COMPLAINT_FIELDS: dict[str, tuple[StepField, ...]] = {
    "triage": (F("level", N_("How serious it is"), C.CHOICE, choices=LEVEL_CHOICES), AGREES),
    "change-level": (
        F("level", N_("How serious it is"), C.CHOICE, choices=LEVEL_CHOICES),
        F("reason", N_("Why (the person does not read this)"), C.LONG_TEXT), AGREES,
    ),
    "escalate": (F("investigator", N_("Who looks into it: name and office")),),
    "investigate": (F("action", N_("What you do first"), C.LONG_TEXT),),
    "decide": (
        F("decision", N_("What was decided"), C.CHOICE, choices=DECISIONS),
        F("reason", N_("Why (the person does not read this)"), C.LONG_TEXT),
    ),
    "inform": (F("explanation", N_("What the person reads, in simple words"), C.LONG_TEXT),),
    "close": (),
    "reopen": (F("reason", N_("What was not right with the answer?"), C.LONG_TEXT),),
    "appeal": (F("reason", N_("What was not right with the answer?"), C.LONG_TEXT),),
    "message": (TEXT,),
    "add": (TEXT,),
    "share": (F("text", N_("Summary for the service and the supervisor. Leave out who complains, "
                           "and anything by which they could be recognised."), C.LONG_TEXT),),
    "answer": (TEXT,),
    "name-organisation": (F("organisation", N_("Name of the organisation")),),
}  # fmt: skip
TICKS = ("harmed", "caseworker_may_know", "name_may_be_shared")
CONTACT_KINDS: dict[str, Text] = {"phone": N_("Telephone"), "email": N_("E-mail")}
MOST = {"about": 200, "name": 120, "code": 20, "contact_value": 120, "contact_hours": 120}
"""Longest texts, by field."""


def read_complaint_details(step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a step from JSON or a form; raises ``Invalid`` with every problem.

    A field that is not asked is a problem too. Fields left empty are left out.
    """
    fields = COMPLAINT_FIELDS.get(step, ())
    known = {field.name for field in fields}
    problems: dict[str, Text] = {
        name: N_("This is not asked here.") for name in given if name not in known
    }
    values: dict[str, Any] = {}
    for field in fields:
        raw = given.get(field.name)
        if raw in (None, "", False):
            if field.required:
                problems[field.name] = N_("Please fill this in.")
            continue
        try:
            values[field.name] = READERS[field.control](field, raw)
        except ValueError:
            problems[field.name] = N_("This value cannot be used.")
    if problems:
        raise Invalid(problems)
    return values


def read_told(form: Mapping[str, Any], *, language: str, channel: str = "web") -> Told:
    """What was typed; raises ``Invalid`` for what cannot be read, the operation for the rest.

    ``party`` is what was picked: ``organisation:<id>`` or ``listing:<id>``.
    """
    problems = {
        name: N_("At most {count} characters.", count=most)
        for name, most in MOST.items()
        if len(str(form.get(name) or "")) > most
    }
    if problems:
        raise Invalid(problems)
    country = str(form.get("country") or "")
    organisation_id, listing_id = _picked(str(form.get("party") or ""))
    harmed, caseworker_may_know, name_may_be_shared = (
        form.get(name) in ("1", True) for name in TICKS
    )
    return Told(
        words=str(form.get("words") or ""), country=country, channel=channel, language=language,
        category=str(form.get("category") or "other"), about=str(form.get("about") or ""),
        organisation_id=organisation_id, listing_id=listing_id, name=str(form.get("name") or ""),
        code=str(form.get("code") or ""), contact=_contact(form, country), harmed=harmed,
        caseworker_may_know=caseworker_may_know, name_may_be_shared=name_may_be_shared,
    )  # fmt: skip


def _contact(form: Mapping[str, Any], country: str) -> Contact | None:
    value = str(form.get("contact_value") or "").strip()
    if not value:
        return None
    contact = Contact(
        kind="email" if "@" in value else "phone", value=value,
        safe_to_call=form.get("contact_call") == "1", safe_to_text=form.get("contact_text") == "1",
        hours=str(form.get("contact_hours") or "").strip(),
    )  # fmt: skip
    return checked_contact(contact, country)


def _picked(party: str) -> tuple[UUID | None, UUID | None]:
    kind, _, key = party.partition(":")
    try:
        found = UUID(key) if kind in ("organisation", "listing") else None
    except ValueError:
        raise Invalid({"about": N_("Choose one of the list, or write the name.")}) from None
    return (found, None) if kind == "organisation" else (None, found)
