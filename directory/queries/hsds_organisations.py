"""Organisations as HSDS objects; only those that have an offer which the reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Listing, Organisation, Service
from directory.organisation_kinds import LABELS
from directory.queries.hsds_offers import Reader, offers_of_organisations
from directory.queries.hsds_places import location_object, source_of
from directory.queries.listings import shown_to

_WEB = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""A URI as RFC 3986 writes it; what people typed otherwise is left out."""
_NOT_IN_URI = frozenset('<>"{}|\\^`')


def organisation_object(organisation: Organisation) -> dict[str, Any]:
    """HSDS ``organization`` with what is said once.

    ``description`` must be there in HSDS: what kind of organisation it is.
    """
    kind = LABELS[organisation.kind]
    return {
        "id": organisation.id,
        "name": organisation.name,
        "alternate_name": ", ".join(organisation.alternate_names) or None,
        "description": kind,
        "website": web_address(organisation.website),
        "legal_status": kind,
        "kind": organisation.kind,
        "country": organisation.country,
        "source": source_of(organisation.source),
    }


def web_address(text: str | None) -> str | None:
    """The address if it is a whole one of the web."""
    is_one = text and _WEB.fullmatch(text) and not _NOT_IN_URI & set(text)
    return text if is_one else None


def organisation_objects(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Iterator[dict[str, Any]]:
    """HSDS ``organization`` with its places and the ids of its services, in the order of ``ids``."""
    parents = _parents(session, ids, reader)
    for key, views in offers_of_organisations(session, ids, reader).items():
        organisation = views[0].listing.service.organisation
        places = {view.listing.site_id: view for view in views}
        services = dict.fromkeys(view.listing.service_id for view in views)
        yield {
            **organisation_object(organisation),
            "parent_organization_id": parents.get(key),
            "locations": [
                {**location_object(view, reader), "organization_id": key}
                for view in places.values()
            ],
            "services": [{"id": service} for service in services],
        }


def brief_organisations(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Iterator[dict[str, Any]]:
    """What is said once of organisations whose ids may be told, in the order of ``ids``."""
    parents = _parents(session, ids, reader)
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    found = {row.id: row for row in rows}
    for key in ids:
        if key in found:
            yield {**organisation_object(found[key]), "parent_organization_id": parents.get(key)}


def _parents(session: Session, ids: Sequence[UUID], reader: Reader) -> dict[UUID, UUID]:
    """Parents that the reader may know of: that an organisation exists may give a shelter away."""
    visible = (
        select(Service.organisation_id)
        .join(Listing, Listing.service_id == Service.id)
        .where(*shown_to(reader.audience))
    )
    rows = session.execute(
        select(Organisation.id, Organisation.parent_id).where(
            Organisation.id.in_(ids), Organisation.parent_id.in_(visible)
        )
    )
    return {key: parent for key, parent in rows if parent is not None}
