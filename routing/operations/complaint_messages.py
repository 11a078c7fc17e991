"""Messages about a complaint. None says what it is about, how grave it is or whom it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from directory.core import outbox
from directory.who import Who
from routing.complaint_levels import LEVELS
from routing.models import Complaint
from routing.queries.audiences import Address
from routing.queries.complaint_audience import handlers_of, overseers_of, sides_of

TO_HANDLERS = {
    "submit": "complaint-received",
    "triage": "complaint-received",
    "change-level": "complaint-received",
    "add": "complaint-message",
    "answer": "complaint-message",
    "reopen": "complaint-message",
    "appeal": "complaint-received",
}
TO_PERSON = frozenset({"triage", "message", "inform"})


def announce_step(
    session: Session, complaint: Complaint, step: str, *, now: dt.datetime, moved: bool
) -> None:
    """Tell those whom the step concerns; ``moved``: the complaint lies with another role now."""
    if step in TO_HANDLERS and (moved or step not in ("triage", "change-level")):
        told = handlers_of(session, complaint, Who(complaint.held_by))
        _announce(session, complaint, TO_HANDLERS[step], told, now)
    if step == "share":
        _announce(session, complaint, "complaint-question", sides_of(session, complaint), now)
    if step in TO_PERSON:
        _write_to_person(session, complaint, now)


def announce_due(
    session: Session, complaint: Complaint, template: str, *, to_overseers: bool, now: dt.datetime
) -> None:
    """Tell the handlers, and their overseers when it is late."""
    told = handlers_of(session, complaint, Who(complaint.held_by))
    if to_overseers:
        for role in sorted(LEVELS[complaint.level].overseers):
            told += overseers_of(session, complaint, role)
    _announce(session, complaint, template, sorted(set(told)), now)


def _write_to_person(session: Session, complaint: Complaint, now: dt.datetime) -> None:
    """Only where the person said that writing is safe."""
    contact = complaint.contact or {}
    if contact.get("safe_to_text") is True:
        address = Address(str(contact["value"]), complaint.language)
        _announce(session, complaint, "complaint-news", [address], now)


def _announce(
    session: Session, complaint: Complaint, template: str, told: Iterable[Address],
    now: dt.datetime,
) -> None:  # fmt: skip
    for address in told:
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"complaint:{complaint.id}", now=now,
        )  # fmt: skip
