"""Kinds of organisation that offer services."""

from __future__ import annotations

import enum

from directory.core.text import N_, Text


class OrganisationKind(enum.StrEnum):
    """Who stands behind a service; a person may exclude ``public`` bodies (protocol A.4 rule 4)."""

    PUBLIC = "public"
    NGO = "ngo"
    PRIVATE = "private"
    INTERNATIONAL = "international"
    COMMUNITY = "community"


LABELS: dict[OrganisationKind, Text] = {
    OrganisationKind.PUBLIC: N_("Public body"),
    OrganisationKind.NGO: N_("Non-governmental organisation"),
    OrganisationKind.PRIVATE: N_("Private"),
    OrganisationKind.INTERNATIONAL: N_("International organisation"),
    OrganisationKind.COMMUNITY: N_("Association of returnees or of the community"),
}
