"""Names of organisations by their key."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Organisation


def names_of(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names, each once."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}
