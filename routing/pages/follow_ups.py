"""Follow-ups: what is due this week, for whom, and the form that takes two minutes on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import READ_CASE, SEND_REFERRAL, SUPERVISE
from directory.who import Who
from routing.attempts import Outcome
from routing.drop_outs import DROP_OUTS, NOT_ASKED
from routing.follow_ups import ASKERS, LABELS, SATISFACTION
from routing.forms.follow_ups import QUESTIONS, TRIED, YES_NO, read_said
from routing.models import ContactRoute, Referral
from routing.operations.cases import route_of
from routing.operations.follow_up_schedule import first_month_over
from routing.operations.follow_ups import Conversation, record_follow_up, record_not_reached
from routing.pages.choices import CATEGORY_CHOICES, INFORM
from routing.pages.reading import read_referral
from routing.queries.follow_ups import (
    WEEK_DAYS,
    answers_of,
    follow_ups_of,
    follow_ups_until,
    loads,
)

blueprint = Blueprint("follow_ups", __name__)
CHOOSE = N_("Choose which way was tried, and how it ended.")


@blueprint.get("/follow-ups")
@needs(READ_CASE, audited=True)
def view() -> Response:
    """What is late and what is due this week; for a supervisor, by caseworker too."""
    return _list(None)


@blueprint.post("/follow-ups")
@needs(SUPERVISE, audited=True)
def of_worker() -> Response:
    """The same, of one caseworker."""
    try:
        return _list(UUID(request.form.get("worker", "")))
    except ValueError:
        return _list(None)


@blueprint.get("/referrals/<uuid:referral_id>/follow-up")
@needs(READ_CASE, audited=True)
def form(referral_id: UUID) -> Response:
    """The questions, with the safe ways to reach the person."""
    return _form(read_referral(referral_id), {})


@blueprint.post("/referrals/<uuid:referral_id>/follow-up")
@needs(SEND_REFERRAL)
def record(referral_id: UUID) -> ResponseReturnValue:
    """Note what the person said."""
    referral, given = read_referral(referral_id), request.form
    try:
        route = _route(referral, given.get("route", ""))
        record_follow_up(
            db.session, referral, read_said(given),
            Conversation(given.get("asker", ""), given.get("channel", ""), route),
            actor=current_actor(), role=_role(), now=now(),
            idempotency_key=given.get("idempotency_key"),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _form(read_referral(referral_id), given, error)
    flash(words(N_("Noted. Thank you for asking.")))
    return redirect(url_for(".view"), 303)


@blueprint.post("/referrals/<uuid:referral_id>/follow-up/tried")
@needs(SEND_REFERRAL)
def tried(referral_id: UUID) -> ResponseReturnValue:
    """Note that the person was not reached; it stays due."""
    referral, given = read_referral(referral_id), request.form
    try:
        record_not_reached(
            db.session, referral, *_tried(referral, given), actor=current_actor(),
            role=_role(), now=now(), announced=given.get("announced") == "1",
            idempotency_key=given.get("idempotency_key"),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _form(read_referral(referral_id), given, error)
    flash(words(N_("Noted: not reached. It stays on your list; try another way or another hour.")))
    return redirect(url_for(".view"), 303)


def _list(worker: UUID | None) -> Response:
    actor, at = current_actor(), now()
    audit.record(db.session, actor, "routing:follow-ups:read", f"account:{actor.user_id}", now=at)
    until = at + dt.timedelta(days=WEEK_DAYS)
    rows = follow_ups_until(db.session, actor, until=until, worker=worker)
    return render(
        "routing/follow_ups.html", LABELS=LABELS, worker=worker,
        late=[row for row in rows if row.due_at <= at],
        this_week=[row for row in rows if row.due_at > at],
        loads=loads(db.session, actor, now=at, until=until) if actor.may(SUPERVISE) else [],
    )  # fmt: skip


def _form(
    referral: Referral, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    due = follow_ups_of(db.session, referral)
    over = first_month_over(db.session, referral, now=now())
    codes = {code: label for code, label in DROP_OUTS.items() if not (over and code == NOT_ASKED)}
    return render(
        "routing/follow_up.html", status=status, referral=referral, given=given or DEFAULTS,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        due_now=due[0] if due else None, LABELS=LABELS, questions=QUESTIONS, codes=codes,
        yes_no=YES_NO.items(), tried_choices=TRIED.items(), marks=SATISFACTION.items(),
        askers=ASKERS.items(), channels=INFORM.items(), category_choices=CATEGORY_CHOICES,
        answers=answers_of(db.session, referral),
    )  # fmt: skip


DEFAULTS = {"asker": "referring-organisation", "channel": "phone"}


def _route(referral: Referral, key: str) -> ContactRoute | None:
    if not key:
        return None
    try:
        return route_of(referral.member, UUID(key))
    except ValueError as error:
        raise Invalid({"route": N_("Please choose one of the list.")}) from error


def _tried(referral: Referral, given: Mapping[str, str]) -> tuple[ContactRoute, Outcome]:
    route = _route(referral, given.get("route", ""))
    if route is None or given.get("outcome") not in TRIED:
        raise Invalid({"outcome": CHOOSE})
    return route, Outcome(given["outcome"])


def _role() -> Who:
    return Who.RC if Who.RC.value in current_actor().roles else Who.RS
