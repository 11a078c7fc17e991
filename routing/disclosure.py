"""What a provider is told about a person, by kind of service and stage: the minimum data sets.

To add a field, add a ``Field`` to its group in ``GROUPS``; to change what goes where, change a sign
in ``MATRIX``; then count ``DATASET_VERSION`` up, so that consents are asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from routing.consent_exceptions import ExceptionCode
from routing.priorities import URGENT, Priority

DATASET_VERSION = "2"


class Stage(IntEnum):
    """How much is told: a preview without identity, then all that the service needs."""

    PREVIEW = 1
    FULL = 2


class Mark(StrEnum):
    """When a field goes to a kind of service."""

    PREVIEW = "●"
    FULL = "○"
    EXPLICIT = "◇"
    """In the second stage, only with an explicit yes to this field."""
    URGENT = "!"
    """As ``EXPLICIT``, and only for P0 and P1."""
    IF_READ = "?"
    """In the preview if a condition of the listing reads the fact, else never."""
    VIA_CASEWORKER = "☎"
    """Never sent: contact goes through the caseworker."""
    NEVER = "✗"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be told."""

    name: str
    label: Text
    fact: str = ""
    """The fact (``routing.fact_table``) it comes from; else a column of the case or the person."""
    strikeable: bool = True
    """The person can strike it and the referral still means something."""


GROUPS: dict[str, tuple[Field, ...]] = {
    "referral": (
        Field("referral-code", N_("Code of the referral"), strikeable=False),
        Field("sender", N_("Who sends the person"), strikeable=False),
        Field("call-back", N_("Number of the caseworker"), strikeable=False),
    ),
    "need": (
        Field("priority", N_("How urgent it is"), strikeable=False),
        Field("need", N_("What is needed"), strikeable=False),
        Field("reason", N_("Why, as a code")),
    ),
    "age-sex": (
        Field("age-band", N_("Age, roughly"), "born"),
        Field("sex", N_("Sex"), "sex"),
    ),
    "born": (Field("born", N_("Date of birth"), "born"),),
    "name": (Field("name", N_("Name")),),
    "contact": (Field("contact-route", N_("Safe way to contact, with its rules")),),
    "area": (Field("area", N_("Region and prefecture"), "residence"),),
    "locality": (
        Field("locality", N_("Town or village"), "location"),
        Field("distance-band", N_("Distance, roughly"), "location"),
    ),
    "address": (Field("address", N_("Exact address or position"), "location"),),
    "communication": (
        Field("languages", N_("Languages"), "languages"),
        Field("interpreter", N_("Needs an interpreter"), "languages"),
        Field("accessibility", N_("Needs for access"), "accessibility"),
    ),
    "education": (Field("education", N_("Schooling"), "education"),),
    "skills": (
        Field("skills", N_("Skills and experience"), "skills"),
        Field("sector", N_("Wished sectors"), "sector"),
    ),
    "availability": (
        Field("availability", N_("Available hours a week"), "availability"),
        Field("dependants", N_("Dependants"), "dependants"),
        Field("child-ages", N_("Ages of the children"), "child-ages"),
    ),
    "household": (Field("household-members", N_("Who lives in the household, roughly")),),
    "return": (
        Field("return-mode", N_("How the person came back"), "return-mode"),
        Field("returned-on", N_("Date of return"), "returned-on"),
        Field("return-country", N_("Country returned from"), "return-country"),
    ),
    "documents": (Field("documents", N_("Documents held"), "documents"),),
    "identity-document": (
        Field("id-number", N_("Number of an identity document")),
        Field("id-copy", N_("Copy of an identity document")),
    ),
    "medical": (Field("medical-summary", N_("Medical summary, prescriptions"), "medical"),),
    "violence": (Field("violence-facts", N_("What the person has suffered")),),
    "safe-place": (Field("needs-safe-place", N_("Needs a safe place")),),
    "means": (
        Field("debt", N_("Debts")),
        Field("income", N_("Monthly income"), "income"),
    ),
    "risk": (
        Field("staff-risk", N_("Risk for the staff")),
        Field("companion", N_("Needs a companion")),
    ),
    "received": (Field("prior-assistance", N_("Help already received"), "prior-assistance"),),
    "photo": (Field("photo", N_("Photo")),),
}
FIELDS: dict[str, Field] = {field.name: field for group in GROUPS.values() for field in group}

