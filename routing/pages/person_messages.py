"""Writes to the person: what is sent is shown first, with its length, in the person's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import shipped, words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.gsm import ONE_MESSAGE, sms_length
from directory.quiet_hours import wait_until
from directory.roles import SEND_REFERRAL
from directory.vocabulary import LANGUAGES
from directory.who import Who
from directory.working_days import calendar_of
from routing.announced_calls import call_problem
from routing.models import ContactRoute, Referral
from routing.operations.announced_calls import ANNOUNCEMENT
from routing.operations.cases import route_of
from routing.operations.person_messages import (
    announce_call,
    ask_to_call,
    please_call_text,
)
from routing.pages.reading import read_referral
from routing.queries.message_words import in_words

blueprint = Blueprint(
    "person_messages", __name__, url_prefix="/referrals/<uuid:referral_id>/message"
)
CALL, ASK = "call", "ask"
KINDS = {CALL: N_("We will call, on this day and hour"), ASK: N_("Please call us")}


@dataclass(frozen=True, slots=True)
class Preview:
    """The message as the telephone will show it."""

    text: str
    length: int
    other_language: Text | None
    """Language of the person, if we have no sentences in it."""
    waits_until: dt.datetime | None
    """When it leaves, if telephones are left in peace now."""


@blueprint.get("")
@needs(SEND_REFERRAL, audited=True)
def form(referral_id: UUID) -> Response:
    """Which telephone, and what to say."""
    referral = read_referral(referral_id)
    tomorrow = now().astimezone(calendar_of(referral.case.country).zone) + dt.timedelta(days=1)
    return _show(referral, {"kind": CALL, "day": tomorrow.date().isoformat(), "hour": "10:00"})


@blueprint.post("")
@needs(SEND_REFERRAL)
def write(referral_id: UUID) -> ResponseReturnValue:
    """First what will be sent; the second time it is queued."""
    referral, given = read_referral(referral_id), request.form
    try:
        route, day, hour = _asked(referral)
        if given.get("sure") != "1":
            return _show(referral, given, preview=_preview(referral, route, day, hour))
        who = Who.RC if Who.RC.value in current_actor().roles else Who.RS
        if given.get("kind") == CALL:
            announce_call(
                db.session, referral, route, actor=current_actor(), role=who, day=day, hour=hour,
                now=now(),
            )  # fmt: skip
        else:
            ask_to_call(db.session, referral, route, actor=current_actor(), role=who, now=now())
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show(read_referral(referral_id), given, error=error)
    flash(words(N_("The message is queued. Below you see when it has been sent.")))
    return redirect(f"{url_for('referrals.view', referral_id=referral_id)}#messages", 303)


def _asked(referral: Referral) -> tuple[ContactRoute, dt.date, dt.time]:
    given, problems = request.form, {}
    try:
        route = route_of(referral.member, UUID(given.get("route", "")))
    except ValueError:
        raise Invalid({"route": N_("Please choose one of the list.")}) from None
    day, hour = dt.date.min, dt.time.min
    if given.get("kind") == CALL:
        try:
            day = dt.date.fromisoformat(given.get("day", ""))
        except ValueError:
            problems["day"] = N_("Write the day like 2026-03-31.")
        try:
            hour = dt.time.fromisoformat(given.get("hour", ""))
        except ValueError:
            problems["hour"] = N_("Write the hour like 10:00.")
        if not problems:
            wrong = call_problem(day, hour, calendar_of(referral.case.country), now=now())
            problems |= {"day": wrong} if wrong else {}
    elif given.get("kind") != ASK:
        problems["kind"] = N_("Please choose one of the list.")
    if problems:
        raise Invalid(problems)
    return route, day, hour


def _preview(referral: Referral, route: ContactRoute, day: dt.date, hour: dt.time) -> Preview:
    settings = current_app.config["SETTINGS"]
    template, values = please_call_text(route), {"code": referral.code}
    if request.form.get("kind") == CALL:
        template = ANNOUNCEMENT
        values |= {"day": day.isoformat(), "hour": f"{hour:%H:%M}"}
    _, text = in_words(template, route.language, values, settings.hotline)
    return Preview(
        text, sms_length(text), _other_language(route.language),
        wait_until(now(), calendar_of(referral.case.country), begin=settings.quiet_from,
                   end=settings.quiet_until),
    )  # fmt: skip


def _other_language(code: str) -> Text | None:
    return None if shipped(code) == code else LANGUAGES.get(code, N_("{code}", code=code))


def _show(
    referral: Referral, given: Mapping[str, Any], *, preview: Preview | None = None,
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/person_message.html", status=status, referral=referral, given=given,
        preview=preview, most=ONE_MESSAGE, kinds=KINDS.items(),
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        routes=[one for one in referral.member.routes
                if one.safe_to_text and one.kind in ("phone", "trusted-contact")],
        day_labels={"day": N_("Day of the call"), "hour": N_("Hour of the call"),
                    "route": N_("Which telephone"), "kind": N_("What to say")},
    )  # fmt: skip
