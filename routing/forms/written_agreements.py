"""A written agreement as it is typed: the same reading for the page and the JSON interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.categories import CATEGORIES
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing import shapes
from routing.criteria.quota import GROUPS
from routing.shapes import BadValue, Shape
from routing.written_agreements import PAYMENTS, Payment

WHOLE = shapes.number()
TERMS: dict[str, Shape] = {
    "signed_on": shapes.date(),
    "ends_on": shapes.date(),
    "categories": shapes.many(shapes.choice({name: one.label for name, one in CATEGORIES.items()})),
    "quota_group": shapes.choice(GROUPS),
    "quota_share": shapes.number(low=1, high=100),
    "ceiling": WHOLE,
    "currency": shapes.choice({code: Text(code) for code in ("XOF", "GNF", "GMD", "EUR", "USD")}),
    "approval_days": shapes.number(high=365),
}
"""What the parties have agreed."""
REPORT: dict[str, Shape] = {
    "accepted": WHOLE,
    "accepted_of_group": WHOLE,
    "payment": shapes.choice({state.value: label for state, label in PAYMENTS.items()}),
    "payment_since": shapes.date(),
    "payment_expected_on": shapes.date(),
}
"""How it goes, as the provider or the sender says."""
LONGEST_TITLE, LONGEST_NOTE = 200, 2_000


def read_terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """Title, terms and note; raises ``Invalid`` with every problem."""
    problems: dict[str, Text] = {}
    found = _read(TERMS, given, problems)
    found["categories"] = sorted(found["categories"] or ())
    found["title"] = str(given.get("title") or "").strip()
    found["note"] = str(given.get("note") or "").strip() or None
    if not 0 < len(found["title"]) <= LONGEST_TITLE:
        problems["title"] = N_("Give it a title of at most {count} letters.", count=LONGEST_TITLE)
    if len(found["note"] or "") > LONGEST_NOTE:
        problems["note"] = N_("At most {count} letters.", count=LONGEST_NOTE)
    if found["signed_on"] is None:
        problems.setdefault("signed_on", N_("Say when it was signed."))
    elif found["ends_on"] is not None and found["ends_on"] < found["signed_on"]:
        problems["ends_on"] = N_("It cannot end before it was signed.")
    if (found["quota_group"] is None) != (found["quota_share"] is None):
        problems.setdefault("quota_share", N_("A quota needs a share and for whom it is."))
    if found["ceiling"] is not None and found["currency"] is None:
        problems.setdefault("currency", N_("An amount needs a currency."))
    if problems:
        raise Invalid(problems)
    return found


def read_report(given: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers accepted and the state of payments; raises ``Invalid`` with every problem."""
    problems: dict[str, Text] = {}
    found = _read(REPORT, given, problems)
    found["payment"] = Payment(found["payment"] or Payment.NONE)
    if (found["accepted"] is None) != (found["accepted_of_group"] is None):
        problems.setdefault("accepted_of_group", N_("Give both numbers, or none."))
    elif found["accepted"] is not None and found["accepted_of_group"] > found["accepted"]:
        problems["accepted_of_group"] = N_("More of the group than altogether is not possible.")
    if problems:
        raise Invalid(problems)
    return found


def read_parties(given: Mapping[str, Any]) -> tuple[UUID, UUID]:
    """Who sends and who receives; raises ``Invalid``."""
    problems: dict[str, Text] = {}
    found = []
    for name in ("sender_id", "provider_id"):
        try:
            found.append(UUID(str(given.get(name) or "")))
        except ValueError:
            problems[name] = N_("Choose an organisation.")
    if problems:
        raise Invalid(problems)
    return found[0], found[1]


def _read(
    shapes_by_name: Mapping[str, Shape], given: Mapping[str, Any], problems: dict[str, Text]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, shape in shapes_by_name.items():
        raw = given.get(name)
        try:
            found[name] = None if raw in (None, "", []) else shape.read(raw)
        except BadValue as error:
            found[name], problems[name] = None, error.reason
    return found
