"""The organisations whose help line somebody keeps."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Organisation
from directory.roles import EDIT_HELP_LINE


def help_lines_of(session: Session, actor: Actor) -> list[Organisation]:
    """By name."""
    ids = {grant.organisation_id for grant in actor.grants_for(EDIT_HELP_LINE)} - {None}
    query = select(Organisation).where(Organisation.id.in_(ids))
    return list(session.scalars(query.order_by(Organisation.name, Organisation.id)))


def help_line_of(session: Session, actor: Actor, key: UUID) -> Organisation:
    """The organisation, if its help line is the actor's to keep; else ``NotFound``."""
    found = next((one for one in help_lines_of(session, actor) if one.id == key), None)
    if found is None:
        raise NotFound
    return found
