"""Organisations that somebody may complain about: those of the public directory, and by name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.folding import fold
from directory.listing_life import SEARCHABLE, State
from directory.models import Listing, Organisation, Service
from directory.visibility import Visibility

SHORTEST = 3
"""Shorter names fit too much."""


def organisations_named(session: Session, typed: str, country: str) -> set[UUID]:
    """Organisations of the country whose name stands in what was typed, or the other way round.

    Hidden ones too: their people must not read what may be about them. Nobody is told which.
    """
    said = f" {fold(typed)} "
    if len(said.strip()) < SHORTEST:
        return set()
    query = select(Organisation.id, Organisation.name, Organisation.alternate_names)
    return {
        row.id
        for row in session.execute(query.where(Organisation.country == country))
        if any(_fits(said, name) for name in (row.name, *row.alternate_names))
    }


def public_organisation(
    session: Session, organisation_id: UUID | None, listing_id: UUID | None
) -> UUID | None:
    """The organisation of a service, or the organisation itself, if everybody may know of it."""
    if organisation_id is None and listing_id is None:
        return None
    query = (
        select(Service.organisation_id)
        .join(Listing, Listing.service_id == Service.id)
        .where(Listing.visibility == Visibility.PUBLIC, Listing.state.in_(SHOWN))
    )
    if listing_id is not None:
        query = query.where(Listing.id == listing_id)
    if organisation_id is not None:
        query = query.where(Service.organisation_id == organisation_id)
    return session.scalars(query.limit(1)).first()


SHOWN = frozenset({*SEARCHABLE, State.SUSPENDED, State.ENDED})
"""What has been published once can be complained about, even after it has ended."""


def _fits(said: str, name: str) -> bool:
    folded = f" {fold(name)} "
    return len(folded.strip()) >= SHORTEST and (folded in said or said in folded)
