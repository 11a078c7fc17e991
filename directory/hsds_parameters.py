"""What can be asked of each HSDS list, described once for reading it and for telling it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_A_PAGE = 100
MOST_MINIMAL = 10_000
"""Rows that hold four values only."""
DEFAULT_A_PAGE = 20
LAST_PAGE = 100_000
LONGEST_SEARCH = 200
FURTHEST_METRES = 20_100_000
"""Half way round the earth."""
_UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
_FLAG: dict[str, Any] = {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter."""

    about: str
    schema: Mapping[str, Any]
    is_ours: bool = False
    """Not in HSDS: added by the profile."""


PARAMETERS: dict[str, Parameter] = {
    "search": Parameter(
        "Words to look for, as people type them; misspelt ones are corrected.",
        {"type": "string", "maxLength": LONGEST_SEARCH},
    ),
    "page": Parameter("Page, from 1.", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
    "per_page": Parameter(
        f"Items on a page: at most {MOST_A_PAGE}, with minimal {MOST_MINIMAL}.",
        {"type": "integer", "minimum": 1, "maximum": MOST_MINIMAL, "default": DEFAULT_A_PAGE},
    ),
    "format": Parameter(
        "json: a page. ndjson: everything that was found, an object a line, without pages.",
        {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
    ),
    "taxonomy_term_id": Parameter("Only what carries this term.", _UUID),
    "taxonomy_id": Parameter("Only what carries any term of this taxonomy.", _UUID),
    "organization_id": Parameter("Only what this organisation offers.", _UUID),
    "modified_after": Parameter(
        "Only what was edited or verified then or later.",
        {"type": "string", "format": "date-time"},
    ),
    "minimal": Parameter("Only id, name, status and time of the last change.", _FLAG),
    "full": Parameter("Whole objects, with everything nested in them.", _FLAG),
    "full_service": Parameter("Whole organisations, with whole services in them.", _FLAG),
    "top_only": Parameter("Only terms that have no term above them.", _FLAG),
    "parent_id": Parameter("Only terms below this one.", _UUID),
    "latitude": Parameter(
        "Degrees, WGS 84, of a position; goes together with longitude and proximity.",
        {"type": "number", "minimum": -90, "maximum": 90},
        is_ours=True,
    ),
    "longitude": Parameter(
        "Degrees, WGS 84, likewise.",
        {"type": "number", "minimum": -180, "maximum": 180},
        is_ours=True,
    ),
    "proximity": Parameter(
        "At most so many metres from that position as the crow flies, the limit included. What is "
        "known by its region only is found in the whole region.",
        {"type": "number", "exclusiveMinimum": 0, "maximum": FURTHEST_METRES},
        is_ours=True,
    ),
}
AROUND = ("latitude", "longitude", "proximity")
PAGED = ("search", "page", "per_page", "format")


@dataclass(frozen=True, slots=True)
class ListKind:
    """One list: what its items are, and what can be asked of it."""

    kind: str
    about: str
    parameters: tuple[str, ...]
    of_one: tuple[str, ...] = ()
    """What can be asked of one item."""


LISTS: dict[str, ListKind] = {
    "services": ListKind(
        "service",
        "Services.",
        (*PAGED, "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after",
         "minimal", "full", *AROUND),
    ),
    "organizations": ListKind(
        "organization",
        "Organisations that offer something.",
        (*PAGED, "taxonomy_term_id", "taxonomy_id", "full", "full_service"),
        ("full_service",),
    ),
    "service_at_locations": ListKind(
        "service_at_location",
        "Offers: a service at one place.",
        (*PAGED, "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full",
         *AROUND),
    ),
    "taxonomies": ListKind("taxonomy", "Lists of codes.", PAGED),
    "taxonomy_terms": ListKind(
        "taxonomy_term", "Codes.", (*PAGED, "taxonomy_id", "top_only", "parent_id")
    ),
}  # fmt: skip
"""By the word in the address."""
