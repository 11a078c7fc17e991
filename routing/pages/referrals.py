"""A referral as the sender's side follows it: steps, who acts by when, and what comes next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.plain_words import cost_words
from directory.roles import READ_CASE, SEND_REFERRAL, WITHDRAW_CONSENT
from directory.who import LABELS, Who
from routing.attempts import OUTCOMES, Outcome
from routing.counselling import read_option
from routing.eligibility import Verdict
from routing.fact_table import FACTS
from routing.models import ConsentRecord, Referral
from routing.operations.cases import route_of
from routing.operations.informing import inform, record_attempt
from routing.operations.referral_creation import tried_listings
from routing.operations.withdrawals import withdraw_consent
from routing.pages.choices import INFORM, WITHDRAWAL
from routing.pages.given_consents import CHANNELS_TOLD
from routing.pages.offer_cards import source_of
from routing.pages.proposals import offers_for, proposals_for
from routing.pages.reading import read_referral
from routing.pages.step_words import recorded
from routing.projection import NEWS
from routing.queries.caseload import SENDER_CLOCKS
from routing.queries.contest import comparison
from routing.queries.counselling import counselling_of
from routing.queries.disclosures import disclosures_of
from routing.queries.known_facts import facts_of
from routing.queries.messages import message_lines
from routing.queries.proxies import proxies_of
from routing.queries.referral import (
    AvailableStep,
    RunningClock,
    available_steps,
    clocks_of,
    history,
)
from routing.referral_states import RETURN_KINDS, STATES, ReturnKind, State

blueprint = Blueprint("referrals", __name__, url_prefix="/referrals/<uuid:referral_id>")
ELSEWHERE: dict[str, str] = {
    "prepare": "consent.sending", "send": "consent.sending", "reroute": "", "void": "voids.form",
}  # fmt: skip
"""Steps that have a screen of their own."""
BY_OTHERS = frozenset({"revoke", "edit"})
"""Steps that come with something else: a withdrawal, the last look before sending."""
CANDIDATES = 3


@blueprint.get("")
@needs(READ_CASE, audited=True)
def view(referral_id: UUID) -> Response:
    """Everything about one referral."""
    referral = read_referral(referral_id)
    steps = _steps(referral)
    clocks = clocks_of(db.session, referral)
    lines = history(db.session, referral)
    candidates = _candidates(referral)
    return render(
        "routing/referral.html", referral=referral, clocks=clocks, lines=lines,
        info=STATES[referral.state], **_who_acts(referral, clocks),
        main=[one for one in steps if one.line.main and not one.by_proxy
              and not (one.name == "reroute" and candidates)],
        others=[one for one in steps if not one.line.main and not one.by_proxy],
        proxies=[one for one in steps if one.by_proxy], address_of_step=address_of_step,
        recorded=recorded, must_inform=must_inform(referral), returned=_returned(referral, lines),
        contradictions=_contradictions(referral), proxied=proxies_of(db.session, referral),
        RETURN_KINDS=RETURN_KINDS, inform_channels=INFORM.items(), outcomes=OUTCOMES.items(),
        withdrawal_channels=WITHDRAWAL.items(), candidates=candidates,
        told=[one for one in disclosures_of(db.session, referral.member)
              if one.referral_code == referral.code],
        channels_told=CHANNELS_TOLD, source_of=source_of, Verdict=Verdict,
        stale=_stale(referral), **_chosen(referral),
        messages=message_lines(db.session, referral),
    )  # fmt: skip


@blueprint.post("/inform")
@needs(SEND_REFERRAL)
def tell(referral_id: UUID) -> ResponseReturnValue:
    """Note that the person was told, or that it was tried."""
    referral, form = read_referral(referral_id), request.form
    reached = form.get("reached") == "yes"
    try:
        inform(
            db.session, referral, actor=current_actor(), role=_role(), now=now(), reached=reached,
            channel=form.get("channel", ""), reply=form.get("reply", "").strip(),
            idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _refused(referral_id, error)
    flash(words(N_("The person knows.") if reached else N_("Noted: not reached. Try another way.")))
    return redirect(url_for(".view", referral_id=referral_id), 303)


@blueprint.post("/attempts")
@needs(SEND_REFERRAL)
def attempt(referral_id: UUID) -> ResponseReturnValue:
    """Note one try to reach the person."""
    referral, form = read_referral(referral_id), request.form
    try:
        record_attempt(
            db.session, referral, actor=current_actor(), role=_role(), now=now(),
            route=route_of(referral.member, UUID(form.get("route", ""))),
            outcome=Outcome(form.get("outcome", "")), announced=form.get("announced") == "1",
            idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
    except ValueError:
        flash(words(N_("Choose which way was tried, and how it ended.")))
    return redirect(url_for(".view", referral_id=referral_id), 303)


@blueprint.post("/withdrawal")
@needs(WITHDRAW_CONSENT)
def withdraw(referral_id: UUID) -> ResponseReturnValue:
    """The person takes the consent back; nobody asks why."""
    referral = read_referral(referral_id)
    record = db.session.get_one(ConsentRecord, referral.consent_id)
    try:
        withdraw_consent(
            db.session, record, actor=current_actor(), role=Who.RC, now=now(),
            channel=request.form.get("channel", ""),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _refused(referral_id, error)
    flash(words(N_("The consent is withdrawn. The provider reads nothing any more.")))
    return redirect(url_for(".view", referral_id=referral_id), 303)


def _who_acts(referral: Referral, clocks: list[RunningClock]) -> dict[str, Any]:
    """The clock that is due first, and who must answer it."""
    first = next((clock for clock in clocks if not clock.paused), None)
    ours = first is not None and first.clock in SENDER_CLOCKS
    owner = Who.RC if ours else STATES[referral.state].owner
    return {"first": first, "owner": LABELS[owner] if owner is not None else None}


def _chosen(referral: Referral) -> dict[str, Any]:
    """The talk that led to it, with the offers as they were that day."""
    talk = counselling_of(db.session, referral)
    options = [read_option(one) for one in talk.shown] if talk is not None else []
    return {"talk": talk, "options": options, "price_words": _price_words}


def _price_words(model: str | None, price: str | None, currency: str | None) -> Text:
    return cost_words(model, Decimal(price) if price is not None else None, currency)


def must_inform(referral: Referral) -> bool:
    """There is news that the person does not know."""
    return referral.state in NEWS and referral.informed_at is None


def address_of_step(referral: Referral, step: AvailableStep) -> str:
    """Where a step is taken."""
    if step.name == "reroute":
        return url_for("proposals.view", need_id=referral.need_id)
    if step.name in ELSEWHERE:
        return url_for(ELSEWHERE[step.name], referral_id=referral.id)
    return url_for("steps.form", referral_id=referral.id, name=step.name)


def _steps(referral: Referral) -> list[AvailableStep]:
    steps = available_steps(db.session, current_actor(), referral)
    return [step for step in steps if step.name not in BY_OTHERS]


def _returned(referral: Referral, lines: list[Any]) -> Any:
    """The line that tells how it came back."""
    if referral.state is not State.RETURNED:
        return None
    return next(line for line in reversed(lines) if line.target is State.RETURNED != line.source)


def _contradictions(referral: Referral) -> list[Text]:
    """How the refusal contradicts the listing or what is known; the supervisor may contest it."""
    if referral.return_kind is not ReturnKind.REJECTED:
        return []
    return comparison(db.session, referral, today=today())


def _stale(referral: Referral) -> list[Any]:
    """What must be asked again before anything else is proposed."""
    if referral.state is not State.RETURNED:
        return []
    facts = facts_of(db.session, referral.member, today=today())
    return [FACTS[name] for name in facts.stale(today()) if name not in IMPLIED]


IMPLIED = frozenset({"residence"})
"""Follows from where the person lives."""


def _candidates(referral: Referral) -> list[Any]:
    """The next services, already computed, without what was tried."""
    if referral.state is not State.RETURNED or referral.need.state != "open":
        return []
    found = proposals_for(referral.need)
    tried = tried_listings(db.session, referral)
    cards = offers_for(referral.need, found)
    return [card for card in cards if card.listing.id not in tried][:CANDIDATES]


def _role() -> Who:
    return Who.RC if Who.RC.value in current_actor().roles else Who.RS


def _refused(referral_id: UUID, error: Conflict | Invalid) -> ResponseReturnValue:
    db.session.rollback()
    for reason in error.reasons:
        flash(words(reason))
    return redirect(url_for(".view", referral_id=referral_id), 303)
