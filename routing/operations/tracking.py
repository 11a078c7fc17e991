"""Gives a person the code with which they follow their referrals, and renews a lost one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from routing.models import CaseMember, TrackingCode
from routing.queries.tracking import tracking_code_of, tracking_digest
from routing.tracking_codes import new_tracking_code


def give_tracking_code(
    session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime
) -> TrackingCode:
    """The code that the person holds; a new one if there is none yet. The caller commits."""
    return tracking_code_of(session, member) or _write(
        session, TrackingCode(member_id=member.id), member, actor, now, "give"
    )


def renew_tracking_code(
    session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime
) -> TrackingCode:
    """Another code; the old one is worth nothing from this transaction on."""
    row = tracking_code_of(session, member)
    if row is None:
        return give_tracking_code(session, member, actor=actor, now=now)
    return _write(session, row, member, actor, now, "renew")


def hash_codes_again(session: Session) -> None:
    """Every code under the present key of the hashes, in case that has changed."""
    for row in session.scalars(select(TrackingCode)):
        row.digest = tracking_digest(row.code)
    session.flush()


def _write(
    session: Session, row: TrackingCode, member: CaseMember, actor: Actor, now: dt.datetime,
    verb: str,
) -> TrackingCode:  # fmt: skip
    row.code = new_tracking_code()
    row.digest = tracking_digest(row.code)
    row.issued_at, row.issued_by_id = now, actor.user_id
    session.add(row)
    session.flush()
    audit.record(
        session, actor, f"routing:tracking-code:{verb}", f"case_member:{member.id}", now=now,
        chain=member.case.organisation_id,
    )  # fmt: skip
    return row
