"""Identifiers for what HSDS names and we keep no row of: always the same for the same thing."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

PUBLISHED = uuid5(NAMESPACE_URL, "urn:passerelle:hsds")
"""Owner of what is the same in every installation: taxonomies, their terms, units."""


def derived_id(owner: UUID, *parts: object) -> UUID:
    """Version 5 (RFC 9562), from the id of the row that owns it and what it is in that row."""
    return uuid5(owner, "/".join(str(part) for part in parts))
