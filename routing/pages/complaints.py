"""Complaining without an account, and following it with the sixteen digits of the receipt.

Nothing here stands in an address or in a browser's memory: the receipt travels in the body of a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import MultiDict

from directory.audience import Audience
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.i18n import language, local
from directory.core.security import current_actor, needs, public
from directory.core.text import N_, Text
from directory.core.web import render
from directory.pages.limits import complaining, trying_receipts
from directory.pages.search_choices import countries
from directory.queries.filters import Moment
from directory.queries.listings import cards
from directory.queries.search import found_listings
from directory.queries.snapshot import current
from directory.roles import ENTER_COMPLAINT
from directory.search_request import Search
from directory.who import Who
from routing.complaint_levels import CATEGORIES
from routing.complaint_life import REOPEN_DAYS
from routing.complaint_receipts import grouped, read_receipt
from routing.emergency import emergency_numbers, hotline
from routing.forms.complaints import COMPLAINT_FIELDS, MOST, read_complaint_details, read_told
from routing.models import Complaint
from routing.operations.complaint_events import COMPLAINANT
from routing.operations.complaint_steps import (
    Act,
    act_on_complaint,
    person_acts,
)
from routing.operations.complaints import CHANNELS, complaint_by_receipt, receive_complaint
from routing.queries.complaint_inbox import standing, what_person_reads

blueprint = Blueprint("complaints", __name__, url_prefix="/complaints")
FIND = "find"
MOST_FOUND = 8
CATEGORY_CHOICES = [(one.code, one.label) for one in CATEGORIES.values()]
PERSON_ACTS = ("add", "reopen", "appeal")
"""What the person may do with the receipt."""
BY_STAFF = [(code, label) for code, label in CHANNELS.items() if code != "web"]
DONE: dict[str, Text] = {
    "add": N_("Your message is added."),
    "reopen": N_("Thank you. It is looked at again."),
    "appeal": N_("Thank you. The national coordination looks at it."),
}


@dataclass(frozen=True, slots=True)
class Pick:
    """Something in the public directory that a complaint may be about."""

    value: str
    label: str
    place: str | None


@blueprint.get("/new")
@public
def new() -> Response:
    """The form, in plain words."""
    return _show({"country": current_app.config["SETTINGS"].default_country})


@blueprint.post("/new")
@complaining
@public
def send() -> Response:
    """Take it in and show the receipt, once; or look for whom it is about, and show the form."""
    return _receive("web", Who.BEN)


@blueprint.get("/enter")
@needs(ENTER_COMPLAINT)
def enter() -> Response:
    """The same form for whoever writes down what a person says, or empties the box."""
    return _show({"country": current_app.config["SETTINGS"].default_country}, by_staff=True)


@blueprint.post("/enter")
@needs(ENTER_COMPLAINT)
def entered() -> Response:
    """Take it in; the receipt is for the person, and whoever entered it sees no more of it."""
    return _receive(request.form.get("channel", ""), _role_here())


@blueprint.get("/follow")
@public
def follow() -> Response:
    """Ask for the receipt."""
    return render("routing/complaint_follow.html", problems={}, given={})


@blueprint.post("/follow")
@trying_receipts
@public
def followed() -> Response:
    """How it stands, for who holds the receipt."""
    try:
        complaint = _by_receipt()
    except (NotFound, Invalid) as error:
        return _ask_again(error)
    return _standing(complaint)


@blueprint.post("/follow/<name>")
@trying_receipts
@public
def act(name: str) -> Response:
    """Add a message, or say that the answer does not satisfy."""
    try:
        complaint = _by_receipt()
    except (NotFound, Invalid) as error:
        return _ask_again(error)
    if name not in PERSON_ACTS:
        raise NotFound
    field = COMPLAINT_FIELDS[name][0].name
    try:
        details = read_complaint_details(name, {field: request.form.get(field, "")})
        act_on_complaint(
            db.session, complaint, name,
            Act(actor=COMPLAINANT, role=Who.BEN, now=now(), details=details,
                key=request.form.get("idempotency_key")),
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        db.session.expire_all()
        return _standing(complaint, error=error, tried=name)
    return _standing(complaint, done=DONE[name])


def _receive(channel: str, role: Who) -> Response:
    form, by_staff = request.form, role is not Who.BEN
    if form.get("do") == FIND:
        return _show(form, by_staff=by_staff, found=_picks(form))
    try:
        told = read_told(form, language=language(), channel=channel)
        key = form.get("idempotency_key", "")
        received = receive_complaint(
            db.session, told, actor=current_actor(), role=role, key=key, now=now()
        )
    except Invalid as error:
        return _show(form, by_staff=by_staff, found=_picks(form), error=error)
    return render(
        "routing/complaint_receipt.html", receipt=grouped(received.receipt),
        complaint=received.complaint, by_staff=by_staff, days=REOPEN_DAYS,
        **_danger(told.country),
    )  # fmt: skip


def _show(
    given: Mapping[str, Any], *, by_staff: bool = False, found: list[Pick] | None = None,
    error: Invalid | None = None,
) -> Response:  # fmt: skip
    snapshot = current(db.session)
    return render(
        "routing/complaint_new.html", status=422 if error else 200, given=given,
        problems=error.fields if error else {}, found=found, by_staff=by_staff,
        categories=CATEGORY_CHOICES, channels=BY_STAFF, most=MOST,
        countries=[(one.code, one.label) for one in countries(snapshot.regions, None)],
        key=given.get("idempotency_key"), **_danger(str(given.get("country") or "")),
    )  # fmt: skip


def _danger(country: str) -> dict[str, Any]:
    setting = current_app.config["SETTINGS"].complaint_hotlines
    return {"numbers": emergency_numbers(country), "hotline": hotline(setting, country)}


def _picks(form: MultiDict[str, str]) -> list[Pick] | None:
    """What the public directory has under the typed name; nobody sees more here than a visitor."""
    typed = form.get("about", "").strip()[: MOST["about"]]
    if not typed:
        return None
    search = Search(words=typed, country=form.get("country") or None)
    found = found_listings(
        db.session, search, audience=Audience.EVERYBODY, moment=Moment(now()),
        language=language(), facets=False,
    )  # fmt: skip
    rows = cards(db.session, found.ids(0, MOST_FOUND))
    picks = {
        f"organisation:{row.organisation_id}": Pick(
            f"organisation:{row.organisation_id}", row.organisation, None
        )
        for row in rows
    }
    services = [
        Pick(f"listing:{row.id}", f"{local(row.name)} · {row.organisation}", row.place)
        for row in rows
    ]
    return [*picks.values(), *services]


def _by_receipt() -> Complaint:
    typed = request.form.get("receipt", "")
    if read_receipt(typed) is None:
        raise Invalid({"receipt": N_("The receipt has 16 digits. Please check them.")})
    return complaint_by_receipt(db.session, typed)


def _ask_again(error: NotFound | Invalid) -> Response:
    """The same answer for every wrong receipt; it counts as a try."""
    problems = error.fields if isinstance(error, Invalid) else {"receipt": error.reason}
    return render(
        "routing/complaint_follow.html", status=404, problems=problems, given=request.form
    )


def _standing(
    complaint: Complaint, *, done: Text | None = None, error: Invalid | Conflict | None = None,
    tried: str = "",
) -> Response:  # fmt: skip
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/complaint_standing.html", status=status, complaint=complaint,
        receipt=read_receipt(request.form["receipt"]), standing=standing(complaint),
        lines=what_person_reads(db.session, complaint), acts=person_acts(complaint, now()), done=done,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (), tried=tried,
        fields=COMPLAINT_FIELDS, given=request.form, **_danger(complaint.country),
    )  # fmt: skip


def _role_here() -> Who:
    """The role in which somebody writes a complaint down."""
    held = current_actor().grants_for(ENTER_COMPLAINT)
    return Who(held[0].role)
