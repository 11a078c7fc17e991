"""A change of keys: every encrypted value is written anew under the newest one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, Table, func, select, type_coerce, update
from sqlalchemy.orm import Session

from directory.core.db import Base
from directory.core.encryption import KEYRING, Encrypted
from directory.core.outbox import OutboxMessage, address_digest
from routing.models import Case, CaseMember, ContactRoute, KeyRotation
from routing.operations.cases import contact_digest
from routing.operations.tracking import hash_codes_again

BATCH = 200


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column that the metadata says is encrypted, with the key of its table."""

    table: Table
    column: Column[object]

    @property
    def key(self) -> Column[object]:
        """The primary key, by which the rows are walked."""
        [key] = self.table.primary_key.columns
        return key


def encrypted_columns() -> list[EncryptedColumn]:
    """Every encrypted column of every table, found in the metadata so that none is forgotten."""
    return [
        EncryptedColumn(table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Encrypted)
    ]


def values_stored(session: Session) -> int:
    """How many encrypted values there are."""
    return sum(
        session.scalars(select(func.count(found.column)).select_from(found.table)).one()
        for found in encrypted_columns()
    )


def rotate_keys(
    session: Session, *, now: dt.datetime, between: Callable[[int], None] = lambda _done: None
) -> KeyRotation:
    """Write every encrypted value anew, and every hash of a contact or a code, in case its key has changed.

    ``between`` is called after each batch (the command commits); it can be stopped and begun again.
    """
    rotation = KeyRotation(started_at=now, ended_at=now, values_written=0)
    session.add(rotation)
    session.flush()
    for found in encrypted_columns():
        for written in _rotate(session, found, rotation, now):
            between(written)
    _hash_again(session)
    hash_codes_again(session)
    between(0)
    return rotation


def _rotate(
    session: Session, found: EncryptedColumn, rotation: KeyRotation, now: dt.datetime
) -> Iterator[int]:
    stored = type_coerce(found.column, LargeBinary)
    last: object = None
    while True:
        query = select(found.key, stored).where(found.column.is_not(None)).order_by(found.key)
        if last is not None:
            query = query.where(found.key > last)
        rows = session.execute(query.limit(BATCH)).all()
        if not rows:
            return
        # events are append-only but for this: the trigger looks for a change of keys under way
        rotation.ended_at = None
        session.flush()
        for key, value in rows:
            new = KEYRING.cipher.rotate(bytes(value))
            session.execute(
                update(found.table)
                .where(found.key == key)
                .values({found.column: type_coerce(new, LargeBinary)})
            )
        rotation.ended_at = now
        rotation.values_written += len(rows)
        session.flush()
        last = rows[-1][0]
        yield len(rows)


def _hash_again(session: Session) -> None:
    query = (
        select(ContactRoute, Case.country)
        .join(CaseMember, CaseMember.id == ContactRoute.member_id)
        .join(Case, Case.id == CaseMember.case_id)
    )
    session.expire_all()
    for route, country in session.execute(query):
        route.value_digest = contact_digest(route.kind, route.value, country)
    for message in session.scalars(select(OutboxMessage)):
        message.recipient_digest = address_digest(str(message.recipient))
    session.flush()
