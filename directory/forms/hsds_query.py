"""Parameters of an HSDS list become plain values, or a refusal with a sentence for each."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.hsds_parameters import (
    AROUND,
    DEFAULT_A_PAGE,
    FURTHEST_METRES,
    LAST_PAGE,
    LONGEST_SEARCH,
    MOST_A_PAGE,
    MOST_MINIMAL,
)
from directory.hsds_selection import Selection
from directory.hsds_taxonomies import TAXONOMY_IDS, TERM_IDS
from directory.queries.regions import region_at
from directory.search_request import Point

_WHOLE = re.compile(r"[0-9]{1,7}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
UNKNOWN = N_("Nothing of this name can be asked here.")
NO_POSTCODES = N_("No postcodes are kept here: give latitude, longitude and proximity.")


@dataclass(frozen=True, slots=True)
class AskedList:
    """What is asked of a list."""

    selection: Selection
    page: int = 1
    per_page: int = DEFAULT_A_PAGE
    as_lines: bool = False
    """``format=ndjson``."""
    minimal: bool = False
    full: bool = False
    full_service: bool = False
    taxonomy_id: UUID | None = None
    parent_id: UUID | None = None


def asked_list(
    session: Session, query: Mapping[str, Sequence[str]], allowed: Sequence[str]
) -> AskedList:
    """Read the parameters of a list; ``Invalid`` with a sentence for each that cannot be read."""
    values = read_parameters(query, allowed)
    problems = _around_problems(values) | _page_problems(values)
    if problems:
        raise Invalid(problems)
    return AskedList(
        selection=_selection(session, values),
        page=values.get("page", 1),
        per_page=values.get("per_page", DEFAULT_A_PAGE),
        as_lines=values.get("format") == "ndjson",
        minimal=values.get("minimal", False),
        full=values.get("full", False),
        full_service=values.get("full_service", False),
        taxonomy_id=values.get("taxonomy_id"),
        parent_id=values.get("parent_id"),
    )


def read_parameters(query: Mapping[str, Sequence[str]], allowed: Sequence[str]) -> dict[str, Any]:
    """Values by name, each said once at most; nothing said is nothing asked."""
    values: dict[str, Any] = {}
    problems: dict[str, Text] = {}
    for name, given in query.items():
        try:
            text = _said_once(name, given, allowed)
            if text:
                values[name] = READERS[name](text)
        except _Unreadable as error:
            problems[name] = error.reason
    if problems:
        raise Invalid(problems)
    return values


class _Unreadable(Exception):
    def __init__(self, reason: Text) -> None:
        self.reason = reason


def _said_once(name: str, given: Sequence[str], allowed: Sequence[str]) -> str | None:
    if name not in allowed:
        raise _Unreadable(NO_POSTCODES if name == "postcode" else UNKNOWN)
    texts = [text.strip() for text in given if text.strip()]
    if len(texts) > 1:
        raise _Unreadable(N_("Give this once only."))
    return texts[0] if texts else None


def _words(text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        raise _Unreadable(N_("At most {most} characters, please.", most=LONGEST_SEARCH))
    return text


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise _Unreadable(
                N_("Say a whole number between {low} and {high}.", low=low, high=high)
            )
        return int(text)

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        found = float(text) if _DECIMAL.fullmatch(text) else math.nan
        if not low <= found <= high:
            raise _Unreadable(N_("Say a number between {low} and {high}.", low=low, high=high))
        return found

    return read


def _metres(text: str) -> float:
    found = _number(0, FURTHEST_METRES)(text)
    if found == 0:
        raise _Unreadable(N_("Say a number between {low} and {high}.", low=1, high=FURTHEST_METRES))
    return found


def _uuid(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise _Unreadable(N_("This is not an identifier."))
    return UUID(text)


def _flag(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise _Unreadable(N_("Say true or false."))


def _format(text: str) -> str:
    if text not in {"json", "ndjson"}:
        raise _Unreadable(N_("“{value}” is not one of the choices.", value=text[:40]))
    return text


def _instant(text: str) -> dt.datetime:
    """A day or an instant; without an offset it is UTC. A plus sign may have become a space."""
    try:
        found = dt.datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text))
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise _Unreadable(
            N_("Say an instant such as {example}.", example="2026-03-01T08:00:00Z")
        ) from None


READERS: dict[str, Callable[[str], Any]] = {
    "search": _words,
    "page": _between(1, LAST_PAGE),
    "per_page": _between(1, MOST_MINIMAL),
    "format": _format,
    "taxonomy_term_id": _uuid,
    "taxonomy_id": _uuid,
    "organization_id": _uuid,
    "modified_after": _instant,
    "minimal": _flag,
    "full": _flag,
    "full_service": _flag,
    "top_only": _flag,
    "parent_id": _uuid,
    "latitude": _number(-90, 90),
    "longitude": _number(-180, 180),
    "proximity": _metres,
}


def _around_problems(values: Mapping[str, Any]) -> dict[str, Text]:
    given = [name for name in AROUND if name in values]
    if not given or len(given) == len(AROUND):
        return {}
    reason = N_("Latitude, longitude and proximity go together.")
    return {name: reason for name in AROUND if name not in values}


def _page_problems(values: Mapping[str, Any]) -> dict[str, Text]:
    if values.get("per_page", 1) <= MOST_A_PAGE or values.get("minimal"):
        return {}
    return {"per_page": N_("Say a whole number between {low} and {high}.", low=1, high=MOST_A_PAGE)}


def _selection(session: Session, values: Mapping[str, Any]) -> Selection:
    taxonomy, term, nothing = _carried(values.get("taxonomy_id"), values.get("taxonomy_term_id"))
    centre = None
    if "latitude" in values:
        lon, lat = values["longitude"], values["latitude"]
        centre = Point(lon, lat, region_at(session, lon, lat))
    return Selection(
        words=values.get("search", ""),
        taxonomy=taxonomy,
        term=term,
        organisation_id=values.get("organization_id"),
        modified_after=values.get("modified_after"),
        centre=centre,
        within_metres=values.get("proximity"),
        nothing=nothing,
    )


def _carried(taxonomy_id: UUID | None, term_id: UUID | None) -> tuple[str | None, str | None, bool]:
    """Codes of the taxonomy and of the term that must be carried; or that nothing can be found."""
    if term_id is not None:
        taxonomy, code = TERM_IDS.get(term_id, (None, None))
        other = taxonomy is not None and taxonomy_id not in {None, taxonomy.id}
        return (taxonomy.name if taxonomy else None), code, taxonomy is None or other
    if taxonomy_id is not None:
        found = TAXONOMY_IDS.get(taxonomy_id)
        return (found.name if found else None), None, found is None
    return None, None, False
