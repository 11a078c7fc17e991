"""What a person has agreed to, taking it back, and the list of what was told to whom."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import OVERSEE_CONSENT, READ_CASE, WITHDRAW_CONSENT, WRITE_CASE
from directory.who import Who
from routing.consent import ConsentKind
from routing.forms.agreements import read_own_agreement
from routing.models import CaseMember
from routing.operations.consents import give_consent
from routing.operations.withdrawals import withdraw_all, withdraw_consent
from routing.pages.choices import LANGUAGE_CHOICES, MODES, WITHDRAWAL
from routing.pages.consent_words import readable_language
from routing.pages.reading import read_member
from routing.queries.consents import consent_for, member_within
from routing.queries.disclosures import disclosures_of
from routing.queries.given_consents import agreements_of
from routing.queries.household import adults_to_ask

blueprint = Blueprint("given_consents", __name__)
KINDS: dict[str, Text] = {
    ConsentKind.SERVICES: N_("To be accompanied"),
    ConsentKind.DATA_SHARING: N_("Sharing with a provider"),
    ConsentKind.FOLLOW_UP: N_("To be called later and asked how it goes"),
    ConsentKind.TRUSTED_CONTACT: N_("Trusted contact"),
    ConsentKind.RESEARCH: N_("To take part in a survey"),
    ConsentKind.HOUSEHOLD: N_("Facts about the household"),
    ConsentKind.TRANSFER: N_("Another organisation takes over"),
}
OWN = (
    ConsentKind.FOLLOW_UP, ConsentKind.HOUSEHOLD, ConsentKind.TRUSTED_CONTACT,
    ConsentKind.RESEARCH,
)  # fmt: skip
"""Agreements that name no provider and are noted on this page."""
CHANNELS_TOLD: dict[str, Text] = {
    "platform": N_("sent"), "screen": N_("read"), "phone": N_("told by telephone"),
    "print": N_("on paper"),
}  # fmt: skip
WITHDRAWN = N_("It is taken back. Nobody reads anything under it any more, and they are told.")


@blueprint.get("/people/<uuid:member_id>/agreements")
@needs(READ_CASE, audited=True)
def view(member_id: UUID) -> Response:
    """Everything that the person has agreed to."""
    return _show(read_member(member_id))


@blueprint.post("/people/<uuid:member_id>/agreements")
@needs(WRITE_CASE, audited=True)
def agree(member_id: UUID) -> ResponseReturnValue:
    """Note an agreement that names no provider."""
    member = read_member(member_id)
    try:
        agreement = read_own_agreement(request.form, OWN)
        give_consent(db.session, member, agreement, actor=current_actor(), now=now())
    except Invalid as error:
        return _show(member, request.form, error)
    flash(words(N_("It is noted.")))
    return redirect(url_for(".view", member_id=member.id), 303)


@blueprint.post("/people/<uuid:member_id>/agreements/withdrawal")
@needs(WITHDRAW_CONSENT)
def take_all_back(member_id: UUID) -> ResponseReturnValue:
    """The person takes everything back; nobody asks why."""
    member = member_within(db.session, current_actor(), member_id)
    try:
        withdraw_all(
            db.session, member.case, [member], actor=current_actor(), role=_role(), now=now(),
            channel=request.form.get("channel", ""),
        )  # fmt: skip
    except Invalid as error:
        return _refused(error, member)
    flash(words(N_("Everything is taken back. Nobody reads anything any more, and they are told.")))
    return redirect(_back(member), 303)


@blueprint.post("/agreements/<uuid:consent_id>/withdrawal")
@needs(WITHDRAW_CONSENT)
def take_back(consent_id: UUID) -> ResponseReturnValue:
    """The person takes one agreement back."""
    record = consent_for(db.session, current_actor(), consent_id)
    member = member_within(db.session, current_actor(), record.member_id)
    try:
        withdraw_consent(
            db.session, record, actor=current_actor(), role=_role(), now=now(),
            channel=request.form.get("channel", ""),
        )  # fmt: skip
    except Invalid as error:
        return _refused(error, member)
    flash(words(WITHDRAWN))
    return redirect(_back(member), 303)


@blueprint.get("/people/<uuid:member_id>/told")
@needs(WITHDRAW_CONSENT, audited=True)
def told(member_id: UUID) -> Response:
    """What was told about the person, to whom, when and on what basis; in their language."""
    member = member_within(db.session, current_actor(), member_id)
    audit.record(
        db.session, current_actor(), "routing:disclosure:view", f"case_member:{member.id}",
        now=now(), chain=member.case.organisation_id,
    )  # fmt: skip
    language = readable_language(member.language)
    with force_locale(language):
        paper = render_template(
            "routing/_told.html", member=member, lines=disclosures_of(db.session, member),
            channels=CHANNELS_TOLD,
        )  # fmt: skip
    return render(
        "routing/told.html", member=member, paper_language=language, back=_back(member),
        paper=Markup(paper),  # noqa: S704 -- our own template made it
    )  # fmt: skip


def _show(
    member: CaseMember, given: Mapping[str, str] | None = None, error: Invalid | None = None
) -> Response:
    return render(
        "routing/given_consents.html", status=422 if error else 200, member=member,
        agreements=agreements_of(db.session, member), kinds=KINDS, given=given or {},
        own=[(kind.value, KINDS[kind]) for kind in OWN], problems=error.fields if error else {},
        to_ask=adults_to_ask(db.session, member, today=today()), modes=MODES.items(),
        language_choices=LANGUAGE_CHOICES, channels=WITHDRAWAL.items(), now_at=now(),
        trusted=[(route.id, route.value) for route in member.routes
                 if route.kind == "trusted-contact"],
    )  # fmt: skip


def _role() -> Who:
    return Who.DPO if current_actor().may(OVERSEE_CONSENT) else Who.RC


def _back(member: CaseMember) -> str:
    if current_actor().may(READ_CASE):
        return url_for(".view", member_id=member.id)
    return url_for("protection_desk.view")


def _refused(error: Invalid, member: CaseMember) -> ResponseReturnValue:
    db.session.rollback()
    for reason in error.fields.values():
        flash(words(reason))
    return redirect(_back(member), 303)
