"""Which services, organisations and offers an HSDS list holds: their ids in order, by pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory.audience import Audience
from directory.hsds_selection import Selection
from directory.hsds_taxonomies import ACCESS, CATEGORY, SECTOR, SPECIALTY
from directory.models import Listing, Service, Site
from directory.queries.filters import Moment
from directory.queries.listings import shown_to
from directory.queries.search import found_listings
from directory.search_request import Search

SERVICES: InstrumentedAttribute[UUID] = Listing.service_id
ORGANISATIONS: InstrumentedAttribute[UUID] = Service.organisation_id
OFFERS: InstrumentedAttribute[UUID] = Listing.id
"""What is listed, as the column that names it."""
ROWS_A_READ = 5_000


@dataclass(frozen=True, slots=True)
class Keys:
    """The ids of a list, in order of id so that pages do not overlap."""

    total: int
    between: Callable[[int, int], list[UUID]]
    """Ids from one place up to, not including, another."""

    def all(self) -> list[UUID]:
        """Every id."""
        return self.between(0, self.total)


def selected_keys(
    session: Session,
    column: InstrumentedAttribute[UUID],
    selection: Selection,
    *,
    audience: Audience,
    now: dt.datetime,
    language: str,
) -> Keys:
    """Ids of what has a listing that the audience may see and that is selected."""
    if selection.nothing:
        return _of([])
    query = _narrowed(select(column.label("key")), selection, audience)
    if not (_by_engine(selection) or _by_list(selection)):
        return _counted(session, query.group_by(column).order_by(column))
    columns: list[Any] = [Listing.id.label("listing")]
    if _by_list(selection):
        columns += [Listing.sectors, Listing.specialties, Listing.supports, Site.accessibility]
    rows = session.execute(
        query.add_columns(*columns).order_by(column), execution_options={"yield_per": ROWS_A_READ}
    )
    found = _found(session, selection, audience, Moment(now), language)
    return _of(list(dict.fromkeys(_passing(rows, selection, found))))


def _narrowed(query: Select[Any], selection: Selection, audience: Audience) -> Select[Any]:
    return (
        query.select_from(Listing)
        .join(Service, Listing.service_id == Service.id)
        .join(Site, Listing.site_id == Site.id)
        .where(*shown_to(audience), *_conditions(selection))
    )


def _conditions(selection: Selection) -> Iterator[ColumnElement[bool]]:
    since = selection.modified_after
    if since is not None:
        yield or_(Listing.edited_at >= since, Listing.verified_at >= since)
    if selection.organisation_id is not None:
        yield Service.organisation_id == selection.organisation_id
    if selection.taxonomy == CATEGORY and selection.term is not None:
        yield Service.category == selection.term


def _counted(session: Session, query: Select[Any]) -> Keys:
    def between(start: int, stop: int) -> list[UUID]:
        return list(session.scalars(query.offset(start).limit(max(stop - start, 0))))

    counting = select(func.count()).select_from(query.order_by(None).subquery())
    return Keys(session.scalar(counting) or 0, between)


def _of(keys: list[UUID]) -> Keys:
    return Keys(len(keys), lambda start, stop: keys[start:stop])


def _by_engine(selection: Selection) -> bool:
    """Words and distances are the search's, so that both say the same."""
    return bool(selection.words) or selection.centre is not None


def _by_list(selection: Selection) -> bool:
    """Lists in columns are looked into here: the two databases have no query in common."""
    return selection.taxonomy in LISTS


LISTS: Mapping[str, Callable[[Any], Collection[str]]] = {
    SECTOR: lambda row: row.sectors,
    SPECIALTY: lambda row: row.specialties,
    ACCESS: lambda row: {*row.supports, *row.accessibility},
}
"""Codes of a listing, by taxonomy."""


def _passing(
    rows: Iterable[Row[Any]], selection: Selection, found: frozenset[UUID] | None
) -> Iterator[UUID]:
    codes_of = LISTS.get(selection.taxonomy or "")
    for row in rows:
        if found is not None and row.listing not in found:
            continue
        codes = codes_of(row) if codes_of else ()
        if codes_of is None or (codes if selection.term is None else selection.term in codes):
            yield row.key


def _found(
    session: Session, selection: Selection, audience: Audience, moment: Moment, language: str
) -> frozenset[UUID] | None:
    """Ids of listings that the search finds; nothing where it is not asked."""
    if not _by_engine(selection):
        return None
    search = Search(
        words=selection.words, centre=selection.centre, within_metres=selection.within_metres
    )
    found = found_listings(
        session, search, audience=audience, moment=moment, language=language, facets=False
    )
    return frozenset(found.ids())
