"""Telling of every kind of help that exists, and cards with which a person goes alone."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.audience import Audience
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.pages.papers import download, printed
from directory.paper import SHEETS
from directory.queries.listing_view import DESCRIBERS, listing_view
from directory.queries.snapshot import current
from directory.roles import READ_CASE, SEND_REFERRAL, WRITE_CASE
from routing.operations.counselling import give_card, record_information
from routing.pages.reading import read_case, read_need
from routing.queries.counselling import services_in
from routing.queries.receipts import desk_of

blueprint = Blueprint("orientation", __name__)


@blueprint.get("/cases/<uuid:case_id>/information/pdf")
@needs(READ_CASE, audited=True)
def sheet(case_id: UUID) -> Response:
    """Every kind of help with its public services, to give to the person; nothing about them."""
    case = read_case(case_id)
    member = case.members[0]
    content = printed(
        "routing/papers/information.html", SHEETS["a4"], member.language, case=case,
        families=services_in(db.session, case.country), desk=desk_of(db.session, member),
    )  # fmt: skip
    audit.record(
        db.session, current_actor(), "routing:information:print", f"case_file:{case.id}",
        now=now(), chain=case.organisation_id,
    )  # fmt: skip
    return download(content, f"{case.code}-services.pdf")


@blueprint.post("/cases/<uuid:case_id>/information")
@needs(WRITE_CASE)
def told(case_id: UUID) -> ResponseReturnValue:
    """Note that the list was told today, and whether it was given on paper."""
    case = read_case(case_id)
    record_information(
        db.session, case, material=request.form.get("material", ""), actor=current_actor(),
        now=now(),
    )  # fmt: skip
    flash(words(N_("Noted: every kind of help was told today.")))
    return redirect(url_for("cases.view", case_id=case.id), 303)


@blueprint.post("/needs/<uuid:need_id>/cards")
@needs(SEND_REFERRAL)
def card(need_id: UUID) -> Response:
    """The card of a public service, noted on the need; no data is sent anywhere."""
    need = read_need(need_id)
    row = give_card(
        db.session, need, _listing_id(request.form.get("listing_id", "")), actor=current_actor(),
        now=now(),
    )  # fmt: skip
    view = listing_view(
        row.listing, current(db.session).regions, current_app.extensions[DESCRIBERS],
        audience=Audience.EVERYBODY, now=now(),
    )  # fmt: skip
    content = printed(
        "routing/papers/card.html", SHEETS["a6"], need.member.language, view=view,
        desk=desk_of(db.session, need.member),
    )  # fmt: skip
    return download(content, "card.pdf")


def _listing_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
