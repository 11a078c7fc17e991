"""Forms on paper: for a desk without a line, for the file, and for whoever signs."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import LANGUAGES, language
from directory.core.security import current_actor, needs
from directory.pages.papers import download, printed
from directory.paper import SHEETS
from directory.roles import SEND_REFERRAL, WRITE_CASE
from routing.consent_text import consent_sentences
from routing.operations.paper_forms import (
    print_consent_form,
    print_referral_form,
    print_transfer_form,
)
from routing.pages.reading import read_case, read_referral

blueprint = Blueprint("paper_forms", __name__)
A4 = SHEETS["a4"]


@blueprint.get("/referrals/<uuid:referral_id>/forms/referral")
@needs(SEND_REFERRAL, audited=True)
def referral(referral_id: UUID) -> Response:
    """The inter-agency referral form, in ``?language=fr`` or ``en``."""
    form = print_referral_form(
        db.session, read_referral(referral_id), actor=current_actor(), now=now()
    )
    content = printed("routing/papers/referral_form.html", A4, _language(), form=form)
    return download(content, f"{form.referral.code}-referral.pdf")


@blueprint.get("/referrals/<uuid:referral_id>/forms/consent")
@needs(SEND_REFERRAL, audited=True)
def consent(referral_id: UUID) -> Response:
    """The consent form, in the person's language unless another is asked for."""
    form = print_consent_form(
        db.session, read_referral(referral_id), actor=current_actor(), now=now()
    )
    found = form.referral
    content = printed(
        "routing/papers/consent_form.html", A4, _language(found.member.language), form=form,
        sentences=consent_sentences(
            found.listing.service.organisation.name, found.need.category, form.until
        ),
    )  # fmt: skip
    return download(content, f"{found.code}-consent.pdf")


@blueprint.get("/cases/<uuid:case_id>/forms/transfer")
@needs(WRITE_CASE, audited=True)
def transfer(case_id: UUID) -> Response:
    """The transfer form to ``?receiver=``, the key of an organisation."""
    form = print_transfer_form(
        db.session, read_case(case_id), request.args.get("receiver", ""), actor=current_actor(),
        now=now(),
    )  # fmt: skip
    content = printed("routing/papers/transfer_form.html", A4, _language(), form=form)
    return download(content, f"{form.case.code}-transfer.pdf")


def _language(usual: str = "") -> str:
    """The one that was asked for, else the usual one, else that of the page."""
    asked = request.args.get("language", "")
    return next((code for code in (asked, usual) if code in LANGUAGES), language())
