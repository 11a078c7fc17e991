"""Server-side sessions: the cookie carries a random identifier, the database its hash and the content."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask, request
from flask_session.base import ServerSideSession, ServerSideSessionInterface
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.clock import now
from directory.core.config import Settings
from directory.core.db import db, transaction
from directory.models import Account, WebSession
from directory.queries.web_sessions import end_session, live_session

TOUCH = dt.timedelta(minutes=1)
"""How exact the time of last use needs to be; keeps reading from writing at every request."""


class DatabaseSessions(ServerSideSessionInterface):
    """Sessions in the table ``web_session``; ending one there signs the browser out at its next request."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        super().__init__(app, key_prefix="", permanent=False, sid_length=32)
        self.idle = dt.timedelta(minutes=settings.session_idle_minutes)
        self.longest = dt.timedelta(hours=settings.session_hours)

    def _get_store_id(self, sid: str) -> str:
        return hashlib.sha256(sid.encode()).hexdigest()

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        with _reading() as session:
            row = live_session(session, store_id, now=now(), idle=self.idle)
            return self.serializer.decode(row.data) if row is not None else None

    def _delete_session(self, store_id: str) -> None:
        with _short_transaction() as session:
            end_session(session, store_id)

    def _upsert_session(
        self, session_lifetime: dt.timedelta, session: ServerSideSession, store_id: str
    ) -> None:
        with _short_transaction() as database:
            row = database.get(WebSession, store_id)
            if row is None:
                row = WebSession(id=store_id, created_at=now(), ends_at=now() + self.longest)
                database.add(row)
            row.data = self.serializer.encode(dict(session))
            row.seen_at = now()
            row.account_id = _account_id(database, session.get("_user_id"))
            row.device = (request.user_agent.string or "")[:120]

    def should_set_storage(self, app: Flask, session: ServerSideSession) -> bool:
        """When something changed, and now and then to remember that the session is in use."""
        if session.modified:
            return True
        with _reading() as database:
            row = database.get(WebSession, self._get_store_id(session.sid))
            return row is not None and row.seen_at + TOUCH < now()


def _own_session() -> Session:
    """A database session apart from the request's, whose transaction may be rolled back."""
    return db.get_session("web_sessions")


@contextmanager
def _short_transaction() -> Iterator[Session]:
    """Write and commit at once."""
    with transaction(_own_session()) as session:
        yield session


@contextmanager
def _reading() -> Iterator[Session]:
    """Read, and leave no transaction open behind."""
    session = _own_session()
    try:
        yield session
    finally:
        session.rollback()


def _account_id(session: Session, uniquifier: str | None) -> UUID | None:
    if uniquifier is None:
        return None
    return session.scalar(select(Account.id).where(Account.fs_uniquifier == uniquifier))
