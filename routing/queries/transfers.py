"""Transfers of cases that an account may see, and who is told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Account, AccountGrant, AccountRole, Organisation
from directory.roles import SUPERVISE, WRITE_CASE
from routing.disclosure import age_band
from routing.models import Case, CaseMember, CaseTransfer, CaseWorker, Need, Referral
from routing.queries.known_facts import facts_of, years_between
from routing.referral_states import LIVE
from routing.transfer_parts import ACCEPTED, OFFERED
from routing.values import bounds


def visible_transfers(actor: Actor) -> Select[tuple[CaseTransfer]]:
    """Those that concern the actor's organisations: as supervisor, or as the caseworker of the case."""
    return select(CaseTransfer).where(or_(sent_by(actor), received_by(actor)))


def sent_by(actor: Actor) -> ColumnElement[bool]:
    """Transfers that the actor's side has offered."""
    return or_(
        CaseTransfer.sender_id.in_(supervised(actor)),
        CaseTransfer.case_id.in_(_team_cases(actor)) & CaseTransfer.sender_id.in_(_own(actor)),
    )


def received_by(actor: Actor) -> ColumnElement[bool]:
    """Transfers offered to the actor's side; a caseworker sees those of the own cases."""
    return or_(
        CaseTransfer.receiver_id.in_(supervised(actor)),
        CaseTransfer.successor_id.in_(_team_cases(actor)),
    )


def supervised(actor: Actor) -> frozenset[UUID]:
    """The organisations whose cases the actor supervises; never without naming them."""
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_for(SUPERVISE)
        if grant.organisation_id is not None
    )


