"""Is this care there, and on what terms? Asked before somebody travels, answered by the provider."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.text import N_, Text
from directory.listing_life import SEARCHABLE
from directory.models import Listing
from routing.models import CrossBorderPacket, ServiceConfirmation
from routing.operations.packets import CONFIRMED_BEFORE
from routing.queries.audiences import holders_in

ASKED, CONFIRMED, NONE_FOUND = "asked", "confirmed", "none-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider confirms."""

    valid_until: dt.date
    held_until: dt.date | None = None
    """Until when the provider keeps a place, by its word."""
    price: str = ""
    medicine: str = ""
    """Which medicine is there, in the provider's words."""
    note: str = ""


def ask_confirmation(
    session: Session, packet: CrossBorderPacket, *, category: str, listing: Listing | None,
    question: str, actor: Actor, now: dt.datetime,
) -> ServiceConfirmation:  # fmt: skip
    """Ask one named service; without one it is said, and kept, that none was found."""
    problems: dict[str, Text] = {}
    if category not in CONFIRMED_BEFORE:
        problems["category"] = N_("Only care is confirmed before the journey.")
    if listing is not None and (
        listing.state not in SEARCHABLE or listing.service.category != category
    ):
        problems["listing"] = N_("Choose a service of that kind.")
    if problems:
        raise Invalid(problems)
    row = ServiceConfirmation(
        category=category, question=question.strip() or None, asked_at=now,
        asked_by_id=actor.user_id, listing_id=listing.id if listing else None,
        state=ASKED if listing else NONE_FOUND, answered_at=None if listing else now,
    )  # fmt: skip
    packet.confirmations.append(row)
    session.flush()
    _audit(session, row, "ask" if listing else "none-found", actor, now)
    if listing is not None:
        for address in holders_in(session, "FP", listing.service.organisation_id):
            outbox.announce(
                session, template="confirmation-asked", recipient=address.recipient,
                language=address.language, subject=f"service_confirmation:{row.id}", now=now,
            )  # fmt: skip
    return row


def answer_confirmation(
    session: Session, row: ServiceConfirmation, answer: Answer | None, *, actor: Actor,
    now: dt.datetime,
) -> ServiceConfirmation:  # fmt: skip
    """The provider confirms its terms, or says that it cannot (``None``)."""
    if row.state != ASKED:
        raise Conflict(N_("This question has been answered already."))
    if answer is not None and answer.valid_until < now.date():
        raise Invalid({"valid_until": N_("The answer is valid until a day to come.")})
    row.state, row.answered_at = CONFIRMED if answer else NONE_FOUND, now
    row.answered_by_id = actor.user_id
    if answer is not None:
        row.valid_until = answer.valid_until
        row.answer = {
            "held_until": answer.held_until.isoformat() if answer.held_until else None,
            "price": answer.price, "medicine": answer.medicine, "note": answer.note,
        }  # fmt: skip
    _audit(session, row, row.state, actor, now)
    return row


def _audit(
    session: Session, row: ServiceConfirmation, verb: str, actor: Actor, now: dt.datetime
) -> None:
    audit.record(
        session, actor, f"routing:confirmation:{verb}", f"service_confirmation:{row.id}", now=now,
        chain=row.packet.sender_id, category=row.category,
    )  # fmt: skip
