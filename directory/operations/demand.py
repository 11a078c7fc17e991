"""Count what people look for and do not find, without anything about the people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.models import SearchDemand


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A kind of search: codes of the directory and one of its public words, nothing as typed."""

    day: dt.date
    country: str = ""
    region_id: UUID | None = None
    category: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How often it was made, and how often it found nothing."""

    searches: int
    found_nothing: int

    def __add__(self, other: Count) -> Count:
        return Count(self.searches + other.searches, self.found_nothing + other.found_nothing)


def add_demand(session: Session, counts: Mapping[Demand, Count]) -> None:
    """Add counts to what was counted on those days.

    Two processes that count the first search of a kind at once may leave two rows of it (a region
    that is not known is never equal to another): readers add up.
    """
    for demand, count in counts.items():
        table = SearchDemand
        raised = session.execute(
            update(table)
            .where(
                table.day == demand.day,
                table.country == demand.country,
                table.region_id.is_(None)
                if demand.region_id is None
                else table.region_id == demand.region_id,
                table.category == demand.category,
                table.word == demand.word,
            )
            .values(
                searches=table.searches + count.searches,
                found_nothing=table.found_nothing + count.found_nothing,
            )
            .returning(table.id)
            .execution_options(synchronize_session=False)
        ).all()
        if not raised:
            session.add(_row(demand, count))
            session.flush()


def _row(demand: Demand, count: Count) -> SearchDemand:
    return SearchDemand(
        day=demand.day,
        country=demand.country,
        region_id=demand.region_id,
        category=demand.category,
        word=demand.word,
        searches=count.searches,
        found_nothing=count.found_nothing,
    )
