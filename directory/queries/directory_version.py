"""The number of the directory's present version, and what this transaction is changing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

NUMBER = "SELECT number FROM directory_version"
CHANGED = "listings-changed"
"""Where ``session.info`` keeps the listings that a transaction changes until its end."""


def directory_number(session: Session) -> int:
    """The number of the directory as this transaction sees it."""
    # asked at every request, so it goes the shortest way: a third of the time of a mapped query
    number: int = session.connection().exec_driver_sql(NUMBER).scalar_one()
    return number


def changing(session: Session) -> frozenset[UUID]:
    """Listings that this transaction has changed and nobody else sees yet."""
    return frozenset(session.info.get(CHANGED, ()))
