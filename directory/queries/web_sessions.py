"""Sessions of browsers: found by the hash of their identifier, ended by idleness, age or order."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.models import WebSession


def live_session(
    session: Session, digest: str, *, now: dt.datetime, idle: dt.timedelta
) -> WebSession | None:
    """The session stored under ``digest`` unless it has ended or was unused for ``idle``."""
    row = session.get(WebSession, digest)
    return row if row is not None and row.ends_at > now and row.seen_at + idle > now else None


def end_session(session: Session, digest: str) -> None:
    """Forget one session."""
    session.execute(delete(WebSession).where(WebSession.id == digest))


def sessions_of(session: Session, account_id: UUID) -> list[WebSession]:
    """Sessions of one account, newest use first."""
    query = (
        select(WebSession)
        .where(WebSession.account_id == account_id)
        .order_by(WebSession.seen_at.desc())
    )
    return list(session.scalars(query))


def end_sessions_of(session: Session, account_id: UUID, *, but: str = "") -> int:
    """End every session of one account, except the one whose digest is ``but``; how many ended."""
    query = delete(WebSession).where(WebSession.account_id == account_id, WebSession.id != but)
    return len(session.scalars(query.returning(WebSession.id)).all())


def end_stale_sessions(session: Session, *, now: dt.datetime) -> int:
    """Remove rows whose time is over; how many there were."""
    query = delete(WebSession).where(WebSession.ends_at <= now).returning(WebSession.id)
    return len(session.scalars(query).all())
