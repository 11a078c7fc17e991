"""Facts of a listing as short sentences: what it costs, when it takes people."""

from __future__ import annotations

from decimal import Decimal

from directory.core.text import N_, Text
from directory.costs import COST_LABELS, CostModel
from directory.intake import Intake

COST_UNKNOWN = N_("Cost not known")


def cost_words(model: str | None, price: Decimal | None, currency: str | None) -> Text:
    """What the person pays, in a few words."""
    if model is None:
        return COST_UNKNOWN
    label = COST_LABELS[CostModel(model)]
    if price is None or model == CostModel.FREE:
        return label
    return N_("{model}: {price} {currency}", model=label, price=price, currency=currency or "")


def intake_words(state: Intake) -> Text:
    """Whether people can apply today, and until or from when."""
    if state.is_always_open:
        return N_("Takes people at any time")
    if state.now is not None:
        if state.now.last_on is None:
            return N_("Enrolment is open")
        return N_("Enrolment is open until {date}", date=state.now.last_on)
    if state.next is not None and state.next.opens_on is not None:
        return N_("Enrolment opens on {date}", date=state.next.opens_on)
    return N_("Enrolment is closed")


def start_words(state: Intake) -> Text | None:
    """When what people apply for begins; nothing where nobody said."""
    opening = state.now or state.next
    if opening is None or opening.starts_on is None:
        return None
    return N_("Starts on {date}", date=opening.starts_on)
