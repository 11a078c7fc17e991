"""The arrival desk: who is announced from another country, files taken in, people received."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.models import Organisation
from directory.roles import WRITE_CASE
from routing.forms.transfers import read_key
from routing.operations.packet_files import import_packet
from routing.operations.packets import (
    confirm_departure,
    receive_packet,
    receiving,
)
from routing.packets import read_keys
from routing.pages.casework import told
from routing.queries.packets import packet_for, packets_list

blueprint = Blueprint("arrivals", __name__, url_prefix="/arrivals")
STATES: dict[str, Text] = {
    "submitted": N_("Announced"),
    "received": N_("Announced by file"),
    "acknowledged": N_("Received"),
}


@blueprint.get("")
@needs(WRITE_CASE, audited=True)
def index() -> Response:
    """Who is announced, the soonest due first."""
    return _show()


@blueprint.post("/import")
@needs(WRITE_CASE)
def take_in() -> ResponseReturnValue:
    """A file from another installation."""
    settings, sent = current_app.config["SETTINGS"], request.files.get("file")
    try:
        keys = read_keys(settings.packet_name, settings.packet_secrets, settings.packet_partners)
        receiver = _receiver()
        data = sent.read() if sent is not None else b""
        packet = import_packet(
            db.session, data, keys=keys, receiver=receiver, actor=current_actor(), now=now()
        )
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show(error)
    flash(words(N_("The file is taken in.")))
    return redirect(url_for(".view", packet_id=packet.id), 303)


@blueprint.get("/<uuid:packet_id>")
@needs(WRITE_CASE, audited=True)
def view(packet_id: UUID) -> Response:
    """One person who is announced, with what was declared and confirmed."""
    actor = current_actor()
    packet = packet_for(db.session, actor, packet_id)
    audit.record(
        db.session, actor, "routing:packet:read", f"cross_border_packet:{packet.id}", now=now(),
        chain=packet.receiver_id,
    )  # fmt: skip
    facts = [(name, told(name, value["value"])) for name, value in packet.content["facts"].items()]
    return render("routing/arrival.html", packet=packet, facts=facts, STATES=STATES)


@blueprint.post("/<uuid:packet_id>/landed")
@needs(WRITE_CASE)
def landed(packet_id: UUID) -> ResponseReturnValue:
    """The person has landed: 24 hours from now."""
    packet = packet_for(db.session, current_actor(), packet_id)
    confirm_departure(db.session, packet, actor=current_actor(), now=now(), landed=True)
    return redirect(url_for(".view", packet_id=packet.id), 303)


@blueprint.post("/<uuid:packet_id>/receive")
@needs(WRITE_CASE)
def receive(packet_id: UUID) -> ResponseReturnValue:
    """The person is here: a case, with everything to be asked again."""
    packet = packet_for(db.session, current_actor(), packet_id)
    case = receive_packet(db.session, packet, actor=current_actor(), now=now())
    flash(words(N_("Received. What was declared abroad is asked again now.")))
    return redirect(url_for("cases.view", case_id=case.id), 303)


def _receiver() -> Organisation:
    key = read_key(request.form, "receiver")
    if key not in receiving(current_actor()):
        raise Invalid({"receiver": N_("Please choose one of the list.")})
    return db.session.get_one(Organisation, key)


def _show(error: Conflict | Invalid | None = None) -> Response:
    actor = current_actor()
    audit.record(db.session, actor, "routing:packet:list", f"account:{actor.user_id}", now=now())
    own = [db.session.get_one(Organisation, key) for key in receiving(actor)]
    return render(
        "routing/arrivals.html", found=packets_list(db.session, actor), STATES=STATES,
        receivers=sorted((one.name, one.id) for one in own),
        status=200 if error is None else 422 if isinstance(error, Invalid) else 409,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
    )  # fmt: skip