COLUMNS = (
    "medical", "psychosocial", "child-protection", "protection", "legal", "housing", "education",
    "training", "employment", "business", "cash", "family-tracing", "information",
)  # fmt: skip
# The last column is ours: reception and orientation need to know no more than whom to expect.
# The row "household" is ours too: one referral for all who live together names them (protocol A.16).
MATRIX: dict[str, str] = {
    # group               med psy chi pro leg hou edu tra emp bus cas fam inf
    "referral":          " ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●",
    "need":              " ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●",
    "age-sex":           " ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●",
    "born":              " ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ✗",
    "name":              " ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ○   ○",
    "contact":           " ○   ○   ○   ☎   ○   ○   ○   ○   ○   ○   ○   ○   ○",
    "area":              " ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●",
    "locality":          " ●   ●   ○   ✗   ○   ●   ●   ●   ●   ●   ○   ○   ✗",
    "address":           " ◇   ✗   ◇   ✗   ✗   ◇   ✗   ✗   ✗   ◇   ✗   ◇   ✗",
    "communication":     " ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●   ●",
    "education":         " ✗   ✗   ○   ✗   ✗   ✗   ●   ●   ●   ○   ✗   ✗   ✗",
    "skills":            " ✗   ✗   ✗   ✗   ✗   ✗   ✗   ●   ●   ●   ✗   ✗   ✗",
    "availability":      " ✗   ○   ○   ●   ✗   ●   ○   ●   ●   ○   ●   ○   ✗",
    "household":         " ✗   ✗   ✗   ✗   ✗   ●   ✗   ✗   ✗   ✗   ●   ✗   ✗",
    "return":            " ✗   ✗   ◇   ✗   ◇   ✗   ✗   ?   ?   ?   ?   ◇   ✗",
    "documents":         " ○   ✗   ○   ✗   ●   ○   ○   ●   ●   ●   ●   ○   ✗",
    "identity-document": " ◇   ✗   ◇   ✗   ◇   ✗   ◇   ◇   ◇   ◇   ◇   ◇   ✗",
    "medical":           " ○   ○   ◇   !   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗",
    "violence":          " ✗   ◇   ◇   ✗   ◇   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗",
    "safe-place":        " ✗   ✗   ✗   ◇   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗",
    "means":             " ✗   ✗   ✗   ✗   ✗   ○   ✗   ✗   ✗   ○   ○   ✗   ✗",
    "risk":              " ●   ●   ●   ●   ✗   ●   ✗   ✗   ✗   ✗   ✗   ●   ✗",
    "received":          " ○   ○   ○   ✗   ✗   ○   ✗   ○   ○   ○   ●   ✗   ✗",
    "photo":             " ✗   ✗   ◇   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ✗   ◇   ✗",
}  # fmt: skip

MARKS: dict[str, dict[str, Mark]] = {
    category: {
        field.name: Mark(MATRIX[group].split()[column])
        for group, fields in GROUPS.items()
        for field in fields
    }
    for column, category in enumerate(COLUMNS)
}
"""``MARKS[category][field]``."""
NARROWEST = "information"
"""Its marks hold for a category that has no column yet."""

HOUSEHOLD = frozenset({"dependants", "child-ages", "household-members"})
"""Fields about everybody at home: they go only if each adult agrees (protocol A.16)."""
CLINICAL = frozenset({"medical", "psychosocial"})


def marks_of(category: str) -> dict[str, Mark]:
    """When each field goes to a service of ``category``."""
    return MARKS.get(category, MARKS[NARROWEST])


