"""Server-side sessions: the cookie carries a random name, the database its hash and the content."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask, Request, Response, request
from flask_session.base import ServerSideSession, ServerSideSessionInterface
from msgspec import msgpack
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
    """Sessions in the table ``web_session``; ending one signs the browser out at once."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        super().__init__(app, key_prefix="", permanent=False, sid_length=32)
        self.idle = dt.timedelta(minutes=settings.session_idle_minutes)
        self.longest = dt.timedelta(hours=settings.session_hours)

    def _get_store_id(self, sid: str) -> str:
        return hashlib.sha256(sid.encode()).hexdigest()

    def digest(self, session: ServerSideSession) -> str:
        """Under which name the database knows this session."""
        return self._get_store_id(session.sid)

    def regenerate(self, session: ServerSideSession) -> None:
        """Give the session a new name; the old one is forgotten when the request is over."""
        session.retired = session.retired or session.sid
        session.sid = self._generate_sid(self.sid_length)
        session.modified = True

    def open_session(self, app: Flask, request: Request) -> ServerSideSession:
        """The browser's session while it lasts, else a new one under a name of ours."""
        sid = request.cookies.get(self.get_cookie_name(app), "")
        known = self._known(sid) if sid else None
        if known is None:
            session = self.session_class(sid=self._generate_sid(self.sid_length))
            session.known_as = session.seen_at = None
        else:
            session = self.session_class(known[0], sid=sid)
            session.known_as, session.seen_at = sid, known[1]
        session.retired = None
        return session

    def _known(self, sid: str) -> tuple[dict[str, Any], dt.datetime] | None:
        """What is stored under a name, and when it was last used."""
        with _reading() as database:
            row = live_session(database, self._get_store_id(sid), now=now(), idle=self.idle)
            return (msgpack.decode(row.data, type=dict), row.seen_at) if row is not None else None

    def save_session(self, app: Flask, session: ServerSideSession, response: Response) -> None:
        """Store what changed, and forget the name that the session had before sign-in."""
        if session.retired is not None:
            self._delete_session(self._get_store_id(session.retired))
        super().save_session(app, session, response)

    def should_set_storage(self, app: Flask, session: ServerSideSession) -> bool:
        """When something changed, and now and then to remember that the session is in use."""
        return session.modified or (session.seen_at is not None and session.seen_at + TOUCH < now())

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        raise NotImplementedError("open_session reads by itself")

    def _delete_session(self, store_id: str) -> None:
        with _short_transaction() as session:
            end_session(session, store_id)

    def _upsert_session(
        self, session_lifetime: dt.timedelta, session: ServerSideSession, store_id: str
    ) -> None:
        with _short_transaction() as database:
            row = database.get(WebSession, store_id)
            if row is None and session.known_as == session.sid:
                return  # somebody ended it while this request was answered: it stays ended
            if row is None:
                instant = now()
                row = WebSession(id=store_id, created_at=instant, ends_at=instant + self.longest)
                database.add(row)
            row.data = msgpack.encode(dict(session))
            row.seen_at = now()
            row.account_id = _account_id(database, session.get("_user_id"))
            row.device = (request.user_agent.string or "")[:120]


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
