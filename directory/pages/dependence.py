"""Single providers: what a country would lose if one organisation closed, and what it lacks."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import select

from directory.audience import audience_of
from directory.categories import CATEGORIES
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.web import render
from directory.dependence import COVERAGE_WORDS, Coverage
from directory.models import Organisation
from directory.queries.dependence import dependence_of, first_level_regions, organisation_names
from directory.roles import READ_COORDINATION

blueprint = Blueprint("dependence", __name__, url_prefix="/coordination")


@blueprint.get("/single-providers")
@needs(READ_COORDINATION)
def view() -> Response:
    """Every kind of service of one country, the most fragile first."""
    countries = _countries()
    asked = request.args.get("country", "").upper()
    country = asked if asked in countries else next(iter(countries), "")
    found = dependence_of(db.session, country, audience_of(current_actor()))
    return render(
        "directory/single_providers.html", country=country, countries=countries, found=found,
        names=organisation_names(db.session, found), Coverage=Coverage, words_of=COVERAGE_WORDS,
        regions={row.id: row.name for row in first_level_regions(db.session, country)},
        categories=CATEGORIES,
    )  # fmt: skip


def _countries() -> list[str]:
    """The countries that the actor coordinates; all of the directory without a narrower scope."""
    grants = current_actor().grants_for(READ_COORDINATION)
    known = list(db.session.scalars(select(Organisation.country).distinct().order_by("country")))
    if any(grant.country is None for grant in grants):
        return known
    return sorted({grant.country for grant in grants if grant.country})
