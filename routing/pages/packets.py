"""Before the journey: a counsellor abroad announces a person, asks for care, and notes the departure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.models import Listing, Organisation
from directory.pages.search_choices import COUNTRIES
from directory.roles import PREPARE_PACKET
from routing.forms.fact_inputs import typed_parts
from routing.forms.locations import LOCATION, WhichPlace
from routing.forms.packets import FACTS_ABROAD, NEED_ROWS, OTHER_INSTALLATION, read_proposal
from routing.forms.transfers import read_key
from routing.models import CrossBorderPacket
from routing.operations.packet_files import export_packet
from routing.operations.packets import (
    CONFIRMED_BEFORE,
    confirm_departure,
    prepare_packet,
    submit_packet,
    unconfirmed,
)
from routing.operations.service_confirmations import NONE_FOUND, ask_confirmation
from routing.packets import read_keys
from routing.pages.casework import told
from routing.pages.choices import CATEGORY_CHOICES, LANGUAGE_CHOICES, MODES, PRIORITY_CHOICES
from routing.priorities import Priority
from routing.queries.packets import arrival_desks, care_in, packet_for, packets_list

blueprint = Blueprint("packets", __name__, url_prefix="/packets")
STATES: dict[str, Text] = {
    "draft": N_("Draft, only you see it"),
    "submitted": N_("Announced"),
    "acknowledged": N_("Received"),
}


@blueprint.get("")
@needs(PREPARE_PACKET, audited=True)
def index() -> Response:
    """Who is announced by your organisation; no name."""
    actor = current_actor()
    audit.record(db.session, actor, "routing:packet:list", f"account:{actor.user_id}", now=now())
    return render(
        "routing/packets.html", found=packets_list(db.session, actor), STATES=STATES,
        returning_to=COUNTRIES,
    )  # fmt: skip


@blueprint.get("/new/<country>")
@needs(PREPARE_PACKET)
def form(country: str) -> Response:
    """The empty form, for somebody who returns to this country."""
    calm = {f"priority-{row}": Priority.P3.value for row in range(1, NEED_ROWS + 1)}
    return _form(_known(country), {**calm, "route-call": "1"})


@blueprint.post("/new/<country>")
@needs(PREPARE_PACKET)
def create(country: str) -> ResponseReturnValue:
    """A draft that only this organisation sees; nothing is sent."""
    to = _known(country)
    sender = _senders()[0]
    if (asked := request.form.get("sender")) is not None:
        sender = next((one for one in _senders() if str(one.id) == asked), sender)
    try:
        proposal = read_proposal(
            db.session, request.form, sender_id=sender.id, country=to, today=today()
        )
        packet = prepare_packet(db.session, proposal, actor=current_actor(), now=now())
    except Invalid as error:
        db.session.rollback()
        return _form(to, request.form, error)
    return redirect(url_for(".view", packet_id=packet.id), 303)


@blueprint.get("/<uuid:packet_id>")
@needs(PREPARE_PACKET, audited=True)
def view(packet_id: UUID) -> Response:
    """One person who is announced, and what is still to do before the journey."""
    return _show(packet_for(db.session, current_actor(), packet_id))


@blueprint.post("/<uuid:packet_id>/submit")
@needs(PREPARE_PACKET)
def submit(packet_id: UUID) -> ResponseReturnValue:
    """The arrival desk sees it from now on."""
    packet = packet_for(db.session, current_actor(), packet_id)
    submit_packet(db.session, packet, actor=current_actor(), now=now())
    flash(words(N_("Announced. Nothing can be changed any more.")))
    return redirect(url_for(".view", packet_id=packet.id), 303)


@blueprint.post("/<uuid:packet_id>/file")
@needs(PREPARE_PACKET)
def export(packet_id: UUID) -> ResponseReturnValue:
    """The sealed file for the other installation; only it can open it."""
    packet = packet_for(db.session, current_actor(), packet_id)
    settings = current_app.config["SETTINGS"]
    try:
        keys = read_keys(settings.packet_name, settings.packet_secrets, settings.packet_partners)
        data = export_packet(db.session, packet, keys=keys, actor=current_actor(), now=now())
    except Invalid as error:
        return _show(packet, error)
    return Response(
        data, mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="packet-{packet.number}.json"'},
    )  # fmt: skip


@blueprint.post("/<uuid:packet_id>/departed")
@needs(PREPARE_PACKET)
def departed(packet_id: UUID) -> ResponseReturnValue:
    """The person has left: the arrival desk has 24 hours; care that was not answered stops it."""
    packet = packet_for(db.session, current_actor(), packet_id)
    confirm_departure(db.session, packet, actor=current_actor(), now=now())
    flash(words(N_("Noted. The arrival desk has 24 hours.")))
    return redirect(url_for(".view", packet_id=packet.id), 303)


@blueprint.post("/<uuid:packet_id>/care")
@needs(PREPARE_PACKET)
def ask(packet_id: UUID) -> ResponseReturnValue:
    """Ask one provider whether the care is there, or note that none was found."""
    packet = packet_for(db.session, current_actor(), packet_id)
    try:
        listing = _asked_listing()
        ask_confirmation(
            db.session, packet, category=request.form.get("category", ""), listing=listing,
            question=request.form.get("question", ""), actor=current_actor(), now=now(),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        return _show(packet_for(db.session, current_actor(), packet_id), error)
    flash(words(N_("Asked. The answer appears here.") if listing else N_("Noted.")))
    return redirect(url_for(".view", packet_id=packet_id), 303)


def _asked_listing() -> Listing | None:
    """The service to ask; nothing where it is said that none was found."""
    if request.form.get("listing") == NONE_FOUND:
        return None
    listing = db.session.get(Listing, read_key(request.form, "listing"))
    if listing is None:
        raise Invalid({"listing": N_("Choose a service of that kind.")})
    return listing


def _senders() -> list[Organisation]:
    grants = current_actor().grants_for(PREPARE_PACKET)
    keys = {grant.organisation_id for grant in grants if grant.organisation_id is not None}
    found = (db.session.get_one(Organisation, key) for key in keys)
    return sorted(found, key=lambda one: (one.name, str(one.id)))


def _known(country: str) -> str:
    if country not in COUNTRIES:
        raise NotFound
    return country


def _partners() -> list[tuple[str, str]]:
    """The names of the installations to which a file can be sealed; none without keys."""
    settings = current_app.config["SETTINGS"]
    try:
        keys = read_keys(settings.packet_name, settings.packet_secrets, settings.packet_partners)
    except Invalid:
        return []
    return [(name, name) for name in sorted(keys.partners)]


def _form(country: str, given: Any, error: Invalid | None = None) -> Response:
    typed = {name: typed_parts(request.form, name) for name in (*FACTS_ABROAD, LOCATION)}
    if isinstance(error, WhichPlace):
        typed[LOCATION]["suggestions"] = error.suggestions
    desks = [(str(one.id), one.name) for one in arrival_desks(db.session)]
    partners = _partners()
    return render(
        "routing/packet_new.html", status=422 if error else 200, given=given, typed=typed,
        problems=error.fields if error else {}, country=country, facts_abroad=FACTS_ABROAD,
        ticked=request.form.getlist("may"), need_rows=NEED_ROWS, partners=partners,
        receivers=desks + ([(OTHER_INSTALLATION, N_("Another installation"))] if partners else []),
        senders=[(str(one.id), one.name) for one in _senders()],
        category_choices=CATEGORY_CHOICES, priority_choices=PRIORITY_CHOICES,
        language_choices=LANGUAGE_CHOICES, mode_choices=MODES.items(),
    )  # fmt: skip


def _show(packet: CrossBorderPacket, error: Invalid | None = None) -> Response:
    actor = current_actor()
    audit.record(
        db.session, actor, "routing:packet:read", f"cross_border_packet:{packet.id}", now=now(),
        chain=packet.sender_id,
    )  # fmt: skip
    facts = [(name, told(name, value["value"])) for name, value in packet.content["facts"].items()]
    open_care = unconfirmed(packet)
    wanted = sorted({need["category"] for need in packet.content["needs"]} & CONFIRMED_BEFORE)
    return render(
        "routing/packet.html", packet=packet, facts=facts, STATES=STATES, open_care=open_care,
        care={kind: care_in(db.session, packet.country, kind) for kind in wanted},
        status=200 if error is None else 422, given=request.form,
        problems=error.fields if error else {},
    )  # fmt: skip
