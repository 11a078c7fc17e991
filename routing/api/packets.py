"""People announced before they return: prepared abroad, received at the arrival desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Forbidden, Invalid
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.models import Listing, Organisation
from directory.roles import ANSWER_REFERRAL, PREPARE_PACKET, WRITE_CASE
from routing.api.packet_schemas import (
    ArrivedCase,
    CareAnswerIn,
    CareQuestionIn,
    CareQuestionOut,
    CareQuestions,
    DepartureIn,
    ImportIn,
    PacketBrief,
    PacketFile,
    PacketIn,
    PacketOut,
    Packets,
)
from routing.models import CrossBorderPacket, ServiceConfirmation
from routing.operations.packet_files import export_packet, import_packet
from routing.operations.packets import (
    Proposal,
    confirm_departure,
    prepare_packet,
    receive_packet,
    receiving,
    submit_packet,
)
from routing.operations.service_confirmations import Answer, answer_confirmation, ask_confirmation
from routing.packets import Keys, read_keys
from routing.queries.packets import (
    confirmation_for,
    confirmations_to_answer,
    packet_for,
    packets_list,
)

packets = resource("packets", about="People announced from another country before they return.")
Body = Mapping[str, Any]


@packets.get("/cross-border/packets")
@packets.response(200, Packets)
@needs(PREPARE_PACKET)
def prepared() -> dict[str, Any]:
    """What your organisation prepares."""
    return {"items": packets_list(db.session, current_actor())}


@packets.get("/cross-border/arrivals")
@packets.response(200, Packets)
@needs(WRITE_CASE)
def arrivals() -> dict[str, Any]:
    """Who is announced to your organisation."""
    return {"items": packets_list(db.session, current_actor())}


@packets.post("/cross-border/packets")
@packets.arguments(PacketIn)
@packets.response(201, PacketOut)
@packets.alt_response(403, "FORBIDDEN")
@needs(PREPARE_PACKET)
def prepare(body: Body) -> Any:
    """A draft, which only your organisation sees until it is submitted."""
    said = {k: v for k, v in body.items() if k not in ("sender", "receiver", "consented")}
    for name in ("needs", "routes", "offers"):
        said[name] = tuple(body.get(name, ()))
    proposal = Proposal(
        sender_id=body["sender"],
        receiver_id=body.get("receiver"),
        consented=frozenset(body["consented"]),
        **said,
    )
    return prepare_packet(db.session, proposal, actor=current_actor(), now=now())


@packets.get("/cross-border/packets/<uuid:packet>")
@packets.response(200, PacketOut)
@packets.alt_response(404, "NOT_FOUND")
@needs(PREPARE_PACKET, audited=True)
def prepared_detail(packet: UUID) -> Any:
    """One that your organisation prepares."""
    return _read(packet)


@packets.get("/cross-border/arrivals/<uuid:packet>")
@packets.response(200, PacketOut)
@packets.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE, audited=True)
def arrival_detail(packet: UUID) -> Any:
    """One who is announced to your organisation."""
    return _read(packet)


@packets.post("/cross-border/packets/<uuid:packet>/submit")
@packets.response(200, PacketBrief)
@packets.alt_response(403, "FORBIDDEN")
@packets.alt_response(404, "NOT_FOUND")
@packets.alt_response(409, "CONFLICT")
@needs(PREPARE_PACKET)
def submit(packet: UUID) -> Any:
    """Let the receiving side see it."""
    found = packet_for(db.session, current_actor(), packet)
    return submit_packet(db.session, found, actor=current_actor(), now=now())


@packets.post("/cross-border/packets/<uuid:packet>/file")
@packets.response(200, PacketFile)
@packets.alt_response(403, "FORBIDDEN")
@packets.alt_response(404, "NOT_FOUND")
@packets.alt_response(409, "CONFLICT")
@needs(PREPARE_PACKET)
def export(packet: UUID) -> dict[str, Any]:
    """The sealed file for the other installation; only it can open it."""
    found = packet_for(db.session, current_actor(), packet)
    data = export_packet(db.session, found, keys=own_keys(), actor=current_actor(), now=now())
    return {"file": data.decode()}


@packets.post("/cross-border/packets/<uuid:packet>/departure")
@packets.arguments(DepartureIn)
@packets.response(200, PacketBrief)
@packets.alt_response(404, "NOT_FOUND")
@packets.alt_response(409, "CONFLICT")
@needs(PREPARE_PACKET)
def depart(body: Body, packet: UUID) -> Any:
    """The person has left, or has landed: the arrival desk has 24 hours from then."""
    found = packet_for(db.session, current_actor(), packet)
    landed = body.get("landed", False)
    return confirm_departure(db.session, found, actor=current_actor(), now=now(), landed=landed)


@packets.post("/cross-border/packets/<uuid:packet>/confirmations")
@packets.arguments(CareQuestionIn)
@packets.response(201, CareQuestionOut)
@packets.alt_response(404, "NOT_FOUND")
@needs(PREPARE_PACKET)
def ask(body: Body, packet: UUID) -> Any:
    """Ask a provider whether care is there, or say that none was found."""
    found = packet_for(db.session, current_actor(), packet)
    key = body.get("listing")
    listing = db.session.get(Listing, key) if key else None
    if key and listing is None:
        raise Invalid({"listing": N_("Choose a service of that kind.")})
    return ask_confirmation(
        db.session,
        found,
        category=body["category"],
        listing=listing,
        question=body.get("question", ""),
        actor=current_actor(),
        now=now(),
    )


@packets.get("/cross-border/confirmations")
@packets.response(200, CareQuestions)
@needs(ANSWER_REFERRAL)
def asked() -> dict[str, Any]:
    """Questions to your services, before somebody travels; nobody is named."""
    return {"items": confirmations_to_answer(db.session, current_actor())}


@packets.post("/cross-border/confirmations/<uuid:confirmation>/answer")
@packets.arguments(CareAnswerIn)
@packets.response(200, CareQuestionOut)
@packets.alt_response(404, "NOT_FOUND")
@packets.alt_response(409, "CONFLICT")
@needs(ANSWER_REFERRAL)
def answered(body: Body, confirmation: UUID) -> ServiceConfirmation:
    """Confirm the terms until a day, or say that you cannot."""
    row = confirmation_for(db.session, current_actor(), confirmation)
    said = {k: v for k, v in body.items() if k != "available"}
    if body["available"] and "valid_until" not in said:
        raise Invalid({"valid_until": N_("Please give a date.")})
    answer = Answer(**said) if body["available"] else None
    return answer_confirmation(db.session, row, answer, actor=current_actor(), now=now())


@packets.post("/cross-border/arrivals/import")
@packets.arguments(ImportIn)
@packets.response(201, PacketOut)
@packets.alt_response(403, "FORBIDDEN")
@packets.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def taken_in(body: Body) -> Any:
    """Take a sealed file in; what was changed, repeated, for others or too old changes nothing."""
    if body["receiver"] not in receiving(current_actor()):
        raise Forbidden(N_("You are not a caseworker of this organisation."))
    receiver = db.session.get_one(Organisation, body["receiver"])
    data = body["file"].encode()
    return import_packet(
        db.session, data, keys=own_keys(), receiver=receiver, actor=current_actor(), now=now()
    )


@packets.post("/cross-border/arrivals/<uuid:packet>/acknowledge")
@packets.response(201, ArrivedCase)
@packets.alt_response(404, "NOT_FOUND")
@packets.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def received(packet: UUID) -> dict[str, Any]:
    """The person is here: a case with what was declared, all of it to be asked again."""
    found = packet_for(db.session, current_actor(), packet)
    return {"case": receive_packet(db.session, found, actor=current_actor(), now=now()).id}


def own_keys() -> Keys:
    """The keys of this installation; ``Invalid`` where none are set."""
    settings = current_app.config["SETTINGS"]
    return read_keys(settings.packet_name, settings.packet_secrets, settings.packet_partners)


def _read(packet_id: UUID) -> CrossBorderPacket:
    actor = current_actor()
    found = packet_for(db.session, actor, packet_id)
    subject, chain = f"cross_border_packet:{found.id}", found.sender_id or found.receiver_id
    audit.record(db.session, actor, "routing:packet:read", subject, now=now(), chain=chain)
    return found
