"""How the scope of a role is said."""

from __future__ import annotations

from babel import Locale
from sqlalchemy.orm import Session

from directory.core.i18n import language
from directory.core.text import N_, Text
from directory.models import AccountGrant, Organisation, Region


def scope_words(session: Session, grant: AccountGrant) -> list[str | Text]:
    """Where a role is held: organisation, region, country; everywhere when nothing narrows it."""
    said: list[str | Text] = []
    if grant.organisation_id:
        said.append(session.get_one(Organisation, grant.organisation_id).name)
    if grant.region_id:
        said.append(session.get_one(Region, grant.region_id).name)
    if grant.country:
        said.append(country_words(grant.country))
    return said or [N_("everywhere")]


def country_words(code: str) -> str:
    """Name of a country in the current language."""
    return str(Locale.parse(language()).territories.get(code, code))
