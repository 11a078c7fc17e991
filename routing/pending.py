"""Which facts the undecided listings wait for, counted without looking at each."""

from __future__ import annotations

from collections import Counter

import numpy as np

from routing.plan import Look
from routing.profiles import UNKNOWN


def pending(look: Look) -> Counter[frozenset[str]]:
    """How many undecided items of a shelf wait for which facts."""
    found: Counter[frozenset[str]] = Counter()
    _add_plain(look, found)
    _add_apart(look, found)
    if look.measured.any():
        _add_measured(look, found)
    return found


def _add_plain(look: Look, found: Counter[frozenset[str]]) -> None:
    waiting: Counter[int] = Counter()
    for one in np.flatnonzero(look.plain & (look.best == UNKNOWN)).tolist():
        waiting[int(look.shelf.class_profile[one])] += int(look.size[one])
    for profile, items in waiting.items():
        found[look.shelf.profiles.questions(profile, look.seeker, None)] += items


def _add_apart(look: Look, found: Counter[frozenset[str]]) -> None:
    waits = look.apart_ranks == UNKNOWN
    items, metres = look.apart[waits].tolist(), look.apart_metres[waits].tolist()
    for item, away in zip(items, metres, strict=True):
        profile = int(look.shelf.class_profile[look.shelf.class_of[item]])
        reach = look.sight.reach(item, away)
        found[look.shelf.profiles.questions(profile, look.seeker, reach)] += 1


def _add_measured(look: Look, found: Counter[frozenset[str]]) -> None:
    """Where a distance limit falls inside what is known of the distance, the location is asked."""
    items, ranks, metres = look.inside()
    waits = ranks == UNKNOWN
    items, metres = items[waits], metres[waits]
    low, high = look.sight.span(items, metres)
    classes = look.shelf.class_of[items]
    asks_place = (low <= look.far[classes]) & (look.far[classes] < high)
    groups = Counter(
        zip(
            look.shelf.class_profile[classes].tolist(),
            asks_place.tolist(),
            (~np.isfinite(metres)).tolist(),
            strict=True,
        )
    )
    for (profile, place, nowhere), count in groups.items():
        asks = look.shelf.profiles.questions(profile, look.seeker, None, measured=nowhere)
        found[asks | {"location"} if place else asks] += count
