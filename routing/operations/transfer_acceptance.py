"""A case is taken over: the receiving organisation leads a successor with the same people.

Members move with their contacts, facts, needs, consents and referrals. What the person struck stays
with the former case, which nobody reads any more: it waits for the end of its retention.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.i18n import shipped
from directory.core.text import N_
from directory.models import Account
from directory.who import Who
from routing import disclosure
from routing.case_life import TRANSFERRED, State
from routing.clocks import Audience
from routing.models import (
    Case,
    CaseMember,
    CaseTransfer,
    CaseWorker,
    ConsentRecord,
    FactRecord,
    Need,
    Promise,
    Referral,
)
from routing.operations.case_endings import safe_text_routes
from routing.operations.case_steps import case_facts, lock_case, move_case
from routing.operations.messages import BEN, announce
from routing.operations.transfer_agreements import consent_problem
from routing.operations.transfer_messages import audit_transfer, sending_side, tell
from routing.operations.unique_codes import unused_code
from routing.queries.payload import call_back
from routing.queries.transfers import may_answer, may_lead
from routing.referral_states import LIVE, READABLE
from routing.transfer_parts import (
    ACCEPTED,
    ASSESSMENT,
    EARLIER_HELP,
    OFFERED,
    kept_facts,
)

NEW_CASEWORKER = "referral-new-caseworker"
TO_THE_PERSON = "case-transferred"


def accept_transfer(
    session: Session, transfer: CaseTransfer, worker: Account, *, actor: Actor, now: dt.datetime
) -> Case:
    """Take the case over; ``worker`` accompanies the person from now on. The successor.

    Needs the joint handover and an agreement that nobody has taken back. Open referrals go on
    under the successor, and their recipients are told whom to call.
    """
    if not may_answer(actor, transfer):
        raise Forbidden(N_("Only the receiving organisation can answer."))
    if not may_lead(worker, transfer.receiver_id):
        raise Invalid({"worker": N_("Choose a caseworker of your organisation.")})
    former = transfer.case
    with session.begin_nested():
        lock_case(session, former)
        session.refresh(transfer)
        if transfer.state != OFFERED:
            raise Conflict(N_("This offer has been answered already."))
        problem = consent_problem(session, transfer, now)
        if problem is not None:
            raise Conflict(problem)
        facts = case_facts(
            session, former, actor=actor, now=now, receives=True,
            handover_done=bool(transfer.handover),
        )  # fmt: skip
        successor = _successor(session, transfer, now)
        details = {"successor": str(successor.id)}
        move_case(
            session, former, "accept-transfer", Who.RS, facts, actor=actor, now=now, details=details
        )
        _move(session, transfer, former, successor)
        session.add(CaseWorker(case_id=successor.id, account_id=worker.id, since=now))
        former.closed_at, former.closure_code, former.records = now, TRANSFERRED, None
        transfer.state, transfer.answered_at = ACCEPTED, now
        transfer.answered_by_id, transfer.successor_id = actor.user_id, successor.id
        session.flush()
        session.expire_all()
        audit_transfer(session, transfer, ACCEPTED, actor, now)
    _tell_everybody(session, transfer, successor, now)
    return successor


def _successor(session: Session, transfer: CaseTransfer, now: dt.datetime) -> Case:
    former, country = transfer.case, transfer.receiver.country
    stays = country == former.country
    records = dict(former.records or {})
    successor = Case(
        code=unused_code(session, Case), organisation_id=transfer.receiver_id, country=country,
        region_id=former.region_id if stays else None, state=State.ACTIVE, state_since=now,
        opened_at=now, excludes_government=former.excludes_government, is_demo=former.is_demo,
        records={} if ASSESSMENT in transfer.struck else records,
    )  # fmt: skip
    session.add(successor)
    session.flush()
    return successor


@dataclass(frozen=True, slots=True)
class _Moving:
    """Which rows go and which stay, by what the person struck."""

    former: UUID
    successor: UUID
    left: Mapping[UUID, UUID]
    """For each person the nameless member that keeps what was struck."""
    kept_needs: frozenset[UUID]


def _move(session: Session, transfer: CaseTransfer, former: Case, successor: Case) -> None:
    people = [(m.id, m.number, m.relation) for m in former.members]
    _set(session, CaseMember, CaseMember.case_id == former.id, case_id=successor.id)
    session.expire(former)
    session.expire(successor)
    left = {}
    for member_id, number, relation in people:
        stub = CaseMember(case_id=former.id, number=number, relation=relation)
        session.add(stub)
        session.flush()
        left[member_id] = stub.id
    moving = _Moving(former.id, successor.id, left, _kept_needs(session, transfer))
    _move_rows(session, moving)
    _leave_facts(session, moving, kept_facts(transfer.struck))


def _kept_needs(session: Session, transfer: CaseTransfer) -> frozenset[UUID]:
    """Needs that are over, without a referral under way, if the person keeps them back."""
    if EARLIER_HELP not in transfer.struck:
        return frozenset()
    live = select(Referral.need_id).where(
        Referral.case_id == transfer.case_id, Referral.state.in_(LIVE)
    )
    query = select(Need.id).where(
        Need.case_id == transfer.case_id, Need.state.not_in(("open", "gap")), Need.id.not_in(live)
    )
    return frozenset(session.scalars(query))


def _move_rows(session: Session, moving: _Moving) -> None:
    kept = tuple(moving.kept_needs)
    for table, need in ((Referral, Referral.need_id), (ConsentRecord, ConsentRecord.need_id)):
        stays = need.in_(kept)
        here = table.case_id == moving.former
        for person, stub in moving.left.items():
            _set(session, table, here, stays, table.member_id == person, member_id=stub)
        _set(session, table, here, ~stays | need.is_(None), case_id=moving.successor)
    for person, stub in moving.left.items():
        _set(session, Need, Need.id.in_(kept), Need.member_id == person, member_id=stub)
    _set(
        session, Need, Need.case_id == moving.former, Need.id.not_in(kept),
        case_id=moving.successor,
    )  # fmt: skip
    # whoever takes over keeps what was promised
    _set(
        session, Promise, Promise.case_id == moving.former, case_id=moving.successor,
        organisation_id=select(Case.organisation_id)
        .where(Case.id == moving.successor)
        .scalar_subquery(),
    )  # fmt: skip


def _leave_facts(session: Session, moving: _Moving, names: frozenset[str]) -> None:
    for person, stub in moving.left.items():
        _set(
            session, FactRecord, FactRecord.member_id == person,
            FactRecord.name.in_(tuple(names)), member_id=stub,
        )  # fmt: skip


def _set(session: Session, table: type, *conditions: object, **values: object) -> None:
    statement = update(table).where(*conditions).values(**values)  # type: ignore[arg-type]
    session.execute(statement.execution_options(synchronize_session=False))


def _tell_everybody(
    session: Session, transfer: CaseTransfer, successor: Case, now: dt.datetime
) -> None:
    query = select(Referral).where(Referral.case_id == successor.id, Referral.state.in_(LIVE))
    for referral in session.scalars(query.order_by(Referral.id)):
        _name_new_caseworker(session, referral)
        if referral.state in READABLE:
            announce(session, referral, NEW_CASEWORKER, {Audience.FP}, now=now)
    for route in safe_text_routes(successor.members):
        outbox.announce(
            session, template=TO_THE_PERSON, recipient=route.value, language=shipped(route.language),
            subject=f"case_file:{successor.id}", audience=BEN, country=successor.country, now=now,
        )  # fmt: skip
    tell(session, transfer, "transfer-accepted", sending_side(session, transfer), now=now)


def _name_new_caseworker(session: Session, referral: Referral) -> None:
    """Whoever has the referral reads from now on who accompanies the person, and where to call."""
    if not referral.payload:
        return
    now_named = {
        "sender": referral.case.organisation.name,
        "call-back": call_back(session, referral.member),
    }
    payload = dict(referral.payload)
    for stage in ("preview", "full"):
        shown = payload.get(stage, {})
        payload[stage] = {k: now_named.get(k, value) for k, value in shown.items()}
    referral.payload, referral.payload_digest = payload, disclosure.digest(payload)
