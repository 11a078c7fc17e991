"""What follows when a case is closed or comes back: messages, tasks, consents, what is asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.i18n import shipped
from routing.case_life import NOBODY_TO_TELL, POST_CLOSURE_DAYS, fast_lane
from routing.fact_table import FACTS
from routing.models import Case, CaseMember, ConsentRecord, ContactRoute, FactRecord, Need, Task
from routing.operations.messages import BEN
from routing.queries.known_facts import facts_of, is_minor

RENEW_DAYS = 7
"""Within a week of coming back the consents and what may have changed are asked again."""
CLOSED_MESSAGE = "case-closed"
POST_CLOSURE = "post-closure-check"
WHERE = ("location", "residence")
FOR_LIFE = frozenset({"born", "sex", "nationality", "languages"})
"""What is kept even when the assessment is made again."""
ASSESSMENT = ("screen", "plan")


def after_closing(session: Session, case: Case, *, now: dt.datetime) -> None:
    """The person hears of it, nothing is due any more, and a child is asked after in three months.

    The message names neither the person nor any service; it is the words of a template.
    """
    for task in _open_tasks(session, case):
        task.done_at = now
    if case.closure_code not in NOBODY_TO_TELL:
        _write_to_people(session, case, now)
    day = now + dt.timedelta(days=POST_CLOSURE_DAYS)
    for member in children_of(session, case, now.date()):
        _task_for(session, case, member, POST_CLOSURE, day, now)


def after_reopening(
    session: Session, case: Case, *, closed_at: dt.datetime | None, now: dt.datetime
) -> None:
    """Within a year the assessment is kept; consents end, and what may have changed is asked.

    Later the dangers are checked and the plan is made again.
    """
    for task in _open_tasks(session, case):
        task.done_at = now
    end_consents(session, case, now=now)
    due_at = now + dt.timedelta(days=RENEW_DAYS)
    kinds = ["renew-consents", "ask-stale-facts"]
    if closed_at is not None and fast_lane(closed_at.date(), now.date()):
        _ask_again(session, case, WHERE, now)
    else:
        case.records = {k: v for k, v in (case.records or {}).items() if k not in ASSESSMENT}
        _ask_again(session, case, sorted(set(FACTS) - FOR_LIFE), now)
        kinds.append("assess-again")
    for kind in kinds:
        task_for_needs(session, case, kind, due_at, now)


def end_consents(session: Session, case: Case, *, now: dt.datetime) -> None:
    """No earlier agreement allows anything any more: each is asked again."""
    query = select(ConsentRecord).where(
        ConsentRecord.case_id == case.id, ConsentRecord.expires_at > now
    )
    for record in session.scalars(query):
        record.expires_at = now
    session.flush()


def task_for_needs(
    session: Session, case: Case, kind: str, due_at: dt.datetime, now: dt.datetime
) -> None:
    """One dated task for every open need; if none is open, one for the newest."""
    query = select(Need).where(Need.case_id == case.id).order_by(Need.opened_at.desc(), Need.id)
    needs = session.scalars(query).all()
    for need in [need for need in needs if need.state == "open"] or needs[:1]:
        session.add(
            Task(need_id=need.id, kind=kind, owner_role="RC", due_at=due_at, created_at=now)
        )
    session.flush()


def children_of(session: Session, case: Case, today: dt.date) -> list[CaseMember]:
    """The members under age; a child of the household whose age nobody knows is one."""
    found = []
    for member in case.members:
        minor = is_minor(facts_of(session, member, today=today), today)
        if minor or (minor is None and member.relation == "child"):
            found.append(member)
    return found


def safe_text_routes(members: Iterable[CaseMember]) -> list[ContactRoute]:
    """The first way of each person to be written to that they said is safe."""
    found = (
        next((r for r in member.routes if r.kind == "phone" and r.safe_to_text), None)
        for member in members
    )
    return [route for route in found if route is not None]


def _write_to_people(session: Session, case: Case, now: dt.datetime) -> None:
    told: set[str] = set()
    for route in safe_text_routes(case.members):
        if route.value not in told:
            told.add(route.value)
            outbox.announce(
                session, template=CLOSED_MESSAGE, recipient=route.value, language=shipped(route.language),
                subject=f"case_file:{case.id}", audience=BEN, country=case.country, now=now,
            )  # fmt: skip


def _task_for(
    session: Session, case: Case, member: CaseMember, kind: str, due_at: dt.datetime,
    now: dt.datetime,
) -> None:  # fmt: skip
    """A task about one member, at the newest need of their own or else of the case."""
    query = select(Need).where(Need.case_id == case.id).order_by(Need.opened_at.desc(), Need.id)
    needs = session.scalars(query).all()
    own = [need for need in needs if need.member_id == member.id]
    for need in (own or needs)[:1]:
        session.add(
            Task(need_id=need.id, kind=kind, owner_role="RC", due_at=due_at, created_at=now)
        )
    session.flush()


def _open_tasks(session: Session, case: Case) -> list[Task]:
    query = (
        select(Task)
        .join(Need, Need.id == Task.need_id)
        .where(Need.case_id == case.id, Task.done_at.is_(None))
    )
    return list(session.scalars(query))


def _ask_again(session: Session, case: Case, names: Iterable[str], now: dt.datetime) -> None:
    """These are out of date: they count as unknown until somebody has asked."""
    query = select(FactRecord).where(
        FactRecord.member_id.in_([member.id for member in case.members]),
        FactRecord.name.in_(tuple(names)),
        FactRecord.replaced_at.is_(None),
    )
    for fact in session.scalars(query):
        fact.expires_on = min(fact.expires_on or dt.date.max, now.date() - dt.timedelta(days=1))
