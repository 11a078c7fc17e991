"""The receipt that a person takes home: on the screen, on a small sheet, on a till roll."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.pages.papers import asked_sheet, download, printed, public_address, qr_code
from directory.paper import SHEETS, SLIPS
from directory.roles import SEND_REFERRAL
from routing.models import Referral
from routing.operations.tracking import renew_tracking_code
from routing.pages.consent_words import readable_language
from routing.pages.reading import read_referral
from routing.queries.receipts import Receipt, receipt_of

COMPLAINT = "complaints.new"
"""Where somebody complains without signing in."""
blueprint = Blueprint("receipts", __name__, url_prefix="/referrals/<uuid:referral_id>/slip")


@blueprint.get("")
@needs(SEND_REFERRAL, audited=True)
def slip(referral_id: UUID) -> Response:
    """The receipt on the screen, to read aloud and to print."""
    referral = read_referral(referral_id)
    receipt = receipt_of(db.session, referral)
    with force_locale(readable_language(referral.member.language)):
        text = render_template("routing/_slip.html", **slip_values(receipt))
    return render(
        "routing/slip.html", referral=referral, receipt=receipt,
        text=Markup(text),  # noqa: S704 -- our own template made it
        sheets=[SHEETS[name] for name in SLIPS],
    )  # fmt: skip


@blueprint.get("/pdf")
@needs(SEND_REFERRAL, audited=True)
def slip_pdf(referral_id: UUID) -> Response:
    """The same as a file, ``?sheet=a5``, ``a6``, ``80`` or ``58``."""
    referral, sheet = read_referral(referral_id), asked_sheet(SLIPS)
    receipt = receipt_of(db.session, referral)
    content = printed("routing/papers/slip.html", sheet, receipt.language, **slip_values(receipt))
    _note(referral, sheet=sheet.name)
    return download(content, f"{referral.code}-{sheet.name}.pdf")


@blueprint.post("/code")
@needs(SEND_REFERRAL)
def renew(referral_id: UUID) -> ResponseReturnValue:
    """Another code, because the receipt was lost or seen by others."""
    referral = read_referral(referral_id)
    renew_tracking_code(db.session, referral.member, actor=current_actor(), now=now())
    flash(words(N_("There is a new code. The old one does not work any more: give a new receipt.")))
    return redirect(url_for(".slip", referral_id=referral.id), 303)


def slip_values(receipt: Receipt) -> dict[str, Any]:
    """What the templates of a receipt read: the addresses never hold the code."""
    address = public_address("status.form")
    return {
        "receipt": receipt,
        "status_address": address,
        "scan": qr_code(address) if address else "",
        "complaint_address": public_address(COMPLAINT),
    }


def _note(referral: Referral, **details: str) -> None:
    audit.record(
        db.session, current_actor(), "routing:receipt:print", f"referral:{referral.id}",
        now=now(), chain=referral.case.organisation_id, **details,
    )  # fmt: skip
