"""What the templates of caseworkers and providers need in common: facts in words, choices, keys."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from typing import Any

from flask import Blueprint, g
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import format_date, get_locale

from directory.categories import CATEGORIES
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.i18n import local
from directory.core.text import N_, Text
from directory.models import Listing
from routing.affordability import Part
from routing.consent_exceptions import LABELS as EXCEPTIONS
from routing.details import RISKS
from routing.disclosure import FIELDS
from routing.drop_outs import DROP_OUTS
from routing.education import GRADES
from routing.eligibility import Verdict
from routing.fact_table import FACTS
from routing.fact_words import LEVELS, SOURCES, field_words, safe_words, value_words
from routing.forms.exceptions import GUARDIANS
from routing.forms.fact_inputs import SKILL_ROWS, WISH_ROWS, control_of
from routing.forms.fact_inputs import SOURCES as ASKED_SOURCES
from routing.pages.choices import NEED_STATES, RELATIONS, ROUTE_KINDS, ROUTE_OWNERS
from routing.pages.person_address import person_url
from routing.priorities import PRIORITIES
from routing.queries.casework import code_names, organisation_names, region_choices
from routing.reasons import REASONS
from routing.referral_life import STATES

blueprint = Blueprint("casework", __name__, template_folder="../templates")
NEIGHBOURS = ("GN", "GM", "SN", "ML", "SL", "LR", "CI", "GW", "MR", "BF", "NE", "NG", "GH")
"""Listed first where a country is chosen."""


GROUP_TITLES: dict[Verdict, Text] = {
    Verdict.ELIGIBLE: N_("Eligible"),
    Verdict.NOT_NOW: N_("Not now"),
    Verdict.ASK: N_("To ask first"),
    Verdict.INELIGIBLE: N_("Not eligible"),
}


@blueprint.record_once
def give_words(state: BlueprintSetupState) -> None:
    """Tables and functions that the templates and macros of this package read."""
    state.app.jinja_env.globals.update({
        "CATEGORIES": CATEGORIES, "DROP_OUTS": DROP_OUTS, "EXCEPTIONS": EXCEPTIONS, "FACTS": FACTS,
        "FIELDS": FIELDS, "GRADES": GRADES, "GUARDIANS": GUARDIANS, "REASONS": REASONS, "RISKS": RISKS,
        "PRIORITIES": PRIORITIES, "SOURCES": SOURCES, "STATES": STATES,
        "ASKED_SOURCES": ASKED_SOURCES, "LEVELS": LEVELS, "NEED_STATES": NEED_STATES,
        "RELATIONS": RELATIONS, "ROUTE_KINDS": ROUTE_KINDS, "ROUTE_OWNERS": ROUTE_OWNERS,
        "SKILL_ROWS": SKILL_ROWS, "WISH_ROWS": WISH_ROWS,
        "control_of": control_of, "country_names": country_names, "fact_words": fact_words,
        "GROUP_TITLES": GROUP_TITLES, "route_words": safe_words, "amount_words": amount_words,
        "field_words": told, "local_name": local_name, "month_name": month_name, "new_key": new_key,
        "organisations_in": organisations_in, "regions_in": regions_in, "person_url": person_url,
        "today": today, "now": now,
    })  # fmt: skip


def fact_words(name: str, value: Any) -> Text:
    """The value of a fact in words."""
    return value_words(name, value, today=today(), names=_names())


def told(name: str, value: Any) -> Text:
    """A field of a payload in words."""
    return field_words(name, value, today=today(), names=_names())


def amount_words(part: Part, currency: str | None) -> Text:
    """One line of a monthly sum: what the person pays, or receives with a minus."""
    low, high = part.amount.lo, part.amount.hi
    if not part.known or math.isinf(low) or math.isinf(high):
        return N_("not known")
    amount = N_("{amount}", amount=round(low)) if low == high else N_(
        "{low} to {high}", low=round(low), high=round(high)
    )  # fmt: skip
    return N_("{amount} {currency}", amount=amount, currency=currency or "")


def local_name(listing: Listing) -> str:
    """What is offered, in the current language."""
    return local(listing.service.name)


def month_name(month: int) -> str:
    """The month's name in the current language."""
    return str(format_date(dt.date(2000, month, 1), "MMMM"))


def new_key() -> str:
    """A key for a form: the same form sent twice acts once."""
    return secrets.token_urlsafe(18)


def country_names() -> list[tuple[str, str]]:
    """Code and name of every country, those around first."""
    locale = get_locale()
    names = {
        code: name for code, name in (locale.territories if locale else {}).items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")
    }  # fmt: skip
    rest = sorted(names.keys() - set(NEIGHBOURS), key=names.__getitem__)
    return [(code, names[code]) for code in (*NEIGHBOURS, *rest)]


def regions_in(country: str) -> list[tuple[str, str, int]]:
    """Path, name and level of the regions of a country."""
    return region_choices(db.session, country)


def organisations_in(country: str) -> dict[str, str]:
    """Name of each organisation of a country by its key."""
    return organisation_names(db.session, country)


def _names() -> dict[str, str]:
    """Names of regions and countries by code, read once a request."""
    if "code_names" not in g:
        g.code_names = {**dict(country_names()), **code_names(db.session)}
    names: dict[str, str] = g.code_names
    return names