def transfer_for(session: Session, actor: Actor, transfer_id: UUID) -> CaseTransfer:
    """The transfer, or ``NotFound`` if there is none that ``actor`` may see."""
    query = visible_transfers(actor).where(CaseTransfer.id == transfer_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_sender(session: Session, actor: Actor, transfer: CaseTransfer) -> bool:
    """Whether the actor stands on the side that offered it."""
    return _matches(session, sent_by(actor), transfer)


def is_receiver(session: Session, actor: Actor, transfer: CaseTransfer) -> bool:
    """Whether the actor stands on the side to which it was offered."""
    return _matches(session, received_by(actor), transfer)


def may_answer(actor: Actor, transfer: CaseTransfer) -> bool:
    """Whether the actor is a supervisor of the receiving organisation."""
    return transfer.receiver_id in supervised(actor)


def transfers_to_answer(session: Session, actor: Actor) -> list[CaseTransfer]:
    """What waits for the actor's organisation, the soonest due first."""
    query = select(CaseTransfer).where(received_by(actor), CaseTransfer.state == OFFERED)
    return list(session.scalars(query.order_by(CaseTransfer.due_at, CaseTransfer.id)))


def other_transfers(session: Session, actor: Actor, *, limit: int = 100) -> list[CaseTransfer]:
    """Those that the actor's side has sent, and those it has answered; the newest first."""
    query = (
        visible_transfers(actor)
        .where(or_(sent_by(actor), CaseTransfer.state != OFFERED))
        .order_by(CaseTransfer.offered_at.desc(), CaseTransfer.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def pending_transfer(session: Session, case: Case) -> CaseTransfer | None:
    """The offer that waits for an answer, if there is one."""
    query = select(CaseTransfer).where(
        CaseTransfer.case_id == case.id, CaseTransfer.state == OFFERED
    )
    return session.scalars(query).one_or_none()


def transfers_waiting(
    session: Session, *, late_at: dt.datetime | None = None
) -> list[CaseTransfer]:
    """Every offer without an answer, or only those whose answer is late at ``late_at``."""
    query = select(CaseTransfer).where(CaseTransfer.state == OFFERED)
    if late_at is not None:
        query = query.where(CaseTransfer.due_at <= late_at)
    return list(session.scalars(query.order_by(CaseTransfer.due_at, CaseTransfer.id)))


def successor_transfer(session: Session, case: Case) -> CaseTransfer | None:
    """The transfer through which the case came to its organisation, if it did."""
    query = select(CaseTransfer).where(
        CaseTransfer.successor_id == case.id, CaseTransfer.state == ACCEPTED
    )
    return session.scalars(query).one_or_none()


def possible_receivers(session: Session, case: Case) -> list[Organisation]:
    """Other organisations that have a supervisor who can answer; no public body if excluded."""
    supervising = (
        select(AccountGrant.organisation_id)
        .join(AccountRole, AccountRole.id == AccountGrant.role_id)
        .join(Account, Account.id == AccountGrant.account_id)
        .where(AccountRole.name == "RS", Account.active)
    )
    query = select(Organisation).where(
        Organisation.id.in_(supervising), Organisation.id != case.organisation_id
    )
    found = session.scalars(query.order_by(Organisation.name, Organisation.id)).all()
    return [one for one in found if not (case.excludes_government and one.is_government)]


def colleagues(session: Session, organisation_id: UUID) -> list[Account]:
    """The accounts that may lead a case of the organisation, by name."""
    query = (
        select(Account)
        .join(AccountGrant, AccountGrant.account_id == Account.id)
        .where(AccountGrant.organisation_id == organisation_id, Account.active)
        .distinct()
    )
    accounts = (one for one in session.scalars(query) if may_lead(one, organisation_id))
    return sorted(accounts, key=lambda one: (one.name, one.email))


def may_lead(account: Account, organisation_id: UUID) -> bool:
    """Whether the account is a caseworker of the organisation."""
    grants = account.actor.grants_for(WRITE_CASE)
    return any(grant.organisation_id in (None, organisation_id) for grant in grants)


@dataclass(frozen=True, slots=True)
class PersonInBrief:
    """What is told of one member before the case is accepted: nobody can be recognised."""

    relation: str
    years: tuple[int, int | None] | None
    """Youngest and oldest possible age, in bands; nothing for the oldest: and above."""


@dataclass(frozen=True, slots=True)
class CaseInBrief:
    """What the receiving supervisor reads before accepting."""

    people: tuple[PersonInBrief, ...]
    needs: tuple[Need, ...]
    """Open ones: kind and urgency; the person's words are not shown."""
    referrals: int
    """How many are under way."""


def in_brief(session: Session, transfer: CaseTransfer, today: dt.date) -> CaseInBrief:
    """The offered case without identity."""
    members = session.scalars(
        select(CaseMember).where(CaseMember.case_id == transfer.case_id).order_by(CaseMember.number)
    ).all()
    needs = session.scalars(
        select(Need)
        .where(Need.case_id == transfer.case_id, Need.state.in_(("open", "gap")))
        .order_by(Need.priority, Need.opened_at, Need.id)
    ).all()
    live = session.scalars(
        select(func.count(Referral.id)).where(
            Referral.case_id == transfer.case_id, Referral.state.in_(LIVE)
        )
    ).one()
    people = tuple(PersonInBrief(m.relation, _band(session, m, today)) for m in members)
    return CaseInBrief(people, tuple(needs), live)


def _band(session: Session, member: CaseMember, today: dt.date) -> tuple[int, int | None] | None:
    born = facts_of(session, member, today=today).known("born", today).value
    if born is None:
        return None
    earliest, latest = bounds(born)
    youngest, _ = age_band(max(years_between(latest, today), 0))
    _, oldest = age_band(max(years_between(earliest, today), 0))
    return youngest, oldest


def _own(actor: Actor) -> Sequence[UUID]:
    return [
        g.organisation_id for g in actor.grants_for(WRITE_CASE) if g.organisation_id is not None
    ]


def _team_cases(actor: Actor) -> Select[tuple[UUID]]:
    return select(CaseWorker.case_id).where(CaseWorker.account_id == actor.user_id)


def _matches(session: Session, condition: ColumnElement[bool], transfer: CaseTransfer) -> bool:
    query = select(CaseTransfer.id).where(CaseTransfer.id == transfer.id, condition)
    return session.scalars(query).first() is not None
