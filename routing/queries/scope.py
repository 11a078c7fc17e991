"""Whom an account may see: cases by team, organisation, region and country; referrals likewise.

Everything that is read about a person starts from ``visible_cases`` or ``visible_referrals``:
what is out of sight does not exist (``NotFound``).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from directory import roles
from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.models import Region
from directory.who import Who
from routing.case_life import State
from routing.models import Case, CaseWorker, ConsentRecord, Need, Referral, Task
from routing.referral_states import READABLE

DELIVERY = frozenset({roles.ANSWER_REFERRAL, roles.DELIVER_REFERRAL})


def visible_cases(actor: Actor) -> Select[tuple[Case]]:
    """The cases that ``actor`` may read: a caseworker's own, a supervisor's whole scope."""
    return select(Case).where(case_seen_by(actor))


def case_seen_by(actor: Actor) -> ColumnElement[bool]:
    """As a condition on ``Case``."""
    grants = actor.grants_for(roles.READ_CASE)
    return or_(false(), *(_reach_of(grant, actor) for grant in grants))


def visible_referrals(actor: Actor) -> Select[tuple[Referral]]:
    """The referrals whose existence ``actor`` may know.

    The sender's side sees those of its cases; the provider's side those sent to it, while they can
    be read; the data-protection officer those of the cases in scope.
    """
    return select(Referral).join(Referral.case).where(referral_seen_by(actor))


def referral_seen_by(actor: Actor) -> ColumnElement[bool]:
    """As a condition on ``Referral`` joined with ``Case``."""
    return or_(case_seen_by(actor), case_overseen_by(actor), received_by(actor))


def case_overseen_by(actor: Actor) -> ColumnElement[bool]:
    """Cases whose referrals and consents the data-protection officer looks after."""
    return or_(false(), *(_within(grant) for grant in actor.grants if _oversees(grant)))


def received_by(actor: Actor) -> ColumnElement[bool]:
    """Referrals that were sent to an organisation of the actor and can still be read."""
    organisations = recipient_organisations(actor)
    if not organisations:
        return false()
    return Referral.recipient_id.in_(organisations) & Referral.state.in_(READABLE)


def recipient_organisations(actor: Actor) -> frozenset[UUID]:
    """The organisations for which the actor receives referrals; never without naming them."""
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_for(roles.READ_REFERRAL)
        if grant.organisation_id is not None and grant.permissions & DELIVERY
    )


def case_for(session: Session, actor: Actor, case_id: UUID) -> Case:
    """The case, or ``NotFound`` if there is none that ``actor`` may see."""
    case = session.scalars(visible_cases(actor).where(Case.id == case_id)).one_or_none()
    if case is None:
        raise NotFound
    return case


def referral_for(session: Session, actor: Actor, referral_id: UUID) -> Referral:
    """The referral, or ``NotFound`` if there is none that ``actor`` may see.

    For the provider's side this is permission to act, not the person's data: those come from
    ``queries.referral.referral_for_recipient``.
    """
    found = session.scalars(visible_referrals(actor).where(Referral.id == referral_id))
    referral = found.one_or_none()
    if referral is None:
        raise NotFound
    return referral


def acting_roles(session: Session, actor: Actor, referral: Referral) -> frozenset[Who]:
    """The roles in which ``actor`` may take steps of this referral."""
    if actor.user_id is None:
        return frozenset({Who.SYS}) if "SYS" in actor.roles else frozenset()
    acting: set[Who] = set()
    if _exists(session, case_seen_by(actor), referral.case_id):
        acting |= _sender_roles(session, actor, referral.case_id)
    for grant in actor.grants:
        if grant.organisation_id == referral.recipient_id and referral.state in READABLE:
            acting |= _provider_roles(grant)
        if _oversees(grant) and _exists(session, _within(grant), referral.case_id):
            acting.add(Who.DPO)
    return frozenset(acting)


def is_overseen(session: Session, actor: Actor, case_id: UUID) -> bool:
    """Whether the case is within the scope of the data-protection officer who acts."""
    return _exists(session, case_overseen_by(actor), case_id)


def is_in_reach(session: Session, actor: Actor, permission: str, case_id: UUID) -> bool:
    """Whether the case lies within a grant that carries ``permission``, whoever accompanies it."""
    return _exists(session, within_grants(actor, permission), case_id)


def within_grants(actor: Actor, permission: str) -> ColumnElement[bool]:
    """Cases within the scope of any grant that carries ``permission``."""
    return or_(false(), *(_within(grant) for grant in actor.grants_for(permission)))


def in_team(session: Session, actor: Actor, case_id: UUID) -> bool:
    """Whether the actor belongs to the team of the case."""
    query = select(CaseWorker.id).where(
        CaseWorker.case_id == case_id, CaseWorker.account_id == actor.user_id
    )
    return session.scalars(query).first() is not None


def _sender_roles(session: Session, actor: Actor, case_id: UUID) -> set[Who]:
    acting: set[Who] = set()
    for grant in actor.grants_for(roles.READ_CASE):
        if not _exists(session, _reach_of(grant, actor), case_id):
            continue
        if roles.SEND_REFERRAL in grant.permissions:
            # a withdrawal by the person is taken in by whoever accompanies them
            acting |= {Who.RC, Who.BEN}
        if roles.SUPERVISE in grant.permissions:
            acting.add(Who.RS)
        if roles.SUBSTITUTE_CONSENT in grant.permissions:
            acting.add(Who.CPA)
    return acting


def _provider_roles(grant: Grant) -> set[Who]:
    acting: set[Who] = set()
    if roles.ANSWER_REFERRAL in grant.permissions:
        acting.add(Who.FP)
    if roles.DELIVER_REFERRAL in grant.permissions:
        acting.add(Who.PW)
    return acting


def _oversees(grant: Grant) -> bool:
    return roles.VOID_REFERRAL in grant.permissions and roles.READ_CASE not in grant.permissions


def _reach_of(grant: Grant, actor: Actor) -> ColumnElement[bool]:
    """Cases that one grant lets its holder read; what was transferred is the other side's now."""
    return _reach_by_role(grant, actor) & (Case.state != State.TRANSFERRED)


