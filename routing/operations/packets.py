"""A person is announced from another country before they return, and received when they arrive.

Prepared by a pre-departure counsellor with the person's consent; what was said there is asked again on
arrival (protocol A.15). ``routing.operations.packet_files`` writes and reads what goes elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_, Text
from directory.models import Listing, Organisation
from directory.roles import PREPARE_PACKET, WRITE_CASE
from routing.facts import Facts, write_value
from routing.models import Case, CrossBorderPacket
from routing.operations.cases import Route, open_case
from routing.operations.consents import MODES
from routing.operations.facts import record_facts
from routing.operations.needs import open_need
from routing.priorities import Priority
from routing.queries.audiences import holders_in

DRAFT, SUBMITTED, RECEIVED, ACKNOWLEDGED = "draft", "submitted", "received", "acknowledged"
CONFIRMED_BEFORE = frozenset({"medical", "psychosocial", "child-protection", "protection"})
"""Care that is confirmed before anybody travels (protocol A.15 step 2)."""
ACKNOWLEDGE_HOURS = 24
"""The arrival desk answers within a day of landing (protocol A.15 step 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the counsellor says about one person, and what the person agreed to."""

    sender_id: UUID
    host_country: str
    country: str
    receiver_id: UUID | None = None
    """An organisation of this installation; else ``installation`` and ``receiver_name``."""
    installation: str = ""
    receiver_name: str = ""
    name: str = ""
    language: str = "fr"
    routes: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, object]
    needs: tuple[Mapping[str, str], ...]
    consent_language: str
    """The language in which the person read or heard what goes to whom."""
    consent_mode: str
    consented: frozenset[str]
    """What may go: names of facts, and ``name`` and ``routes``."""
    wants_government: bool = False
    """The person asked for a public body; it is never named by default."""
    departs_on: dt.date | None = None
    arrives_on: dt.date | None = None
    offers: tuple[UUID, ...] = ()
    """Listings that the person was shown: kept as they stand today."""


def prepare_packet(
    session: Session, said: Proposal, *, actor: Actor, now: dt.datetime
) -> CrossBorderPacket:
    """A draft that only the sending organisation sees; ``Invalid`` by field."""
    if said.sender_id not in _preparing(actor):
        raise Forbidden(N_("You do not prepare people's return for this organisation."))
    receiver = session.get(Organisation, said.receiver_id) if said.receiver_id else None
    problems = _problems(said, receiver)
    if problems:
        raise Invalid(problems)
    facts = Facts.read(
        {k: v for k, v in said.facts.items() if k in said.consented}, today=now.date()
    )
    sender = session.get_one(Organisation, said.sender_id)
    content = {
        "sender": sender.name,
        "receiver": receiver.name if receiver else said.receiver_name,
        "name": said.name if "name" in said.consented else None,
        "language": said.language,
        "routes": [dict(r) for r in said.routes] if "routes" in said.consented else [],
        "facts": {name: write_value(name, value) for name, value in facts.items()},
        "needs": [dict(need) for need in said.needs],
        "consent": {
            "given_at": now.isoformat(), "language": said.consent_language,
            "mode": said.consent_mode, "fields": sorted(said.consented),
            "wants_government": said.wants_government, "country": said.host_country,
        },
        "host_country": said.host_country, "country": said.country,
        "departs_on": _iso(said.departs_on), "arrives_on": _iso(said.arrives_on),
        "offers": [_offer(session, key, now) for key in said.offers],
    }  # fmt: skip
    packet = CrossBorderPacket(
        number=str(uuid4()), state=DRAFT, sender_id=sender.id, sender_name=sender.name,
        receiver_id=said.receiver_id, receiver_name=content["receiver"],
        installation=said.installation or None, content=content, host_country=said.host_country,
        country=said.country, departs_on=said.departs_on, arrives_on=said.arrives_on,
        created_at=now, created_by_id=actor.user_id,
    )  # fmt: skip
    session.add(packet)
    session.flush()
    record_packet(session, packet, "prepare", actor, now)
    return packet


def submit_packet(
    session: Session, packet: CrossBorderPacket, *, actor: Actor, now: dt.datetime
) -> CrossBorderPacket:
    """Let the receiving side see it; nothing can be changed any more."""
    check_sender(packet, actor)
    if packet.state != DRAFT:
        raise Conflict(N_("It has been submitted already."))
    packet.state, packet.submitted_at = SUBMITTED, now
    record_packet(session, packet, "submit", actor, now)
    if packet.receiver_id is not None:
        _tell(session, packet, "packet-submitted", packet.receiver_id, now)
    return packet


def confirm_departure(
    session: Session, packet: CrossBorderPacket, *, actor: Actor, now: dt.datetime,
    landed: bool = False,
) -> CrossBorderPacket:  # fmt: skip
    """The person has left, or has landed: from then on the arrival desk has 24 hours.

    Nothing need be known of the arrival; without it the clock starts with the departure.
    """
    if packet.state == DRAFT:
        raise Conflict(N_("Submit it first."))
    missing = unconfirmed(packet) if not landed else ()
    if missing:
        raise Conflict(
            N_("Care is not confirmed yet: ask the provider, or note that none was found."),
            reasons=tuple(CATEGORIES[name].label for name in missing),
        )
    if landed:
        packet.landed_at = packet.landed_at or now
    packet.departed_at = packet.departed_at or now
    start = packet.landed_at or packet.departed_at
    packet.acknowledge_by = start + dt.timedelta(hours=ACKNOWLEDGE_HOURS)
    record_packet(session, packet, "land" if landed else "depart", actor, now)
    return packet


def unconfirmed(packet: CrossBorderPacket) -> tuple[str, ...]:
    """Kinds of care that the person needs and about which nobody has answered yet."""
    if packet.receiver_id is None or packet.sender_id is None:
        return ()  # between installations the question is asked outside
    answered = {one.category for one in packet.confirmations if one.state != "asked"}
    asked = {need["category"] for need in packet.content["needs"]} & CONFIRMED_BEFORE
    return tuple(sorted(asked - answered))


def receive_packet(
    session: Session, packet: CrossBorderPacket, *, actor: Actor, now: dt.datetime
) -> Case:
    """The person is here: a registered case with what was declared, all of it to be asked again."""
    if packet.receiver_id is None or packet.state not in (SUBMITTED, RECEIVED):
        raise Conflict(N_("This packet is not waiting for an arrival."))
    content = packet.content
    routes = tuple(Route(**route) for route in content["routes"])
    case = open_case(
        session, actor=actor, now=now, organisation_id=packet.receiver_id, country=packet.country,
        name=content["name"], language=content["language"], routes=routes,
        contact_impossible=not routes, is_demo=packet.is_demo,
    )  # fmt: skip
    member = case.members[0]
    yesterday = (now.date() - dt.timedelta(days=1)).isoformat()
    declared = {
        name: {**dict(value), "source": "declared", "expires": yesterday}
        for name, value in content["facts"].items()
    }
    if declared:
        record_facts(session, member, declared, actor=actor, now=now)
    for need in content["needs"]:
        open_need(
            session, member, actor=actor, now=now, category=need["category"],
            priority=Priority(need["priority"]), detail=need.get("detail"),
        )  # fmt: skip
    case.records = {
        **(case.records or {}),
        "packet": {"number": packet.number, "offers": content["offers"],
                   "consent": content["consent"]},
    }  # fmt: skip
    packet.state, packet.case_id, packet.landed_at = ACKNOWLEDGED, case.id, packet.landed_at or now
    packet.acknowledged_at, packet.acknowledged_by_id = now, actor.user_id
    session.flush()
    record_packet(session, packet, "acknowledge", actor, now)
    if packet.sender_id is not None:
        _tell(session, packet, "packet-acknowledged", packet.sender_id, now)
    return case


def remind_unacknowledged(session: Session, *, now: dt.datetime) -> int:
    """Tell the supervisors of both sides, once, of every arrival that nobody has acknowledged."""
    query = select(CrossBorderPacket).where(
        CrossBorderPacket.state.in_((SUBMITTED, RECEIVED)),
        CrossBorderPacket.acknowledge_by <= now,
        CrossBorderPacket.late_at.is_(None),
    )
    told_now = 0
    for packet in session.scalars(query.order_by(CrossBorderPacket.id)).all():
        session.refresh(packet, with_for_update=True)
        if packet.late_at is not None or packet.state == ACKNOWLEDGED:
            continue
        packet.late_at = now
        told_now += 1
        for side in (packet.sender_id, packet.receiver_id):
            if side is not None:
                _tell(session, packet, "packet-unacknowledged", side, now)
    return told_now


def _problems(said: Proposal, receiver: Organisation | None) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if (receiver is None) == (not (said.installation and said.receiver_name)):
        problems["receiver"] = N_("Name the organisation that receives the person.")
    elif receiver is not None and receiver.is_government and not said.wants_government:
        problems["receiver"] = N_("A public body is named only if the person asks for it.")
    if not said.consent_language or said.consent_mode not in MODES:
        problems["consent"] = N_("Note how, and in which language, the person agreed.")
    if not said.consented:
        problems["consented"] = N_("The person says what may go; without that nothing goes.")
    if not said.needs or any(
        need.get("category") not in CATEGORIES or need.get("priority") not in set(Priority)
        for need in said.needs
    ):
        problems["needs"] = N_("Say what the person needs, and how urgent it is.")
    return problems


def _offer(session: Session, key: UUID, now: dt.datetime) -> dict[str, Any]:
    """What the person was shown, as it stood that day (protocol F26)."""
    listing = session.get(Listing, key)
    if listing is None:
        raise Invalid({"offers": N_("There is no such service.")})
    return {
        "listing": str(listing.id), "number": listing.number, "seen_on": now.date().isoformat(),
        "organisation": listing.service.organisation.name, "name": dict(listing.service.name),
        "state": listing.state.value, "cost_model": listing.cost_model,
        "verified_at": listing.verified_at.isoformat() if listing.verified_at else None,
    }  # fmt: skip


def _preparing(actor: Actor) -> frozenset[UUID | None]:
    return frozenset(grant.organisation_id for grant in actor.grants_for(PREPARE_PACKET))


def check_sender(packet: CrossBorderPacket, actor: Actor) -> None:
    """``Forbidden`` unless the actor prepares packets for the organisation that sends this one."""
    if packet.sender_id is None or packet.sender_id not in _preparing(actor):
        raise Forbidden(N_("Only the organisation that prepared it sends it."))


def receiving(actor: Actor) -> frozenset[UUID]:
    """The organisations for which the actor receives arrivals."""
    grants = actor.grants_for(WRITE_CASE)
    return frozenset(g.organisation_id for g in grants if g.organisation_id is not None)


def _tell(
    session: Session, packet: CrossBorderPacket, template: str, side: UUID, now: dt.datetime
) -> None:
    for address in holders_in(session, "RS", side):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"cross_border_packet:{packet.id}", now=now,
        )  # fmt: skip


def record_packet(
    session: Session, packet: CrossBorderPacket, verb: str, actor: Actor, now: dt.datetime
) -> None:
    """What was done to a packet, in the chain of the organisation that sends it."""
    audit.record(
        session, actor, f"routing:packet:{verb}", f"cross_border_packet:{packet.id}", now=now,
        chain=packet.sender_id or packet.receiver_id, state=packet.state,
    )  # fmt: skip


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None
