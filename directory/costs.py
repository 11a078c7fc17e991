"""What using a service costs, and who pays (protocol A.10)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from directory.core.text import N_, Text


class CostModel(enum.StrEnum):
    """Who pays, and when (protocol A.10)."""

    FREE = "free"
    DIRECT_BILLING = "direct-billing"
    VOUCHER = "voucher"
    CO_FUNDED = "co-funded"
    PAY_AND_REIMBURSE = "pay-and-reimburse"
    FEE = "fee"


COST_LABELS: dict[CostModel, Text] = {
    CostModel.FREE: N_("Free"),
    CostModel.DIRECT_BILLING: N_("Billed to the sending organisation"),
    CostModel.VOUCHER: N_("Voucher"),
    CostModel.CO_FUNDED: N_("Cost shared"),
    CostModel.PAY_AND_REIMBURSE: N_("Paid first, reimbursed later"),
    CostModel.FEE: N_("Paid by the person"),
}


REIMBURSEMENT_DAYS = 14
"""Days until a person has their money back where nobody promised otherwise (protocol A.10) [P]."""
ESCORTS: dict[str, Text] = {
    "not-needed": N_("Nobody has to come along"),
    "needed": N_("Somebody must come along, at the person's cost"),
    "paid": N_("Somebody must come along; their costs are paid"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerms:
    """What is agreed about money besides the price. ``None`` always means that nobody wrote it."""

    payers: tuple[str, ...] = ()
    """Who pays, as the source names them; several when the cost is shared."""
    agreement: str | None = None
    """Key of the written agreement under which they pay."""
    ceiling: float | None = None
    """The most that is paid for one person."""
    prior_approval: bool | None = None
    """The payer must agree beforehand."""
    approval_days: int | None = None
    """Working days until the payer answers."""
    covers: str | None = None
    """What the price covers."""
    deposit: float | None = None
    """Asked in advance whatever the model."""
    has_advance: bool = False
    """Somebody advances the money, or direct billing is possible instead."""
    reimbursement_documents: tuple[str, ...] = ()
    """Papers without which nothing is paid back."""
    reimbursement_days: int | None = None
    """Days until the money is back; nothing: ``REIMBURSEMENT_DAYS``."""
    transport_day: float | None = None
    meals_day: float | None = None
    lodging_month: float | None = None
    days_month: float | None = None
    """Days of presence in a month."""
    escort: str | None = None
    """One of ``ESCORTS``."""
    lodging_near: bool | None = None
    """The person can sleep near the service."""
    outreach_cost: float | None = None
    """What a day of travel of the provider's agent costs the sender."""


TERM_NAMES = frozenset(field.name for field in fields(CostTerms))


def cost_terms(written: Mapping[str, Any]) -> CostTerms:
    """The terms of a listing as values; raises ``ValueError`` for a name or a value not known."""
    if unknown := set(written) - TERM_NAMES:
        raise ValueError(", ".join(sorted(unknown)))
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    terms = CostTerms(**given)
    if terms.escort is not None and terms.escort not in ESCORTS:
        raise ValueError("escort")
    for name in NUMBERS:
        value = getattr(terms, name)
        if value is not None and (not isinstance(value, int | float) or value < 0):
            raise ValueError(name)
    return terms


NUMBERS = (
    "ceiling", "approval_days", "deposit", "reimbursement_days", "transport_day", "meals_day",
    "lodging_month", "days_month", "outreach_cost",
)  # fmt: skip


def reimbursement_days(terms: CostTerms) -> int:
    """Within how many days the person has their money back."""
    return REIMBURSEMENT_DAYS if terms.reimbursement_days is None else int(terms.reimbursement_days)
