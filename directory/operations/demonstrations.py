"""What is done by accounts of the demonstration is marked, so that every screen says so."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.models import Account, Listing


def is_demo(session: Session, actor: Actor) -> bool:
    """Whether an invented person acts."""
    if actor.user_id is None:
        return False
    return session.scalars(select(Account.is_demo).where(Account.id == actor.user_id)).one()


def mark_if_demo(session: Session, listing: Listing, actor: Actor) -> None:
    """What an invented person says of a listing is a demonstration, and stays one."""
    if not listing.is_demo and is_demo(session, actor):
        listing.is_demo = True
