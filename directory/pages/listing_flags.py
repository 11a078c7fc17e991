"""Listings that are applied otherwise than they are written: the editor looks, the supervisor clears."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from directory.audience import audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.models import Listing, ListingCorrection
from directory.operations.listing_flags import (
    clear_unlisted_criteria,
    open_corrections,
    settle_corrections,
)
from directory.queries.listing_scope import listing_to_change
from directory.queries.listings import listing_for
from directory.roles import EDIT_LISTING, SUPERVISE

blueprint = Blueprint("listing_flags", __name__, url_prefix="/listings/<uuid:key>")


def corrections_for(listing: Listing) -> list[ListingCorrection]:
    """What the reader, if they edit this listing, has still to look at."""
    actor = current_actor()
    if not actor.may(EDIT_LISTING):
        return []
    try:
        listing_to_change(db.session, actor, listing.id, frozenset({EDIT_LISTING}))
    except NotFound:
        return []
    return open_corrections(db.session, listing.id)


@blueprint.post("/corrections")
@needs(EDIT_LISTING)
def settle(key: UUID) -> ResponseReturnValue:
    """The editor has looked: the listing is right as it is."""
    actor = current_actor()
    listing = listing_to_change(db.session, actor, key, frozenset({EDIT_LISTING}))
    settle_corrections(db.session, listing, actor=actor, now=now())
    flash(words(N_("Thank you for looking.")))
    return redirect(url_for("listing.detail", key=key), 303)


@blueprint.post("/unlisted-criteria")
@needs(SUPERVISE)
def clear(key: UUID) -> ResponseReturnValue:
    """The supervisor has settled it with the provider."""
    actor = current_actor()
    listing = listing_for(db.session, key, audience_of(actor))
    clear_unlisted_criteria(db.session, listing, actor=actor, now=now())
    flash(words(N_("The warning is taken away.")))
    return redirect(url_for("listing.detail", key=key), 303)
