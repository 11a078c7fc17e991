"""Who may know that a service exists, and where it is (protocol A.17)."""

from __future__ import annotations

import enum

from directory.core.text import N_, Text


class Visibility(enum.StrEnum):
    """Widest audience of a listing."""

    PUBLIC = "public"
    PARTNERS = "partners"
    PROTECTION_ONLY = "protection-only"
    HIDDEN_ADDRESS = "hidden-address"


LABELS: dict[Visibility, Text] = {
    Visibility.PUBLIC: N_("Everybody"),
    Visibility.PARTNERS: N_("Partners of the mechanism"),
    Visibility.PROTECTION_ONLY: N_("Protection staff only"),
    Visibility.HIDDEN_ADDRESS: N_("Protection staff only; the address is never shown"),
}


class Precision(enum.StrEnum):
    """How exactly the position of a site is known."""

    SITE = "site"
    TOWN = "town"
    REGION = "region"
    HIDDEN = "hidden"


RADIUS_METRES: dict[Precision, float] = {Precision.SITE: 0.0, Precision.TOWN: 3_000.0}
"""The site lies within this distance of its point; a town point only says "in this town" [P]."""


PRECISION_NOTES: dict[Precision, Text] = {
    Precision.TOWN: N_("Position of the town, not of the building"),
    Precision.REGION: N_("Somewhere in this region"),
    Precision.HIDDEN: N_("Address given after acceptance"),
}
"""What to say wherever the position is not exact."""
