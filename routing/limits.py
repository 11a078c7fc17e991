"""How far a condition on distance reaches, as two numbers, so that arrays can narrow by them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from routing.criteria.distance import Within
from routing.offer import Area, Reach
from routing.terms import Term


class Limits(NamedTuple):
    """YES when all of the distance is within ``near``, NO when all of it is beyond ``far``, else UNKNOWN."""

    near: float
    far: float
    """If it falls inside what is known of the distance, a more exact location of the person decides."""


NEVER = Limits(-1.0, math.inf)
"""UNKNOWN at any distance."""
ANYWHERE = Limits(math.inf, math.inf)
"""YES at any distance."""


def limits(found: Term) -> Limits | None:
    """The limits of a term that reads a distance; nothing for a kind that must be asked pair by pair.

    Travel times are not known to the engine: a limit of minutes is UNKNOWN wherever metres allow it.
    """
    asks = found.clause.asks
    if not isinstance(asks, Within):
        return None
    urban, rural = asks.urban, asks.rural
    if urban is None or rural is None:
        return NEVER
    near, far = min(urban, rural), max(urban, rural)
    if found.offer.area is not None:
        near = far = urban if found.offer.area is Area.URBAN else rural
    return Limits(near if asks.minutes is None else NEVER.near, far)


def narrowest(several: Iterable[Limits]) -> Limits:
    """The limits of conditions that must all hold."""
    found = ANYWHERE
    for one in several:
        found = Limits(min(found.near, one.near), min(found.far, one.far))
    return found


def reach(metres: float, radius: float) -> Reach:
    """What is known of a distance between two places known to within ``radius`` metres in all."""
    return Reach(max(metres - radius, 0.0), metres + radius)