def _reach_by_role(grant: Grant, actor: Actor) -> ColumnElement[bool]:
    if roles.SUPERVISE in grant.permissions:
        return _within(grant)
    team = select(CaseWorker.case_id).where(CaseWorker.account_id == actor.user_id)
    if roles.SUBSTITUTE_CONSENT in grant.permissions:
        # need to know: children for whom the authority consented or was asked
        asked = select(ConsentRecord.case_id).where(
            or_(ConsentRecord.giver == "CPA", ConsentRecord.exception_code == "child-best-interest")
        )
        tasks = select(Need.case_id).join(Task, Task.need_id == Need.id)
        called = tasks.where(Task.owner_role == "CPA", Task.done_at.is_(None))
        return _within(grant) & or_(Case.id.in_(team), Case.id.in_(asked), Case.id.in_(called))
    return _within(grant) & Case.id.in_(team)


def _within(grant: Grant) -> ColumnElement[bool]:
    """Cases within the scope of a grant; an empty scope field does not narrow."""
    found: ColumnElement[bool] = true()
    if grant.organisation_id is not None:
        found &= Case.organisation_id == grant.organisation_id
    if grant.country is not None:
        found &= Case.country == grant.country
    if grant.region_id is not None:
        found &= Case.region_id.in_(regions_within(grant.region_id))
    return found


def regions_within(region_id: UUID) -> Select[tuple[UUID]]:
    """The region and everything inside it."""
    inside = select(Region.id).where(Region.id == region_id).cte(recursive=True)
    inside = inside.union_all(select(Region.id).where(Region.parent_id == inside.c.id))
    return select(inside.c.id)


def _exists(session: Session, condition: ColumnElement[bool], case_id: UUID) -> bool:
    found = session.scalars(select(Case.id).where(Case.id == case_id, condition))
    return found.first() is not None
