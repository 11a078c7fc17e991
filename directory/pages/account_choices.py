"""What an administrator may choose from: organisations, regions, countries within the scope."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from directory.core.actor import Actor
from directory.core.i18n import translate
from directory.core.text import N_
from directory.forms.accounts import RoleForm
from directory.models import Region
from directory.pages.account_words import country_words
from directory.queries.accounts import organisations_managed
from directory.roles import MANAGE_ACCOUNTS, ROLES


def fill_scopes(session: Session, form: RoleForm, actor: Actor) -> None:
    """Offer what the actor may give; nothing is offered that would reach further."""
    held = actor.grants_for(MANAGE_ACCOUNTS)
    organisations = organisations_managed(session, actor)
    countries = sorted({grant.country for grant in held if grant.country})
    if any(grant.country is None for grant in held):
        countries = sorted({*countries, *(row.country for row in organisations)})
    nothing = SelectChoice("", translate(N_("None")))
    form.role.choices = [
        SelectChoice("", translate(N_("Choose"))),
        *(SelectChoice(role.name, translate(role.label)) for role in ROLES.values()),
    ]
    form.organisation.choices = [
        nothing,
        *(SelectChoice(str(row.id), row.name) for row in organisations),
    ]
    form.country.choices = [
        nothing,
        *(SelectChoice(code, country_words(code)) for code in countries),
    ]
    regions = session.scalars(
        select(Region)
        .where(Region.level == 1, Region.country.in_(countries))
        .order_by(Region.country, Region.name)
    )
    form.region.choices = [nothing, *(SelectChoice(str(row.id), row.name) for row in regions)]
