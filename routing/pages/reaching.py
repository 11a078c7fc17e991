"""Looking for a person from their page: tries, announced calls, and what remains to be tried."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.roles import WRITE_CASE
from directory.who import Who
from routing.attempts import AttemptSummary, Outcome, still_to_do
from routing.case_life import DORMANT_DAYS, State
from routing.models import AnnouncedCall, Case, CaseMember, ContactRoute
from routing.operations.cases import route_of
from routing.operations.reaching import announce_call, record_try
from routing.pages.person_address import person_url
from routing.pages.reading import read_member
from routing.queries.reaching import calls_to_come, search_summary

blueprint = Blueprint("reaching", __name__, url_prefix="/people/<uuid:member_id>")


@dataclass(frozen=True, slots=True)
class Search:
    """How far the search for the people of a case has come."""

    done: AttemptSummary
    still: tuple[Text, ...]
    calls: tuple[AnnouncedCall, ...]
    lost_from: dt.datetime | None
    """From when a dormant case may be given up."""


def search_of(case: Case) -> Search:
    """For the page of the case."""
    done = search_summary(db.session, case)
    dormant = case.state is State.DORMANT
    return Search(
        done, still_to_do(done), tuple(calls_to_come(db.session, case, now=now())),
        case.state_since + dt.timedelta(days=DORMANT_DAYS) if dormant else None,
    )  # fmt: skip


@blueprint.post("/attempts")
@needs(WRITE_CASE)
def attempt(member_id: UUID) -> ResponseReturnValue:
    """Note one try to reach the person."""
    member, form = read_member(member_id), request.form
    try:
        record_try(
            db.session, member, actor=current_actor(), role=_role(), now=now(),
            route=_route(member), outcome=Outcome(form.get("outcome", "")),
            announced=form.get("announced") == "1",
        )  # fmt: skip
    except (Invalid, ValueError):
        db.session.rollback()
        flash(words(N_("Choose which way was tried, and how it ended.")))
    else:
        flash(words(N_("The try is noted.")))
    return _back(member_id)


@blueprint.post("/announced-calls")
@needs(WRITE_CASE)
def announce(member_id: UUID) -> ResponseReturnValue:
    """Write to the person when somebody will call."""
    member = read_member(member_id)
    try:
        row = announce_call(
            db.session, member, _route(member), *_call_at(), actor=current_actor(), now=now()
        )
    except Invalid as error:
        db.session.rollback()
        for reason in error.reasons:
            flash(words(reason))
    except ValueError:
        db.session.rollback()
        flash(words(N_("Choose the way, the day and the hour of the call.")))
    else:
        said: dict[str, Any] = {"when": row.call_at}
        flash(words(N_("The person is written to. Call on {when}.", **said)))
    return _back(member_id)


def _route(member: CaseMember) -> ContactRoute:
    return route_of(member, UUID(request.form.get("route", "")))


def _call_at() -> tuple[dt.date, dt.time]:
    """Day and hour as typed, in the civil time of the country."""
    form = request.form
    return dt.date.fromisoformat(form.get("day", "")), dt.time.fromisoformat(form.get("hour", ""))


def _back(member_id: UUID) -> ResponseReturnValue:
    return redirect(f"{person_url(read_member(member_id))}#reaching", 303)


def _role() -> Who:
    return Who.RC if Who.RC.value in current_actor().roles else Who.RS
