"""The words by which listings are found: what the full-text index holds of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from babel import Locale
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from directory.audience import NARROWEST, Audience
from directory.categories import CATEGORIES
from directory.listing_life import SEARCHABLE
from directory.models import Listing, Organisation, Programme, Service, Site
from directory.queries.regions import RegionTree
from directory.search_words import fold, stems_of, words_of


@dataclass(frozen=True, slots=True)
class Document:
    """One listing in words, those that say most about it first."""

    listing_id: UUID
    name_fr: str
    name_en: str
    name: frozenset[str]
    """Stems of the names."""
    trade: frozenset[str]
    """Stems of the sectors and specialties."""
    fair: frozenset[str]
    """Stems of organisation, programme, site, place, regions and country."""
    weak: frozenset[str]
    """Stems of the descriptions and of the words of the category."""
    words: frozenset[str]
    """The words themselves, for the correction of misspelt ones."""
    audience: Audience | None
    """Who may learn the words; nobody while the listing cannot be found."""


def documents(
    session: Session, listing_ids: Sequence[UUID], regions: RegionTree
) -> Iterator[Document]:
    """The listings of ``listing_ids`` in words, in no order."""
    for row in session.execute(_sources().where(Listing.id.in_(listing_ids))):
        yield _document(row, regions)


def _sources() -> Any:
    return (
        select(
            Listing.id, Listing.state, Listing.visibility, Listing.sectors, Listing.specialties,
            Service.name, Service.description, Service.category,
            Organisation.name.label("organisation"), Organisation.alternate_names,
            Programme.name.label("programme"),
            Site.name.label("site"), Site.place_name, Site.country, Site.region_id,
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
    )  # fmt: skip


def _document(row: Row[Any], regions: RegionTree) -> Document:
    name = _words(_texts(row.name))
    trade = _words([*row.sectors, *row.specialties])
    fair = _words(
        [
            row.organisation, *row.alternate_names, row.programme or "", row.site,
            row.place_name or "", *(node.name for node in regions.around(row.region_id)),
            *country_names(row.country),
        ]
    )  # fmt: skip
    weak = _words([*_texts(row.description), *_category_words(row.category)])
    return Document(
        listing_id=row.id,
        name_fr=shown_name(row.name, "fr"),
        name_en=shown_name(row.name, "en"),
        name=_stems(name),
        trade=_stems(trade),
        fair=_stems(fair),
        weak=_stems(weak),
        words=name | trade | fair | weak,
        audience=NARROWEST[row.visibility] if row.state in SEARCHABLE else None,
    )


def shown_name(names: Mapping[str, Any], language: str) -> str:
    """The name that a list in ``language`` shows, folded, so that it sorts as people expect."""
    shown = names.get(language) or next((name for name in names.values() if name), "")
    return fold(str(shown))[:200]


@cache
def country_names(country: str) -> tuple[str, ...]:
    """The country in French and in English."""
    return tuple(Locale(language).territories.get(country, "") for language in ("fr", "en"))


@cache
def _category_words(category: str) -> tuple[str, ...]:
    entry = CATEGORIES.get(category)
    return (category,) if entry is None else (category, str(entry.label), *entry.words)


def _texts(names: Mapping[str, Any]) -> list[str]:
    return [str(text) for text in names.values() if text]


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words_of(text))


@lru_cache(maxsize=1_024)  # thousands of listings share their description and category
def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for word in words for stem in (word, *stems_of(word)))
