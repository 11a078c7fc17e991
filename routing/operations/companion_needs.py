"""A need for cash help beside another need, where the person would lack money (protocol A.10)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from routing.models import CaseMember, Need
from routing.operations.needs import OPEN, open_need

CASH = "cash"


def need_cash(session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime) -> Need:
    """The open need for cash help of this person, opened if there is none."""
    query = select(Need).where(
        Need.member_id == member.id, Need.category == CASH, Need.state == OPEN
    )
    found = session.scalars(query).first()
    return found or open_need(session, member, actor=actor, now=now, category=CASH)
