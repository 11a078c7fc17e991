"""Hidden addresses: kept by the provider, opened by two people, shown once (protocol A.17).

There is no JSON interface and no command for this, on purpose; ``directory.operations.vault`` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.models import Site
from directory.operations.vault import (
    ask_opening,
    decide_opening,
    has_asked,
    keep_address,
    list_openings,
    read_address,
)
from directory.pages.fresh import second_factor_is
from directory.queries.vault import (
    described,
    hidden_sites,
    keeps,
    opening_for,
    openings_of,
    site_to_open,
)
from directory.roles import OPEN_VAULT
from directory.vault import LABELS, LONGEST_TEXT, READING_TIME, SHORTEST_REASON, WAITING_TIME

blueprint = Blueprint("vault", __name__, url_prefix="/vault")
Refusal = Conflict | Invalid


@blueprint.get("")
@needs(OPEN_VAULT)
def index() -> Response:
    """The hidden sites within reach; no address."""
    return render("directory/vault.html", sites=hidden_sites(db.session, current_actor()))


@blueprint.get("/sites/<uuid:site_id>")
@needs(OPEN_VAULT, audited=True)
def view(site_id: UUID) -> Response:
    """The requests for one site, and the forms to ask and to keep the address."""
    return _show(site_to_open(db.session, current_actor(), site_id))


@blueprint.post("/sites/<uuid:site_id>/address")
@needs(OPEN_VAULT)
def keep(site_id: UUID) -> ResponseReturnValue:
    """Write the true address; it is not shown again."""
    actor = current_actor()
    site = site_to_open(db.session, actor, site_id)
    try:
        keep_address(db.session, site, request.form.get("address", ""), actor=actor, now=now())
    except Invalid as error:
        return _again(site_id, error)
    flash(words(N_("The address is kept. Nobody sees it unless two people open it.")))
    return redirect(url_for(".view", site_id=site_id), 303)


@blueprint.post("/sites/<uuid:site_id>/openings")
@needs(OPEN_VAULT)
def ask(site_id: UUID) -> ResponseReturnValue:
    """Ask to read the address, with a reason."""
    actor = current_actor()
    site = site_to_open(db.session, actor, site_id)
    try:
        ask_opening(db.session, site, request.form.get("reason", ""), actor=actor, now=now())
    except (Conflict, Invalid) as error:
        return _again(site_id, error)
    flash(words(N_("Call a second person who may open it: they approve on this page.")))
    return redirect(url_for(".view", site_id=site_id), 303)


@blueprint.post("/openings/<uuid:opening_id>/approve")
@needs(OPEN_VAULT)
def approve(opening_id: UUID) -> ResponseReturnValue:
    """The second person agrees: whoever has asked reads once."""
    return _decide(opening_id, approves=True)


@blueprint.post("/openings/<uuid:opening_id>/refuse")
@needs(OPEN_VAULT)
def refuse(opening_id: UUID) -> ResponseReturnValue:
    """The second person does not agree."""
    return _decide(opening_id, approves=False)


@blueprint.post("/openings/<uuid:opening_id>/read")
@needs(OPEN_VAULT)
def read(opening_id: UUID) -> ResponseReturnValue:
    """The address, in the answer to this one request: there is no page to come back to."""
    actor = current_actor()
    opening = opening_for(db.session, actor, opening_id)
    site_id, site = opening.site_id, described(db.session, opening.site)
    try:
        address = read_address(
            db.session, opening, second_factor=_second_factor(), actor=actor, now=now()
        )
    except (Conflict, Invalid) as error:
        return _again(site_id, error, opening_id)
    return render("directory/vault_address.html", site=site, lines=address.splitlines())


def _decide(opening_id: UUID, *, approves: bool) -> ResponseReturnValue:
    actor = current_actor()
    opening = opening_for(db.session, actor, opening_id)
    site_id = opening.site_id
    try:
        decide_opening(
            db.session, opening, approves=approves, second_factor=_second_factor(), actor=actor,
            now=now(),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _again(site_id, error, opening_id)
    said = N_("Approved. The person who asked reads it once.") if approves else N_("Refused.")
    flash(words(said))
    return redirect(url_for(".view", site_id=site_id), 303)


def _second_factor() -> bool:
    return second_factor_is(request.form.get("second_factor", ""))


def _again(site_id: UUID, error: Refusal, opening_id: UUID | None = None) -> Response:
    """The page as before, with what was typed and what is wrong."""
    db.session.rollback()
    site = site_to_open(db.session, current_actor(), site_id)
    return _show(site, request.form, error, opening_id)


def _show(
    site: Site, given: Mapping[str, str] | None = None, error: Refusal | None = None,
    wrong: UUID | None = None,
) -> Response:  # fmt: skip
    actor, at = current_actor(), now()
    if error is None:
        openings = list_openings(db.session, site, actor=actor, now=at)
    else:  # a refusal leaves no audit line, so the reasons are not shown with it
        openings = openings_of(db.session, site.id)
    return render(
        "directory/vault_site.html", site=described(db.session, site), given=given or {},
        openings=openings, shows_reasons=error is None, at=at, wrong=wrong,
        may_keep=keeps(db.session, actor, site.id), me=actor.user_id,
        has_asked=has_asked(openings, actor, at) and error is None,
        status=_status(error), problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        STATES=LABELS, shortest=SHORTEST_REASON, longest=LONGEST_TEXT,
        hours=int(WAITING_TIME.total_seconds() // 3600),
        minutes=int(READING_TIME.total_seconds() // 60),
        asks_code=current_user.has_second_factor or not current_user.is_demo,
        has_factor=current_user.has_second_factor,
    )  # fmt: skip


def _status(error: Refusal | None) -> int:
    return 200 if error is None else 422 if isinstance(error, Invalid) else 409
