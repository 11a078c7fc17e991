"""Append-only record of who did and who saw what, chained so that a change shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.core.actor import Actor
from directory.core.db import Base, Key, insert_many
from directory.core.errors import Unavailable
from directory.core.text import N_

GENESIS = "0" * 64
MANY_LINES = 100
"""From so many on, lines are written at once instead of one by one."""
NATIONAL = "national"
"""Chain of what belongs to no organisation."""


class AuditEntry(Base):
    """One line: codes and identifiers, never a personal value. Triggers refuse any change."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("chain", "number"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    chain: Mapped[str] = mapped_column(String(40), index=True)
    """One chain an organisation, so that organisations do not wait for each other."""
    number: Mapped[int]
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(40))
    roles: Mapped[str] = mapped_column(String(120))
    ip_prefix: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(80))
    """``<package>:<noun>:<verb>``."""
    subject: Mapped[str] = mapped_column(String(80))
    """``<table>:<id>``."""
    details: Mapped[dict[str, Any]]
    """Field names, codes, consent or exception id: no values of a person."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditChain(Base):
    """Head of one chain; its row lock orders the writers of that chain."""

    __tablename__ = "audit_chain"
    data_class: ClassVar[str] = "PARTNER"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default=GENESIS)


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    *,
    now: dt.datetime,
    chain: UUID | None = None,
    **details: Any,
) -> AuditEntry:
    """Write one line in the running transaction; whatever it belongs to fails if it fails."""
    return record_many(session, actor, [(action, subject, details)], now=now, chain=chain)[0]


def record_many(
    session: Session,
    actor: Actor,
    lines: Sequence[tuple[str, str, dict[str, Any]]],
    *,
    now: dt.datetime,
    chain: UUID | None = None,
) -> list[AuditEntry]:
    """Write several lines under one lock, in order; ``Unavailable`` when they cannot be written."""
    session.flush()
    try:
        entries = _append(session, actor, lines, now=now, chain=str(chain) if chain else NATIONAL)
        session.flush()
    except SQLAlchemyError as error:
        raise Unavailable(
            N_("The record of who saw what cannot be written, so nothing was shown or done.")
        ) from error
    return entries


def _append(
    session: Session,
    actor: Actor,
    lines: Sequence[tuple[str, str, dict[str, Any]]],
    *,
    now: dt.datetime,
    chain: str,
) -> list[AuditEntry]:
    head = _head(session, chain)
    entries = []
    for action, subject, details in lines:
        entry = AuditEntry(
            id=uuid4(),
            chain=head.name,
            number=head.number + 1,
            at=now,
            actor=actor.label,
            roles=" ".join(sorted(actor.roles)),
            ip_prefix=actor.ip_prefix,
            action=action,
            subject=subject,
            details=details,
            previous=head.digest,
        )
        entry.digest = digest_of(entry)
        head.number, head.digest = entry.number, entry.digest
        entries.append(entry)
    if len(entries) < MANY_LINES:
        session.add_all(entries)
    else:
        session.flush()  # the head, before the lines that stand on it
        insert_many(session, AuditEntry, [_row(entry) for entry in entries])
    return entries


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over the line and its predecessor's digest."""
    content = [
        str(entry.id),
        entry.chain,
        entry.number,
        entry.at.astimezone(dt.UTC).isoformat(),
        entry.actor,
        entry.roles,
        entry.ip_prefix,
        entry.action,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def chain_names(session: Session) -> list[str]:
    """Every chain that has a head or a line: a head that was taken away hides nothing."""
    names = set(session.scalars(select(AuditChain.name)))
    return sorted(names | set(session.scalars(select(AuditEntry.chain).distinct())))


def first_fault(session: Session, chain: str) -> int | None:
    """Number of the first line that was changed, removed or moved; None if the chain is whole.

    Whoever rewrites every line after a change and the head as well is found by ``missing_anchors``.
    """
    previous, expected = GENESIS, 1
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    batches = query.execution_options(populate_existing=True, yield_per=500)
    with closing(session.scalars(batches)) as entries:
        for entry in entries:
            follows = (entry.number, entry.previous) == (expected, previous)
            if not follows or digest_of(entry) != entry.digest:
                return expected
            previous, expected = entry.digest, expected + 1
    head = session.get(AuditChain, chain, populate_existing=True)
    whole = head is not None and (head.number, head.digest) == (expected - 1, previous)
    return None if whole else expected


def anchors(session: Session) -> list[AuditChain]:
    """The head of every chain: what is written down where the application cannot write."""
    return list(session.scalars(select(AuditChain).order_by(AuditChain.name)))


def missing_anchors(
    session: Session, kept: Sequence[tuple[str, int, str]]
) -> list[tuple[str, int]]:
    """Anchors (chain, number, digest) kept elsewhere that the chains do not hold any more."""
    missing = []
    for chain, number, digest in kept:
        query = select(AuditEntry.digest).where(
            AuditEntry.chain == chain, AuditEntry.number == number
        )
        if number and session.scalars(query).one_or_none() != digest:
            missing.append((chain, number))
    return missing


def _head(session: Session, name: str) -> AuditChain:
    head = session.get(AuditChain, name, with_for_update=True)
    if head is None:
        try:
            with session.begin_nested():
                session.add(AuditChain(name=name, number=0, digest=GENESIS))
        except IntegrityError:  # another process began this chain at the same instant
            session.expire_all()
        head = session.get_one(AuditChain, name, with_for_update=True)
    return head
