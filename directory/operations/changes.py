"""Tells every process that listings have changed: once per transaction, at its end.

Whatever is printed, searched or proposed about a listing is remembered by other processes together
with ``DirectoryVersion.number``; a transaction that changes listings (their words, conditions,
windows or places) calls ``mark_changed`` and the number counts up when it commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session, SessionTransaction

from directory.models import DirectoryVersion, Listing
from directory.queries.directory_version import CHANGED, directory_number

__all__ = ["CHANGED", "directory_number", "mark_changed"]

BATCH = 500
"""Rows a statement: SQLite takes a limited number of parameters."""


def mark_changed(session: Session, listing_ids: Iterable[UUID]) -> None:
    """Remember that these listings change in the running transaction.

    Takes their row locks at once and in a fixed order, so that two transactions cannot wait for
    each other; call it before ``audit.record``. The version row is locked last, at commit.
    """
    known: set[UUID] = session.info.setdefault(CHANGED, set())
    added = sorted(set(listing_ids) - known, key=str)
    for start in range(0, len(added), BATCH):
        some = added[start : start + BATCH]
        session.execute(
            select(Listing.id)
            .where(Listing.id.in_(some))
            .order_by(Listing.id)
            .with_for_update(key_share=True)
        )
    known.update(added)


@event.listens_for(Session, "before_commit")
def _count_up(session: Session) -> None:
    """Give the transaction's listings one new number, once."""
    if session.in_nested_transaction() or not session.info.get(CHANGED):
        return
    session.flush()
    changed = sorted(session.info.pop(CHANGED), key=str)
    number = session.scalars(
        update(DirectoryVersion)
        .values(number=DirectoryVersion.number + 1)
        .returning(DirectoryVersion.number)
    ).one()
    for start in range(0, len(changed), BATCH):
        session.execute(
            update(Listing)
            .where(Listing.id.in_(changed[start : start + BATCH]))
            .values(changed_in=number)
        )


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous_transaction: SessionTransaction) -> None:
    """What was rolled back has not changed."""
    if previous_transaction.parent is None:
        session.info.pop(CHANGED, None)
