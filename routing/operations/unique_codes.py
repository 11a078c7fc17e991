"""Codes that no other row has."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.codes import new_code
from routing.models import Case, CaseTransfer, Referral


def unused_code(session: Session, model: type[Case] | type[CaseTransfer] | type[Referral]) -> str:
    """A new code; the column is unique, so a meeting of two in the same instant is refused."""
    while True:
        code = new_code()
        if session.scalars(select(model.id).where(model.code == code)).first() is None:
            return code
