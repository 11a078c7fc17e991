"""The page of messages of an account, and the bell that counts them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from directory.core import outbox
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.security import current_actor, signed_in
from directory.core.text import N_
from directory.core.web import asked_page, render
from routing.queries.messages import AccountMessage, messages_to, new_messages

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
PER_PAGE = 30


@blueprint.get("")
@signed_in
def view() -> Response:
    """What was written to this account, newest first."""
    page = asked_page(size=PER_PAGE)
    found = messages_to(
        db.session, current_actor(), current_user.email, limit=page.size + 1, offset=page.offset
    )
    return render(
        "routing/messages.html", messages=found[: page.size], page=page.number,
        has_more=len(found) > page.size, address_of=address_of,
    )  # fmt: skip


@blueprint.post("/read")
@signed_in
def read() -> ResponseReturnValue:
    """One message, or all of them, has been seen; then on to what it is about."""
    ids = None
    if request.form.get("message"):
        try:
            ids = [UUID(request.form["message"])]
        except ValueError:
            raise Invalid({"message": N_("There is no such message.")}) from None
    outbox.mark_read(db.session, current_user.email, now=now(), ids=ids)
    return redirect(url_for(".view"), 303)


def address_of(message: AccountMessage) -> str | None:
    """Where the account sees what a message is about."""
    if message.referral is not None:
        if message.received:
            return url_for("inbox.detail", referral_id=message.referral.id)
        return url_for("referrals.view", referral_id=message.referral.id)
    if message.listing_id is not None:
        return url_for("listing.detail", key=message.listing_id)
    return None


def unread() -> int:
    """What the bell says; nothing on the page that says why nobody can be recognised."""
    return new_messages(db.session, current_user.email) if current_user.is_authenticated else 0


def init_app(app: Flask) -> None:
    """Give the frame of every page the number of new messages."""
    app.jinja_env.globals["unread_messages"] = unread
