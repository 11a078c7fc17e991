"""The number of the directory's present version, and what this transaction is changing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import DirectoryVersion

CHANGED = "listings-changed"
"""Where ``session.info`` keeps the listings that a transaction changes until its end."""


def directory_number(session: Session) -> int:
    """The number of the directory as this transaction sees it."""
    return session.scalars(select(DirectoryVersion.number)).one()


def changing(session: Session) -> frozenset[UUID]:
    """Listings that this transaction has changed and nobody else sees yet."""
    return frozenset(session.info.get(CHANGED, ()))
