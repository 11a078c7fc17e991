"""Promises made to people: given, kept or released, and told to those above when broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.text import N_, Text
from directory.models import Account
from directory.queries.calendars import calendar_in
from directory.who import Who
from routing.models import Case, Promise, Referral
from routing.promises import PROMISES, Outcome, problem_with_day
from routing.queries.audiences import Address, supervisors_around

LONGEST_NOTE = 300
BROKEN = "promise-broken"
"""Code of the message to whoever gave the word and to the supervisors."""


def promise_to_case(
    session: Session, case: Case, *, kind: str, day: dt.date | None, note: str, actor: Actor,
    now: dt.datetime,
) -> Promise:  # fmt: skip
    """The responsible organisation gives its word to the people of a case."""
    return _promise(
        session, case, None, case.organisation_id, kind=kind, day=day, note=note, actor=actor,
        role=Who.RC, now=now,
    )  # fmt: skip


def promise_about(
    session: Session, referral: Referral, *, kind: str, day: dt.date | None, note: str,
    actor: Actor, now: dt.datetime,
) -> Promise:  # fmt: skip
    """The provider that has the referral gives its word to the person."""
    return _promise(
        session, referral.case, referral, referral.recipient_id, kind=kind, day=day, note=note,
        actor=actor, role=Who.FP, now=now,
    )  # fmt: skip


def close_promise(
    session: Session, promise: Promise, outcome: str, *, actor: Actor, now: dt.datetime
) -> Promise:
    """It was kept, or the person releases from it; a promise ends once."""
    if outcome not in list(Outcome):
        raise Invalid({"outcome": N_("Choose one of the answers.")})
    session.refresh(promise, with_for_update=True)
    if promise.closed_at is not None:
        raise Conflict(N_("This promise has ended already."))
    promise.closed_at, promise.outcome = now, outcome
    session.flush()
    _audit(session, promise, outcome, actor, now)
    return promise


def broken_untold(session: Session, *, now: dt.datetime) -> list[UUID]:
    """Open promises whose day has passed and of which nobody was told yet, oldest first."""
    query = select(Promise.id).where(
        Promise.closed_at.is_(None), Promise.due_at <= now, Promise.told_at.is_(None)
    )
    return list(session.scalars(query.order_by(Promise.due_at, Promise.id)))


def tell_broken(session: Session, promise_id: UUID, *, now: dt.datetime) -> bool:
    """Tell whoever gave the word and the supervisors, once; whether it had still to be told."""
    promise = session.get_one(Promise, promise_id, with_for_update=True, populate_existing=True)
    if promise.told_at is not None or promise.closed_at is not None:
        return False
    promise.told_at = now
    for address in sorted(set(_concerned(session, promise))):
        outbox.announce(
            session, template=BROKEN, recipient=address.recipient, language=address.language,
            subject=f"promise:{promise.id}", now=now,
        )  # fmt: skip
    session.flush()
    return True


def _promise(
    session: Session, case: Case, referral: Referral | None, organisation_id: UUID, *, kind: str,
    day: dt.date | None, note: str, actor: Actor, role: Who, now: dt.datetime,
) -> Promise:  # fmt: skip
    calendar = calendar_in(session, case.country)
    _check(kind, day, note, now.astimezone(calendar.zone).date())
    noon = dt.datetime.combine(day or now.date(), dt.time(12), calendar.zone)
    promise = Promise(
        case=case, referral=referral, organisation_id=organisation_id, kind=kind,
        note=note.strip() or None, made_by=actor.label, by_role=role.value, made_at=now,
        due_at=calendar.end_of_day(noon),
    )  # fmt: skip
    session.add(promise)
    session.flush()
    _audit(session, promise, "make", actor, now)
    return promise


def _check(kind: str, day: dt.date | None, note: str, today: dt.date) -> None:
    problems: dict[str, Text] = {}
    if kind not in PROMISES:
        problems["kind"] = N_("Choose what was promised.")
    wrong_day = problem_with_day(day, today)
    if wrong_day is not None:
        problems["day"] = wrong_day
    if len(note.strip()) > LONGEST_NOTE:
        problems["note"] = N_("At most {count} characters.", count=LONGEST_NOTE)
    if problems:
        raise Invalid(problems)


def _audit(session: Session, promise: Promise, verb: str, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        session, actor, f"routing:promise:{verb}", f"promise:{promise.id}", now=now,
        chain=promise.organisation_id, kind=promise.kind,
    )  # fmt: skip


def _concerned(session: Session, promise: Promise) -> Iterable[Address]:
    query = select(Account).where(Account.active)
    try:
        giver = session.scalars(query.where(Account.id == UUID(promise.made_by))).one_or_none()
    except ValueError:
        giver = None
    if giver is not None:
        yield Address(giver.email, giver.language)
    yield from supervisors_around(session, promise.case)
