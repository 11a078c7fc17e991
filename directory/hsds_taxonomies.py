"""The lists of codes by which listings are described, as HSDS taxonomies and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from directory.hsds_identifiers import PUBLISHED, derived_id
from directory.vocabulary import ACCESS_NEEDS, SECTORS, SPECIALTIES

CATEGORY, SECTOR, SPECIALTY, ACCESS = "categories", "sectors", "specialties", "access-needs"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """One list of codes."""

    name: str
    """Stable code."""
    label: Text
    about: Text
    terms: Mapping[str, Text]
    """Code → what people call it."""
    words: Mapping[str, tuple[str, ...]]
    """What people type when they mean a code, if that is known."""

    @property
    def id(self) -> UUID:
        """The same in every installation."""
        return derived_id(PUBLISHED, "taxonomy", self.name)

    def term_id(self, code: str) -> UUID:
        """Likewise."""
        return derived_id(self.id, code)


TAXONOMIES: dict[str, Taxonomy] = {
    taxonomy.name: taxonomy
    for taxonomy in (
        Taxonomy(
            CATEGORY,
            N_("Kinds of services"),
            N_("What a person may need: every service is of one kind."),
            {code: category.label for code, category in CATEGORIES.items()},
            {code: category.words for code, category in CATEGORIES.items()},
        ),
        Taxonomy(
            SECTOR,
            N_("Trades"),
            N_("The trade that is taught, practised or financed."),
            SECTORS,
            {},
        ),
        Taxonomy(
            SPECIALTY,
            N_("Medical specialties"),
            N_("What a place of medical care is able to treat."),
            SPECIALTIES,
            {},
        ),
        Taxonomy(
            ACCESS,
            N_("Access needs"),
            N_("What a person may need in order to use a service, and the service provides."),
            ACCESS_NEEDS,
            {},
        ),
    )
}
TAXONOMY_IDS: dict[UUID, Taxonomy] = {one.id: one for one in TAXONOMIES.values()}
TERM_IDS: dict[UUID, tuple[Taxonomy, str]] = {
    taxonomy.term_id(code): (taxonomy, code)
    for taxonomy in TAXONOMIES.values()
    for code in taxonomy.terms
}


def taxonomy_object(taxonomy: Taxonomy) -> dict[str, Any]:
    """HSDS ``taxonomy``."""
    return {
        "id": taxonomy.id,
        "name": taxonomy.label,
        "description": taxonomy.about,
        "uri": f"urn:passerelle:taxonomy:{taxonomy.name}",
    }


def term_object(taxonomy: Taxonomy, code: str, *, nested: bool = False) -> dict[str, Any]:
    """HSDS ``taxonomy_term``; ``nested`` adds its taxonomy as an object."""
    label = taxonomy.terms[code]
    words = ", ".join(taxonomy.words.get(code, ()))
    return {
        "id": taxonomy.term_id(code),
        "code": code,
        "name": label,
        "description": N_("{label} ({words})", label=label, words=words) if words else label,
        "taxonomy": taxonomy.label,
        "taxonomy_id": taxonomy.id,
        "taxonomy_detail": taxonomy_object(taxonomy) if nested else None,
        "term_uri": f"urn:passerelle:taxonomy:{taxonomy.name}:{code}",
    }


def attribute_object(owner: UUID, entity: str, taxonomy: Taxonomy, code: str) -> dict[str, Any]:
    """HSDS ``attribute``: ``owner`` carries ``code``. A code that a country added has no term."""
    known = code in taxonomy.terms
    return {
        "id": derived_id(owner, "attribute", taxonomy.name, code),
        "link_id": owner,
        "link_entity": entity,
        "link_type": taxonomy.name,
        "value": code,
        "taxonomy_term_id": taxonomy.term_id(code) if known else None,
        "taxonomy_term": term_object(taxonomy, code) if known else None,
    }
