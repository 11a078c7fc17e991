"""Circles of readers: which listings an actor may know of at all (protocol A.17)."""

from __future__ import annotations

import enum

from directory.core.actor import Actor
from directory.roles import READ_PARTNER, READ_PROTECTION
from directory.visibility import Visibility


class Audience(enum.IntEnum):
    """From everybody to the narrowest circle; a narrower one also sees what wider ones see."""

    EVERYBODY = 0
    PARTNERS = 1
    PROTECTION = 2


NARROWEST: dict[Visibility, Audience] = {
    Visibility.PUBLIC: Audience.EVERYBODY,
    Visibility.PARTNERS: Audience.PARTNERS,
    Visibility.PROTECTION_ONLY: Audience.PROTECTION,
    Visibility.HIDDEN_ADDRESS: Audience.PROTECTION,
}
"""Who at least one must be to know of a listing."""


def audience_of(actor: Actor) -> Audience:
    """The narrowest circle that the actor belongs to."""
    if actor.may(READ_PROTECTION):
        return Audience.PROTECTION
    return Audience.PARTNERS if actor.may(READ_PARTNER) else Audience.EVERYBODY


def visible_to(audience: Audience) -> frozenset[Visibility]:
    """The listings that a circle may know of."""
    return frozenset(kind for kind, least in NARROWEST.items() if least <= audience)
