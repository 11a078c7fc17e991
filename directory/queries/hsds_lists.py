"""Each HSDS list: which ids it holds, and the objects of some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.folding import fold
from directory.hsds_selection import Selection
from directory.hsds_taxonomies import (
    TAXONOMIES,
    TAXONOMY_IDS,
    TERM_IDS,
    Taxonomy,
    taxonomy_object,
    term_object,
)
from directory.queries.hsds_keys import OFFERS, ORGANISATIONS, SERVICES, Keys, selected_keys
from directory.queries.hsds_offers import BATCH, Reader, offers
from directory.queries.hsds_organisations import brief_organisations, organisation_objects
from directory.queries.hsds_places import offer_object
from directory.queries.hsds_services import minimal_services, service_lines, service_objects
from directory.queries.hsds_words import told

Objects = Iterator[dict[str, Any]]
COLUMNS = {
    "services": SERVICES,
    "organizations": ORGANISATIONS,
    "service_at_locations": OFFERS,
}


def keys_of(
    session: Session, name: str, selection: Selection, reader: Reader, language: str
) -> Keys:
    """Ids of a list of ``COLUMNS``."""
    return selected_keys(
        session, COLUMNS[name], selection, audience=reader.audience, now=reader.now,
        language=language,
    )  # fmt: skip


def objects_of(
    session: Session, name: str, ids: Sequence[UUID], reader: Reader, *, form: str
) -> Objects:
    """Objects of a list in words, in the order of ``ids``, read in batches.

    ``form`` is ``brief`` (what is said once), ``minimal``, ``full`` or ``full_service``.
    """
    for start in range(0, len(ids), BATCH):
        for one in _batch(session, name, ids[start : start + BATCH], reader, form):
            yield told(one)


def _batch(session: Session, name: str, ids: Sequence[UUID], reader: Reader, form: str) -> Objects:
    if name == "services":
        yield from _services(session, ids, reader, form)
    elif name == "organizations":
        yield from _organisations(session, ids, reader, form)
    else:
        yield from _offers(session, ids, reader, form)


def _services(session: Session, ids: Sequence[UUID], reader: Reader, form: str) -> Objects:
    if form == "minimal":
        yield from minimal_services(session, ids, reader)
    elif form == "brief":
        yield from map(said_once, service_objects(session, ids, reader))
    else:
        yield from service_objects(session, ids, reader)


def _organisations(session: Session, ids: Sequence[UUID], reader: Reader, form: str) -> Objects:
    """Whole ones have their services, in few words unless ``form`` asks for whole ones."""
    if form == "brief":
        yield from brief_organisations(session, ids, reader)
        return
    found = list(organisation_objects(session, ids, reader))
    keys = [service["id"] for one in found for service in one["services"]]
    form = "full" if form == "full_service" else "minimal"
    services = {
        service["id"]: service
        for start in range(0, len(keys), BATCH)
        for service in _services(session, keys[start : start + BATCH], reader, form)
    }
    for one in found:
        own = [services[service["id"]] for service in one["services"]]
        yield one | {"services": own}


def _offers(session: Session, ids: Sequence[UUID], reader: Reader, form: str) -> Objects:
    """Each with a few words on its service, as rows of this list have it."""
    views = offers(session, ids, reader)
    services = service_lines(session, list({view.listing.service_id for view in views}), reader)
    for view in views:
        one = offer_object(view, reader)
        if form == "brief":
            one = said_once(one) | {"location": said_once(one["location"])}
        yield one | {"service": services[view.listing.service_id]}


def said_once(one: dict[str, Any]) -> dict[str, Any]:
    """An object without its lists: what rows of lists tell."""
    return {name: value for name, value in one.items() if not isinstance(value, list)}


def taxonomy_objects(words: str) -> list[dict[str, Any]]:
    """Every taxonomy, or those in whose name or description the words are."""
    found = [told(taxonomy_object(one)) for one in TAXONOMIES.values()]
    return [one for one in found if _says(one, words)]


def term_objects(
    words: str, taxonomy_id: UUID | None, parent_id: UUID | None
) -> list[dict[str, Any]]:
    """Terms of a taxonomy, or of all. No taxonomy has two levels, so none is below another."""
    if parent_id is not None:
        return []
    taxonomies: Sequence[Taxonomy] = (
        [one for key, one in TAXONOMY_IDS.items() if key == taxonomy_id]
        if taxonomy_id is not None
        else list(TAXONOMIES.values())
    )
    found = [told(term_object(one, code)) for one in taxonomies for code in one.terms]
    return [one for one in found if _says(one, words)]


def taxonomy_of(key: UUID) -> dict[str, Any] | None:
    """One taxonomy."""
    found = TAXONOMY_IDS.get(key)
    return told(taxonomy_object(found)) if found else None


def term_of(key: UUID) -> dict[str, Any] | None:
    """One term with its taxonomy."""
    taxonomy, code = TERM_IDS.get(key, (None, ""))
    return told(term_object(taxonomy, code, nested=True)) if taxonomy else None


def _says(one: dict[str, Any], words: str) -> bool:
    text = fold(f"{one.get('code', '')} {one['name']} {one['description']}")
    return all(word in text for word in fold(words).split())
