"""Who asks with a tracking code, and what may be told them: words, never a name or a place."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.encryption import KEYRING
from routing.models import CaseMember, TrackingCode
from routing.tracking_codes import typed_code

PURPOSE = "tracking"
"""What the keyed hash of a code is for: the same signs hash differently elsewhere."""


def tracking_digest(code: str) -> str:
    """Keyed hash under which a code is found."""
    return KEYRING.digest(PURPOSE, code)


def member_of_tracking_code(session: Session, code: str) -> CaseMember | None:
    """The person whose code was typed, with or without hyphens, in any case; else nothing.

    The same hash and the same look-up are made for every text, so that the time tells nothing. The
    caller limits how often somebody may try (``directory.pages.limits``, or by the sender's number).
    """
    query = select(TrackingCode).where(TrackingCode.digest == tracking_digest(typed_code(code)))
    found = session.scalars(query).one_or_none()
    return found.member if found is not None else None


def tracking_code_of(session: Session, member: CaseMember) -> TrackingCode | None:
    """The code that the person holds now."""
    query = select(TrackingCode).where(TrackingCode.member_id == member.id)
    return session.scalars(query).one_or_none()
