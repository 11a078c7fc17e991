"""The truth table of every kind of criterion: C-T05.

A case is a column of the table with the parameters, what is known of the person, what the offer
says, and the answer. Columns: ``below at above`` for what has an order, ``inside outside`` for what
has not, ``unknown stale straddling not-now``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.answers import Answer
from routing.facts import Facts
from routing.offer import Offer

TODAY = dt.date(2026, 3, 15)

NO, UNKNOWN, NOT_NOW, YES = Answer.NO, Answer.UNKNOWN, Answer.NOT_NOW, Answer.YES


@dataclass(frozen=True)
class Case:
    """One row: ``kind`` judges ``facts`` and ``offer`` with ``asks`` and must give ``answer``."""

    kind: str
    column: str
    asks: Mapping[str, Any]
    facts: Mapping[str, Any]
    answer: Answer
    offer: Mapping[str, Any] = field(default_factory=dict)
    on: dt.date | None = None
    questions: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return f"{self.kind}-{self.column}-{self.answer}"

    def known(self) -> Facts:
        """The facts as a form or a file gives them."""
        return Facts.read(self.facts, today=TODAY)

    def offered(self) -> Offer:
        """The offer."""
        return Offer(**self.offer)


def old(value: object) -> dict[str, object]:
    """A value that was recorded ten years ago, and one of a fact that never ages has run out."""
    return {"value": value, "as_of": "2016-01-01", "expires": "2016-12-31"}


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)