def fields_for(
    category: str,
    stage: Stage,
    *,
    struck: Collection[str] = (),
    extra: Collection[str] = (),
    conditions_read: Collection[str] = (),
    priority: Priority = Priority.P3,
    exception: ExceptionCode | None = None,
) -> tuple[Field, ...]:
    """The fields that may go to a service of ``category`` at ``stage``, in the order of the table.

    ``struck`` and ``extra`` are the person's own noes and explicit yeses; ``conditions_read`` the
    facts that the listing's conditions read. Without consent (``exception``) only the preview goes,
    with the clinical note where a professional has determined incapacity; for a legal duty what was
    ordered (``extra``), as far as the platform transmits it at all.
    """
    marks = marks_of(category)

    def goes(field: Field) -> bool:
        mark = marks[field.name]
        if exception is ExceptionCode.LEGAL_DUTY:
            return field.name in extra and mark not in (Mark.NEVER, Mark.VIA_CASEWORKER)
        if mark is Mark.PREVIEW or (mark is Mark.IF_READ and field.fact in conditions_read):
            return True
        if exception is not None:
            note = field.name == "medical-summary" and category in CLINICAL
            return note and exception is ExceptionCode.INCAPACITY_MH
        if stage is Stage.PREVIEW:
            return False
        return mark is Mark.FULL or (field.name in extra and _explicit(mark, priority))

    return tuple(field for name, field in FIELDS.items() if name not in struck and goes(field))


def explicit_fields(category: str, names: Collection[str]) -> frozenset[str]:
    """Those of ``names`` that go to ``category`` only with an explicit yes."""
    marks = marks_of(category)
    return frozenset(name for name in names if marks[name] in (Mark.EXPLICIT, Mark.URGENT))


def overview(
    category: str, *, conditions_read: Collection[str] = (), priority: Priority = Priority.P3
) -> dict[Mark, tuple[Field, ...]]:
    """For the consent screen: what goes first, after acceptance, on an explicit yes, and never."""
    sorted_by: dict[Mark, list[Field]] = {
        mark: []
        for mark in (Mark.PREVIEW, Mark.FULL, Mark.EXPLICIT, Mark.VIA_CASEWORKER, Mark.NEVER)
    }
    for field in FIELDS.values():
        mark = marks_of(category)[field.name]
        if mark is Mark.IF_READ:
            mark = Mark.PREVIEW if field.fact in conditions_read else Mark.NEVER
        elif mark is Mark.URGENT:
            mark = Mark.EXPLICIT if priority in URGENT else Mark.NEVER
        sorted_by[mark].append(field)
    return {mark: tuple(fields) for mark, fields in sorted_by.items()}


def may_send_identity_at_once(
    category: str, *, person_agrees: bool, priority: Priority, by_phone: bool, hidden_address: bool
) -> bool:
    """Whether all may go in one stage, before the provider has accepted.

    Never to a hidden address. In an emergency by phone; else, with the person's agreement, to the
    categories that allow it.
    """
    if hidden_address:
        return False
    if priority in URGENT and by_phone:
        return True
    return person_agrees and not CATEGORIES[category].two_stage


def payload(fields: Collection[Field], values: Mapping[str, object]) -> dict[str, object]:
    """The known values of exactly these fields, and nothing else that ``values`` may hold."""
    return {f.name: values[f.name] for f in fields if values.get(f.name) not in (None, "", (), [])}


def digest(content: Mapping[str, object]) -> str:
    """The SHA-256 of a payload, the same whatever the order of its entries."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


AGE_BANDS = (0, 6, 12, 15, 18, 25, 35, 45, 60)
"""First years of the bands told in a preview; a proposal, to be set by the country."""


CHILD_AMOUNT_BANDS = ((0, 13), (14, 18))
"""Ages of children for whom the same amount is paid (protocol A.16, annex 1 of its source S2)."""


def age_band(years: int) -> tuple[int, int | None]:
    """The first and the last year of the band in which ``years`` lies; the last band is open."""
    first = max(start for start in AGE_BANDS if start <= years)
    following = [start for start in AGE_BANDS if start > years]
    return first, (following[0] - 1 if following else None)


def _explicit(mark: Mark, priority: Priority) -> bool:
    return mark is Mark.EXPLICIT or (mark is Mark.URGENT and priority in URGENT)
