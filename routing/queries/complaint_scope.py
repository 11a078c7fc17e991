"""Whom a complaint is shown to: the one condition that pages, interface, commands and counts use.

Protocol A.12. Three depths: the complaint itself (who works on it or oversees its level), the
summary that the handler shares (supervisor and service, C2), or only how it stands (the caseworker
whom the person wants to know). What is out of sight does not exist (``NotFound``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select
from sqlalchemy.orm import Session

from directory import roles
from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.models import Organisation
from directory.who import Who
from routing.complaint_levels import LEVELS, ORDINARY, SENSITIVE, Level
from routing.complaint_life import State
from routing.models import Case, Complaint, ComplaintParty
from routing.queries.scope import case_seen_by, regions_within

MOST_PARENTS = 6
"""Departments of departments of an organisation, so far and no further."""


class Sight(StrEnum):
    """How much of a complaint somebody may read."""

    FULL = "full"
    SHARED = "shared"
    STATE = "state"


def complaints_seen_by(actor: Actor) -> Select[tuple[Complaint]]:
    """The complaints of which ``actor`` may know at all."""
    return select(Complaint).where(complaint_seen_by(actor))


def complaint_seen_by(actor: Actor) -> ColumnElement[bool]:
    """As a condition on ``Complaint``."""
    return or_(read_by(actor), told_to(actor), standing_known_to(actor))


def complaint_for(session: Session, actor: Actor, complaint_id: UUID) -> Complaint:
    """The complaint, or ``NotFound`` if there is none that ``actor`` may see."""
    query = complaints_seen_by(actor).where(Complaint.id == complaint_id)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def sight_of(session: Session, actor: Actor, complaint: Complaint) -> Sight:
    """How much of it ``actor`` may read; ``NotFound`` for nothing."""
    for sight, condition in CONDITIONS.items():
        query = select(Complaint.id).where(Complaint.id == complaint.id, condition(actor))
        if session.scalars(query).first() is not None:
            return sight
    raise NotFound


def acting_role(session: Session, actor: Actor, complaint: Complaint) -> Who | None:
    """The role in which ``actor`` works on this complaint; nothing when they only read it."""
    for role, condition in WORKING.items():
        query = select(Complaint.id).where(Complaint.id == complaint.id, condition(actor))
        if session.scalars(query).first() is not None:
            return role
    return None


def read_by(actor: Actor) -> ColumnElement[bool]:
    """Complaints that ``actor`` may read in full; never those about their own organisation."""
    readers = or_(*(condition(actor) for condition in READING.values()))
    return and_(readers, ~concerns(actor))


def handled_by(actor: Actor) -> ColumnElement[bool]:
    """The ordinary track. Serious ones are for whoever leads: not narrowed to a region."""
    return or_(
        false(),
        *(
            _within(grant)
            & Complaint.level.in_(ORDINARY if grant.region_id is None else BUT_SERIOUS)
            for grant in actor.grants_for(roles.HANDLE_COMPLAINT)
        ),
    )


BUT_SERIOUS = tuple(level for level in ORDINARY if level is not Level.C1)


def protected_by(actor: Actor) -> ColumnElement[bool]:
    """The protected track."""
    grants = actor.grants_for(roles.HANDLE_PROTECTED_COMPLAINT)
    return or_(false(), *(_within(grant) & (Complaint.level == SENSITIVE) for grant in grants))


def overseen_by(actor: Actor) -> ColumnElement[bool]:
    """Serious ones, once somebody has read them, for the data-protection officer."""
    levels = [level for level, rule in LEVELS.items() if Who.DPO in rule.readers]
    seen = Complaint.level.in_(levels) & (Complaint.state != State.RECEIVED)
    return or_(
        false(), *(_within(grant) & seen for grant in actor.grants_for(roles.OVERSEE_COMPLAINT))
    )


def reviewed_by(actor: Actor) -> ColumnElement[bool]:
    """Those on which the national coordination was asked to decide."""
    asked = (Complaint.appeals > 0) & (Complaint.level != SENSITIVE)
    return or_(
        false(), *(_within(grant) & asked for grant in actor.grants_for(roles.REVIEW_COMPLAINT))
    )


def told_to(actor: Actor) -> ColumnElement[bool]:
    """Those of which the handler has shared a summary with the service or the supervisor."""
    levels = [level for level, rule in LEVELS.items() if rule.told]
    shared = Complaint.level.in_(levels) & Complaint.shared_at.is_not(None)
    sides: list[ColumnElement[bool]] = [false()]
    for grant in actor.grants_for(roles.ANSWER_COMPLAINT):
        if grant.organisation_id is not None:
            sides.append(_is_about(grant.organisation_id))
        if roles.SUPERVISE in grant.permissions:
            sides.append(Complaint.case_id.in_(select(Case.id).where(case_seen_by(actor))))
    return shared & or_(*sides)


def standing_known_to(actor: Actor) -> ColumnElement[bool]:
    """Those of people whom ``actor`` accompanies and who want them to know."""
    if not actor.may(roles.READ_CASE) or not actor.may(roles.READ_COMPLAINT):
        return false()
    agreed = Complaint.caseworker_may_know & (Complaint.state != State.RECEIVED)
    mine = Complaint.case_id.in_(select(Case.id).where(case_seen_by(actor)))
    return and_(agreed, mine, ~concerns(actor))


def counted_by(actor: Actor) -> ColumnElement[bool]:
    """Complaints that go into the sums that ``actor`` may read: of the ordinary track those they
    work on; of both tracks, for the national coordination, those of the country.
    """
    national = (_within(grant) for grant in actor.grants_for(roles.REVIEW_COMPLAINT))
    return or_(handled_by(actor) & ~concerns(actor), *national)


def concerns(actor: Actor) -> ColumnElement[bool]:
    """Complaints that are, or may be, about an organisation of ``actor``, or above or below it."""
    own = actor.organisations()
    if not own:
        return false()
    related = or_(
        ComplaintParty.organisation_id.in_(_above(own)),
        ComplaintParty.organisation_id.in_(_below(own)),
    )
    return exists().where(ComplaintParty.complaint_id == Complaint.id, related)


Condition = Callable[[Actor], ColumnElement[bool]]
READING: dict[Who, Condition] = {
    Who.PSEA: protected_by,
    Who.CH: handled_by,
    Who.NC: reviewed_by,
    Who.DPO: overseen_by,
}
WORKING: dict[Who, Condition] = {
    Who.PSEA: lambda actor: protected_by(actor) & ~concerns(actor),
    Who.CH: lambda actor: handled_by(actor) & ~concerns(actor),
    Who.NC: lambda actor: reviewed_by(actor) & ~concerns(actor),
}
CONDITIONS: dict[Sight, Condition] = {
    Sight.FULL: read_by,
    Sight.SHARED: told_to,
    Sight.STATE: standing_known_to,
}
"""From the deepest sight to the shallowest."""


def _within(grant: Grant) -> ColumnElement[bool]:
    """Complaints within the reach of a grant.

    The organisation of a grant is the employer. It narrows nothing but to its country: whoever works
    for an organisation is not the one to handle complaints about it (``concerns``).
    """
    found: ColumnElement[bool] = Complaint.id.is_not(None)
    if grant.country is not None:
        found &= Complaint.country == grant.country
    elif grant.organisation_id is not None:
        home = select(Organisation.country).where(Organisation.id == grant.organisation_id)
        found &= Complaint.country == home.scalar_subquery()
    if grant.region_id is not None:
        found &= Complaint.region_id.in_(regions_within(grant.region_id))
    return found


def _is_about(organisation_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        ComplaintParty.complaint_id == Complaint.id,
        ComplaintParty.organisation_id == organisation_id,
        ComplaintParty.is_certain,
    )


def _above(own: frozenset[UUID]) -> Select[tuple[UUID]]:
    """These organisations and those they belong to."""
    start = select(
        Organisation.id, Organisation.parent_id, literal(0).label("depth")
    ).where(Organisation.id.in_(own))  # fmt: skip
    up = start.cte(recursive=True)
    more = select(Organisation.id, Organisation.parent_id, up.c.depth + 1)
    up = up.union_all(more.where(Organisation.id == up.c.parent_id, up.c.depth < MOST_PARENTS))
    return select(up.c.id)


def _below(own: frozenset[UUID]) -> Select[tuple[UUID]]:
    """These organisations and those that belong to them."""
    start = select(Organisation.id, literal(0).label("depth")).where(Organisation.id.in_(own))
    down = start.cte(recursive=True)
    more = select(Organisation.id, down.c.depth + 1)
    down = down.union_all(
        more.where(Organisation.parent_id == down.c.id, down.c.depth < MOST_PARENTS)
    )
    return select(down.c.id)
