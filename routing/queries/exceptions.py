"""Exceptions from consent as those see them who record, countersign and review them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from directory import roles
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.who import Who
from routing.codes import read_code
from routing.consent_exceptions import COUNTERSIGN_HOURS, ExceptionCode, needs_countersignature
from routing.models import Case, ConsentRecord, Need, Referral
from routing.queries.consents import REVIEW, confirmed_at
from routing.queries.organisation_names import names_of
from routing.queries.scope import case_overseen_by, case_seen_by, within_grants
from routing.referral_states import LIVE, State

MOST = 100
BEING_PREPARED = frozenset({State.DRAFT, State.READY})


@dataclass(frozen=True, slots=True)
class Exceptional:
    """One exception with what a reader needs to decide on it."""

    record: ConsentRecord
    case: Case
    need: Need
    recipients: tuple[str, ...]

    @property
    def code(self) -> ExceptionCode:
        """Why data goes without consent."""
        return ExceptionCode(self.record.exception_code or "")

    @property
    def facts(self) -> dict[str, Any]:
        """What was stated."""
        return self.record.exception_facts or {}

    @property
    def countersign_by(self) -> dt.datetime | None:
        """Until when somebody else must agree; nothing when they have, or need not."""
        waits = needs_countersignature(self.code) and self.record.countersigned_at is None
        if not waits or self.record.withdrawn_at is not None:
            return None
        return self.record.given_at + dt.timedelta(hours=COUNTERSIGN_HOURS)

    @property
    def confirmed_at(self) -> dt.datetime | None:
        """When a professional confirmed the danger."""
        return confirmed_at(self.record)

    @property
    def review(self) -> str:
        """What the data-protection officer found last; empty: nobody has looked."""
        return next((r.outcome for r in reversed(self.record.reviews) if r.kind == REVIEW), "")


def to_countersign(session: Session, actor: Actor) -> list[Exceptional]:
    """The exceptions that the actor may countersign, those that wait first, then the newest."""
    child = ConsentRecord.exception_code == ExceptionCode.CHILD_BEST_INTEREST
    mine: list[ColumnElement[bool]] = []
    if actor.may(roles.SUPERVISE):
        mine.append(~child)
    if actor.may(roles.SUBSTITUTE_CONSENT):
        mine.append(child)
    query = _exceptions().where(case_seen_by(actor), or_(false(), *mine))
    found = _with_names(session, query)
    return sorted(found, key=lambda one: one.countersign_by is None)


def overseen_exceptions(session: Session, actor: Actor) -> list[Exceptional]:
    """Every exception that the data-protection officer looks after; those not reviewed first."""
    found = _with_names(session, _exceptions().where(case_overseen_by(actor)))
    return sorted(found, key=lambda one: one.review != "")


def referral_under_code(
    session: Session, actor: Actor, code: str, *, states: Collection[State] = BEING_PREPARED
) -> Referral:
    """The referral whose code the caseworker has read out; raises ``Invalid`` at the code.

    Whether there is none or it is out of reach sounds the same.
    """
    query = (
        select(Referral)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.code == read_code(code), Referral.state.in_(states), _within(actor))
    )
    referral = session.scalars(query).one_or_none()
    if referral is None:
        raise Invalid({"referral_code": N_("No referral is being prepared under this code.")})
    return referral


def danger_of(session: Session, referral: Referral) -> ConsentRecord:
    """The danger to life under which the referral goes, the newest; raises ``Invalid`` if none."""
    query = (
        select(ConsentRecord)
        .where(
            ConsentRecord.need_id == referral.need_id,
            ConsentRecord.exception_code == ExceptionCode.LIFE_DANGER,
            ConsentRecord.withdrawn_at.is_(None),
        )
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id)
    )
    record = session.scalars(query).first()
    if record is None:
        raise Invalid({"referral_code": N_("No danger to life is recorded for this one.")})
    return record


CONFIRMABLE = LIVE
"""A danger can be confirmed as long as the referral lives."""


def _within(actor: Actor) -> ColumnElement[bool]:
    practices = actor.organisations(Who.MHP.value) if actor.may(roles.DECLARE_INCAPACITY) else ()
    sending = case_seen_by(actor) if actor.may(roles.SEND_REFERRAL) else false()
    return or_(
        sending,
        case_overseen_by(actor),
        within_grants(actor, roles.SUBSTITUTE_CONSENT),
        Referral.recipient_id.in_(practices),
    )


def _exceptions() -> Select[tuple[ConsentRecord, Case, Need]]:
    return (
        select(ConsentRecord, Case, Need)
        .join(Case, Case.id == ConsentRecord.case_id)
        .join(Need, Need.id == ConsentRecord.need_id)
        .where(ConsentRecord.exception_code.is_not(None))
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id)
        .limit(MOST)
    )


def _with_names(
    session: Session, query: Select[tuple[ConsentRecord, Case, Need]]
) -> list[Exceptional]:
    rows = session.execute(query).all()
    ids = {row.organisation_id for record, _, _ in rows for row in record.recipients}
    names = names_of(session, ids)
    return [
        Exceptional(
            record, case, need, tuple(names[row.organisation_id] for row in record.recipients)
        )
        for record, case, need in rows
    ]
