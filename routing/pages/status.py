"""Where a request stands, for whoever holds the code of a receipt; nothing here needs an account.

The code is sent in the body of a form, never in an address; nothing of it is kept in the browser. What
is shown lets the person act for a quarter of an hour: a page left open on a shared computer then
asks for the code again.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict
from directory.core.security import public
from directory.core.text import N_, Text
from directory.core.web import render
from directory.pages.limits import guessing_limited
from directory.pages.papers import public_address
from routing.models import CaseMember, Referral, TrackingCode
from routing.operations.person_answers import BENEFICIARY, ask_call, say_contacted, take_back
from routing.operations.tracking import give_tracking_code
from routing.pages.receipts import COMPLAINT
from routing.queries.person_status import request_of, status_of
from routing.queries.tracking import member_of_tracking_code

blueprint = Blueprint("status", __name__, url_prefix="/status")
MENU_LABEL = N_("My request")
MINUTES = 15
"""How long the page that shows the answer may act for the person."""
UNKNOWN = N_(
    "We do not find this code. Look at your receipt and type it again: twelve letters and numbers. "
    "If you have lost it, ask the office for a new one."
)
TOO_OLD = N_("To protect you, this page has closed. Please type your code again.")


@blueprint.get("")
@public
def form() -> Response:
    """The empty form."""
    return _no_store(render("routing/status_form.html", problem=None))


@blueprint.post("")
@public
@guessing_limited
def show() -> Response:
    """Every request of the person, in words."""
    member = member_of_tracking_code(db.session, request.form.get("code", ""))
    if member is None:
        return _ask_again(UNKNOWN, 404)
    audit.record(
        db.session, BENEFICIARY, "routing:status:read", f"case_member:{member.id}", now=now(),
        chain=member.case.organisation_id,
    )  # fmt: skip
    return _show(member)


@blueprint.post("/contact")
@public
@guessing_limited
def contact() -> Response:
    """The person was contacted, or was not."""
    member, referral = _asked()
    if member is None or referral is None:
        return _ask_again(TOO_OLD, 404)
    contacted = request.form.get("contacted") == "yes"
    try:
        say_contacted(db.session, referral, contacted=contacted, now=now())
    except Conflict as error:
        return _show(member, error.reason)
    return _show(member, N_("Thank you. It is noted.") if contacted else WE_ASK)


WE_ASK = N_("Thank you. It is noted: your caseworker asks them, and tells you.")


@blueprint.post("/call")
@public
@guessing_limited
def call() -> Response:
    """The person asks to be called, and is promised a day."""
    member, referral = _asked()
    if member is None or referral is None:
        return _ask_again(TOO_OLD, 404)
    task = ask_call(db.session, referral, now=now())
    return _show(member, N_("Your caseworker calls you by {date}.", date=task.due_at))


@blueprint.post("/withdrawal")
@public
@guessing_limited
def withdrawal() -> Response:
    """What taking the agreement back means, before it is done."""
    member, referral = _asked()
    if member is None or referral is None:
        return _ask_again(TOO_OLD, 404)
    if request.form.get("sure") != "yes":
        found = next(
            one for one in status_of(db.session, member, now=now()).requests
            if one.number == referral.code
        )  # fmt: skip
        return _no_store(
            render("routing/status_withdrawal.html", request=found, ticket=_ticket(member))
        )
    try:
        take_back(db.session, referral, now=now())
    except Conflict as error:
        return _show(member, error.reason)
    return _show(member, N_("Your agreement is taken back. They see nothing about you any more."))


def _asked() -> tuple[CaseMember | None, Referral | None]:
    """Who acts and on which request; nothing when the page is too old or the code was renewed."""
    try:
        code_id, digest = _signer().loads(request.form.get("ticket", ""), max_age=MINUTES * 60)
    except (BadData, ValueError, TypeError):
        return None, None
    held = db.session.scalars(
        select(TrackingCode).where(TrackingCode.digest == str(digest))
    ).one_or_none()
    if held is None or str(held.id) != code_id:
        return None, None
    return held.member, request_of(db.session, held.member, request.form.get("number", ""))


def _ticket(member: CaseMember) -> str:
    """Proof that the code was typed a moment ago; it dies with the code and after a while."""
    held = give_tracking_code(db.session, member, actor=BENEFICIARY, now=now())
    return str(_signer().dumps([str(held.id), held.digest]))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="status")


def _show(member: CaseMember, done: Text | None = None) -> Response:
    found = status_of(db.session, member, now=now())
    return _no_store(
        render(
            "routing/status.html", status=200, found=found, done=done, ticket=_ticket(member),
            minutes=MINUTES, complaint_address=public_address(COMPLAINT),
        )
    )  # fmt: skip


def _ask_again(problem: Text, status: int) -> Response:
    values: dict[str, Any] = {"problem": problem}
    return _no_store(render("routing/status_form.html", status=status, **values))


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
