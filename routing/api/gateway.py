"""Where the SMS gateway (Kannel) calls: what people write, and what became of our messages.

The gateway proves itself by a secret in the ``Authorization`` header. Numbers and words come in
headers and the body (``post-url`` with ``send-sender``), never in an address.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from directory.channels.sms import GATEWAY_USER
from directory.core.clock import now
from directory.core.config import Settings
from directory.core.db import db, transaction
from directory.core.errors import Invalid, NotFound
from directory.core.security import public
from directory.core.text import N_
from directory.operations.delivery import record_report
from routing.operations.inbound import receive_sms
from routing.queries.message_words import in_words

blueprint = Blueprint("gateway", __name__, url_prefix="/api/gateway")
LONGEST = 2000
"""Octets of a message in several parts; what is longer is cut."""


@blueprint.post("/sms")
@public
def received() -> Response:
    """Take one message in and give the answer back, which the gateway sends."""
    settings = _gateway_only()
    sender = request.headers.get("X-Kannel-From", "").strip()
    if not sender:
        raise Invalid({"X-Kannel-From": N_("Please fill this in.")})
    words = request.get_data(cache=False)[:LONGEST].decode("utf-8", "replace").replace("\x00", "")
    reply = receive_sms(
        db.session, sender=sender, words=words, default_country=settings.default_country,
        default_language=settings.default_language, now=now(),
    )  # fmt: skip
    text = ""
    if reply is not None:
        _, text = in_words(reply.template, reply.language, {}, settings.hotline)
    return Response(text, mimetype="text/plain")


@blueprint.get("/reports")
@public
def reported() -> Response:
    """Note what became of a message; an unknown one is nobody's business."""
    _gateway_only()
    try:
        message, kind = UUID(request.args.get("message", "")), int(request.args.get("status", ""))
    except ValueError:
        raise Invalid({"status": N_("This is not a delivery report.")}) from None
    with transaction() as session:  # the gateway can only GET, and this writes
        record_report(session, message, kind, now=now())
    return Response("", mimetype="text/plain")


def _gateway_only() -> Settings:
    """The settings, for the gateway; for everybody else there is nothing here."""
    settings: Settings = current_app.config["SETTINGS"]
    given = request.authorization
    user, password = ("", "") if given is None else (given.username or "", given.password or "")
    known = hmac.compare_digest(password.encode(), settings.sms_secret.encode())
    if not settings.sms_secret or user != GATEWAY_USER or not known:
        raise NotFound
    return settings
