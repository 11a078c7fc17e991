"""What a person has paid, as typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.operations.expenses import Claim


def read_claim(given: Mapping[str, Any]) -> Claim:
    """The claim; raises ``Invalid`` with every field that cannot be read."""
    problems: dict[str, Text] = {}
    amount = read_amount(given.get("amount"))
    if amount is None:
        problems["amount"] = N_("Give the amount as a number above zero.")
    paid_on = _day(given.get("paid_on"))
    if paid_on is None:
        problems["paid_on"] = N_("Give the day of the payment.")
    if problems or amount is None or paid_on is None:
        raise Invalid(problems)
    papers = given.get("documents") or ()
    listed = papers.split(",") if isinstance(papers, str) else papers
    return Claim(
        kind=str(given.get("kind") or ""), amount=amount, paid_on=paid_on,
        currency=str(given.get("currency") or "").strip().upper(),
        documents=tuple(paper.strip() for paper in listed if paper.strip()),
        payer_id=_key(given.get("payer")),
    )  # fmt: skip


def read_amount(text: Any) -> Decimal | None:
    """A number as people write it: spaces between thousands, a comma before the cents."""
    plain = "".join(str(text or "").split()).replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount.is_finite() and abs(amount) < MOST else None


MOST = Decimal(10**12)


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value or ""))
    except ValueError:
        return None


def _key(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value or ""))
    except ValueError:
        return None
