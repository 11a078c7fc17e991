"""Codes that no other row has."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.codes import new_code
from routing.models import Case, CaseTransfer, Complaint, Referral

Coded = type[Case] | type[CaseTransfer] | type[Complaint] | type[Referral]


def unused_code(session: Session, model: Coded) -> str:
    """A new code; the column is unique, so a meeting of two in the same instant is refused."""
    while True:
        code = new_code()
        if session.scalars(select(model.id).where(model.code == code)).first() is None:
            return code
