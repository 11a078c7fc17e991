"""A packet as a sealed file: what goes to another installation, and what comes from one (protocol A.15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.text import N_
from directory.models import Organisation
from routing.facts import Facts
from routing.models import CrossBorderPacket
from routing.operations.cases import Route
from routing.operations.packets import DRAFT, RECEIVED, check_sender, record_packet
from routing.packets import Keys, Opened, open_sealed, seal
from routing.priorities import Priority


def export_packet(
    session: Session, packet: CrossBorderPacket, *, keys: Keys, actor: Actor, now: dt.datetime
) -> bytes:
    """The sealed file for the other installation; only once it is submitted."""
    check_sender(packet, actor)
    if packet.state == DRAFT or packet.installation is None:
        raise Conflict(N_("Only what was submitted to another installation leaves as a file."))
    data = seal(packet.content, number=packet.number, to=packet.installation, keys=keys, now=now)
    record_packet(session, packet, "export", actor, now)
    return data


def import_packet(
    session: Session, data: bytes, *, keys: Keys, receiver: Organisation, actor: Actor,
    now: dt.datetime,
) -> CrossBorderPacket:  # fmt: skip
    """Take a file in; what is changed, repeated, for others or too old is refused and changes
    nothing.
    """
    opened = open_sealed(data, keys=keys, now=now)
    query = select(CrossBorderPacket.id).where(CrossBorderPacket.number == opened.number)
    if session.scalars(query).first() is not None:
        raise Conflict(N_("This packet was taken in already."))
    packet = _row(opened, receiver, now)
    session.add(packet)
    session.flush()
    record_packet(session, packet, "import", actor, now)
    return packet


def _row(opened: Opened, receiver: Organisation, now: dt.datetime) -> CrossBorderPacket:
    content = opened.content
    try:
        _check_shape(content, now.date())
        return CrossBorderPacket(
            number=opened.number, state=RECEIVED, sender_name=content["sender"],
            receiver_id=receiver.id, receiver_name=content["receiver"],
            installation=opened.sender, content=dict(content),
            host_country=content["host_country"], country=content["country"],
            departs_on=_day(content["departs_on"]), arrives_on=_day(content["arrives_on"]),
            created_at=now, submitted_at=now,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise Invalid({"file": N_("This is not a packet.")}) from None


def _check_shape(content: Mapping[str, Any], today: dt.date) -> None:
    """A known partner may still be wrong, or of another version: what cannot be used is refused."""
    for route in content["routes"]:
        Route(**route)
    Facts.read(content["facts"], today=today)
    for need in content["needs"]:
        if need["category"] not in CATEGORIES:
            raise ValueError("no such category")
        Priority(need["priority"])
    for name in ("language", "consent", "offers", "name"):
        _ = content[name]


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
