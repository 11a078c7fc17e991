"""How a person was looked for since they were last heard of (protocol A.11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.outbox import LOG, MessageState, OutboxMessage, address_digest
from directory.who import Who
from directory.working_days import Calendar, calendar_of
from routing.attempts import Attempt, AttemptSummary, Outcome, summarise
from routing.models import (
    AnnouncedCall,
    Case,
    CaseMember,
    ContactAttempt,
    ContactRoute,
    PersonAnswer,
    Referral,
    ReferralEvent,
)
from routing.projection import INFORM

SENDER = (Who.RC.value, Who.RS.value)
PROVIDER = (Who.FP.value, Who.PW.value)
TRUSTED, VISIT = "trusted-contact", "visit"
ARRIVED = (MessageState.SENT, MessageState.DELIVERED)
LOST = (MessageState.FAILED, MessageState.DROPPED)


def heard_at(session: Session, case: Case) -> dt.datetime | None:
    """When the person was last in touch: reached, told, asked, or calling back."""
    members = [member.id for member in case.members]
    reached = select(func.max(ContactAttempt.at)).where(
        ContactAttempt.member_id.in_(members), ContactAttempt.outcome == Outcome.REACHED
    )
    answered = (
        select(func.max(PersonAnswer.at))
        .join(Referral, Referral.id == PersonAnswer.referral_id)
        .where(Referral.case_id == case.id)
    )
    found = [*session.scalars(reached), *session.scalars(answered)]
    known = [at for at in found if at is not None] + _told(session, case)
    called = (case.records or {}).get("call-back", {}).get("at")
    if called:
        known.append(dt.datetime.fromisoformat(called))
    return max(known, default=None)


def search_summary(
    session: Session, case: Case, member: CaseMember | None = None
) -> AttemptSummary:
    """What the attempts of the sender's side add up to since the person was last heard of."""
    members = [member] if member is not None else list(case.members)
    since = heard_at(session, case)
    query = select(ContactAttempt).where(
        ContactAttempt.member_id.in_([one.id for one in members]),
        ContactAttempt.by_role.in_(SENDER),
    )
    if since is not None:
        query = query.where(ContactAttempt.at > since)
    return _sum(session.scalars(query), members, calendar_of(case.country))


def provider_summary(session: Session, referral: Referral, calendar: Calendar) -> AttemptSummary:
    """What the attempts of the provider for this referral add up to."""
    query = select(ContactAttempt).where(
        ContactAttempt.referral_id == referral.id, ContactAttempt.by_role.in_(PROVIDER)
    )
    return _sum(session.scalars(query), [referral.member], calendar)


def announced_calls(session: Session, route: ContactRoute) -> list[AnnouncedCall]:
    """The calls that were announced for a way to reach the person, by their hour."""
    query = select(AnnouncedCall).where(AnnouncedCall.route_id == route.id)
    return list(session.scalars(query.order_by(AnnouncedCall.call_at, AnnouncedCall.id)))


def has_gone(session: Session, call: AnnouncedCall, route: ContactRoute) -> bool:
    """Whether the message that announces the call has left through a gateway."""
    return any(
        row.state in ARRIVED and row.channel != LOG for row in _messages(session, call, route)
    )


def is_announced(session: Session, call: AnnouncedCall, route: ContactRoute) -> bool:
    """Whether its message has left or still will: none has failed for good or was taken back."""
    return any(row.state not in LOST for row in _messages(session, call, route))


def _messages(
    session: Session, call: AnnouncedCall, route: ContactRoute
) -> Iterator[OutboxMessage]:
    digest = address_digest(str(route.value))
    query = select(OutboxMessage).where(OutboxMessage.recipient_digest == digest)
    for row in session.scalars(query):
        if (row.details or {}).get("announced_call") == str(call.id):
            yield row


def calls_to_come(session: Session, case: Case, *, now: dt.datetime) -> list[AnnouncedCall]:
    """Announced calls that are still to be made, the next first; those missed by a day are over."""
    members = [member.id for member in case.members]
    query = select(AnnouncedCall).where(
        AnnouncedCall.member_id.in_(members), AnnouncedCall.kept_at.is_(None),
        AnnouncedCall.call_at >= now - dt.timedelta(days=1),
    )  # fmt: skip
    return list(session.scalars(query.order_by(AnnouncedCall.call_at)))


def _told(session: Session, case: Case) -> list[dt.datetime]:
    query = (
        select(ReferralEvent)
        .join(Referral, Referral.id == ReferralEvent.referral_id)
        .where(Referral.case_id == case.id, ReferralEvent.step == INFORM)
    )
    return [row.at for row in session.scalars(query) if row.details.get("reached") is True]


def _sum(
    rows: Iterable[ContactAttempt], members: list[CaseMember], calendar: Calendar
) -> AttemptSummary:
    kinds = {route.id: route.kind for member in members for route in member.routes}
    made = [
        Attempt(
            row.at, str(row.route_id), Outcome(row.outcome), announced=row.announced,
            to_trusted_contact=kinds.get(row.route_id) == TRUSTED if row.route_id else False,
            by_visit=kinds.get(row.route_id) == VISIT if row.route_id else False,
        )
        for row in rows
    ]  # fmt: skip
    return summarise(
        made, calendar,
        routes_known=sum(kind != TRUSTED for kind in kinds.values()),
        trusted_contact_known=TRUSTED in kinds.values(),
        visit_allowed=VISIT in kinds.values(),
    )  # fmt: skip
