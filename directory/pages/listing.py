"""The page of one listing: cost first, then for whom, when, how, where, who answers, source."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext

from directory.audience import audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import local
from directory.core.security import current_actor, public
from directory.core.web import render
from directory.pages.listing_flags import corrections_for
from directory.queries.listing_view import DESCRIBERS, listing_view
from directory.queries.listings import (
    cards,
    listing_for,
    listing_ids_of,
    organisation_for,
)
from directory.queries.snapshot import current

blueprint = Blueprint("listing", __name__)


@blueprint.get("/listings/<uuid:key>")
@public
def detail(key: UUID) -> Response:
    """One listing; ``?print=1`` without map and menus."""
    audience = audience_of(current_actor())
    listing = listing_for(db.session, key, audience)
    regions, describers = current(db.session).regions, current_app.extensions[DESCRIBERS]
    return render(
        "directory/listing.html",
        view=listing_view(listing, regions, describers, audience=audience, now=now()),
        corrections=corrections_for(listing),
        describe_reason=describers.reason,
        printed=request.args.get("print") == "1",
        report_error=_report_error(local(listing.service.name), key),
    )


@blueprint.get("/organisations/<uuid:key>")
@public
def organisation(key: UUID) -> str:
    """An organisation and its services, as far as the reader may know of them."""
    audience = audience_of(current_actor())
    found = organisation_for(db.session, key, audience)
    services = cards(db.session, listing_ids_of(db.session, key, audience))
    return render_template("directory/organisation.html", organisation=found, services=services)


def _report_error(name: str, key: UUID) -> str | None:
    """A letter to whoever looks after the directory, addressed and titled."""
    address = current_app.config["SETTINGS"].contact_email
    if not address:
        return None
    page = url_for(".detail", key=key, _external=True)
    subject = gettext("Error in the directory: %(name)s", name=name)
    return f"mailto:{address}?{urlencode({'subject': subject, 'body': page}, quote_via=quote)}"
