"""What to say when nothing was found: the nearest outside the radius, the same need elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.queries.filters import Moment
from directory.queries.regions import RegionNode
from directory.queries.result_rows import ResultRow, result_rows
from directory.queries.search import Found, found_listings
from directory.search_request import Search, Sort

NEAREST = 3
MOST_REGIONS = 8


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Ways on."""

    nearest: Sequence[ResultRow]
    """The nearest services that pass everything but the radius, the region and the country."""
    regions: Sequence[tuple[RegionNode, int]]
    """Regions of level 1 with the same need answered, and how many services there."""
    without_filters: int
    """How many the words and the place alone find, when other filters are set."""


def elsewhere(
    session: Session, search: Search, *, audience: Audience, moment: Moment, language: str
) -> Elsewhere:
    """What comes nearest to a search that found nothing."""

    def found(wider: Search) -> Found:
        return found_listings(
            session, wider, audience=audience, moment=moment, language=language, facets=False
        )

    anywhere = found(replace(search, within_metres=None, region_id=None, country=None, box=None))
    nearest: Sequence[ResultRow] = ()
    if search.centre is not None and search.within_metres is not None:
        by_distance = found(replace(search, within_metres=None, sort=Sort.DISTANCE))
        nearest = result_rows(session, by_distance, moment.today, stop=NEAREST)
    unfiltered = Search(
        words=search.words, country=search.country, region_id=search.region_id, box=search.box,
        centre=search.centre, within_metres=search.within_metres, sort=search.sort,
    )  # fmt: skip
    without_filters = len(found(unfiltered)) if unfiltered != search else 0
    return Elsewhere(nearest, _regions(anywhere), without_filters)


def _regions(found: Found) -> list[tuple[RegionNode, int]]:
    """Where services were found, most first."""
    keys = found.snapshot.vocabulary.region.values
    regions = found.snapshot.regions
    counts = Counter(
        node.id
        for number in found.take("region").tolist()
        if (node := regions.widest(keys[number]))
    )
    most = sorted(counts.items(), key=lambda item: (-item[1], regions[item[0]].name))
    return [(regions[key], count) for key, count in most[:MOST_REGIONS]]
