"""What may be asked of an HSDS list: plain values, all of which must hold together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from directory.search_request import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A listing is selected when it passes every filter that is set."""

    words: str = ""
    taxonomy: str | None = None
    """Code of ``directory.hsds_taxonomies``: it carries any term of it."""
    term: str | None = None
    """A code of ``taxonomy``: it carries this one."""
    organisation_id: UUID | None = None
    modified_after: dt.datetime | None = None
    """Edited or verified then or later."""
    centre: Point | None = None
    within_metres: float | None = None
    """At most so far from the centre, the limit included."""
    nothing: bool = False
    """It names a term that nobody has: nothing is selected."""
