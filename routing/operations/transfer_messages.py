"""Who is told of a transfer, and the lines it leaves in the record of both organisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from routing.models import Case, CaseTransfer
from routing.queries.audiences import Address, case_team, holders_in, supervisors_around


def tell(
    session: Session, transfer: CaseTransfer, template: str, told: Iterable[Address], *,
    now: dt.datetime,
) -> None:  # fmt: skip
    """One message to each address; it says that something waits, and nothing about whom."""
    for address in sorted(set(told)):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"case_transfer:{transfer.id}", now=now,
        )  # fmt: skip


def sending_side(session: Session, transfer: CaseTransfer) -> list[Address]:
    """Team and supervisors of the organisation that offered it."""
    case = session.get_one(Case, transfer.case_id)
    return [*case_team(session, case.id), *supervisors_around(session, case)]


def receiving_side(session: Session, transfer: CaseTransfer) -> list[Address]:
    """Team and supervisors of the organisation that took it over."""
    case = session.get_one(Case, transfer.successor_id or transfer.case_id)
    return [*case_team(session, case.id), *holders_in(session, "RS", transfer.receiver_id)]


def audit_transfer(
    session: Session, transfer: CaseTransfer, verb: str, actor: Actor, now: dt.datetime
) -> None:
    """A line in the chain of both organisations."""
    for chain in (transfer.sender_id, transfer.receiver_id):
        audit.record(
            session, actor, f"routing:transfer:{verb}", f"case_transfer:{transfer.id}", now=now,
            chain=chain, state=transfer.state, struck=list(transfer.struck),
        )  # fmt: skip
