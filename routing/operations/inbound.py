"""What a text message from a person brings about: it is kept, somebody is told, an answer goes back.

Whoever knows a code may say something about it; what they say is a statement, and a caseworker
looks into it. Only where it contradicts the provider does the platform note that (protocol T22b).
The same message again has no second effect.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.encryption import KEYRING
from directory.core.errors import DomainError
from directory.core.i18n import shipped
from directory.who import Who
from routing.clocks import Audience
from routing.inbound_keywords import Said, Statement, read_statement
from routing.models import CaseMember, ContactRoute, InboundStatement, Referral
from routing.operations.cases import PHONE_DIGEST
from routing.operations.messages import announce
from routing.operations.needs import open_task, open_tasks
from routing.operations.person_statements import statement_by_person
from routing.queries.inbound import (
    as_number,
    latest_referral,
    received_since,
    referral_for_tracking,
    routes_of_number,
)
from routing.referral_states import LIVE

log = logging.getLogger(__name__)
BY_SMS = Actor(None, "sms")
"""Somebody with a telephone; who it is, nobody knows for sure."""
SENDER, SAME = "inbound-sender", "inbound-message"
"""What the keyed hashes are for."""
CONTACTED = {Said.ARRIVED: True, Said.NOT_CONTACTED: False}
"""What a statement says about the provider."""
MOST_PER_HOUR = 20
"""Messages of one telephone that are looked at [P]; more get no answer."""
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a kind of statement sets in motion."""

    task: str
    owner: Who
    template: str
    audience: frozenset[Audience]


CONSEQUENCES: dict[Said, Consequence] = {
    Said.ARRIVED: Consequence(
        "note-arrival", Who.RC, "statement-arrived", frozenset({Audience.RC})
    ),
    Said.NOT_CONTACTED: Consequence(
        "answer-not-contacted", Who.RC, "statement-not-contacted",
        frozenset({Audience.RC, Audience.RS}),
    ),
    Said.STOP: Consequence(
        "agree-other-route", Who.RC, "statement-stop", frozenset({Audience.RC})
    ),
    Said.HELP: Consequence("call-person", Who.RC, "statement-help", frozenset({Audience.RC})),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer that goes back to the telephone."""

    template: str
    language: str


def receive_sms(
    session: Session, *, sender: str, words: str, default_country: str, default_language: str,
    now: dt.datetime,
) -> Reply | None:  # fmt: skip
    """Take one message in; the answer, or none if this telephone has sent too many.

    The answer never says whom or what a code belongs to.
    """
    number = as_number(sender, default_country)
    statement = read_statement(words)
    row = _first(session, number, words, now)
    if row is not None:
        _count_again(session, row)
        return None if _too_many(session, row.sender_digest, now) else _reply(row)
    routes = routes_of_number(session, KEYRING.digest(PHONE_DIGEST, number))
    row = InboundStatement(
        received_at=now, kind=statement.said, sender=number, words=words[:1000], times=1,
        sender_digest=KEYRING.digest(SENDER, number), same=_same(number, words, now),
        language=_language(statement, routes, default_language),
    )  # fmt: skip
    if _too_many(session, row.sender_digest, now):
        return None
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
            _act(session, row, statement, routes, now)
    except IntegrityError:  # the same message in another process at this instant
        twin = _first(session, number, words, now)
        if twin is None:
            return None
        _count_again(session, twin)
        return _reply(twin)
    return _reply(row)


def _count_again(session: Session, row: InboundStatement) -> None:
    """Once more the same message; counted in the database, for two may come at one instant."""
    session.execute(
        update(InboundStatement)
        .where(InboundStatement.id == row.id)
        .values(times=InboundStatement.times + 1)
    )
    session.refresh(row, ["times"])


def _act(
    session: Session, row: InboundStatement, statement: Statement, routes: list[ContactRoute],
    now: dt.datetime,
) -> None:  # fmt: skip
    referral = _about(session, statement, routes)
    row.referral_id = referral.id if referral is not None else None
    subject = f"inbound_statement:{row.id}"
    chain = referral.case.organisation_id if referral is not None else None
    action = f"routing:statement:{statement.said}"
    audit.record(session, BY_SMS, action, subject, now=now, chain=chain, known=bool(referral))
    if statement.said is Said.STOP:
        _stop(session, referral, row, routes)
    consequence = CONSEQUENCES.get(statement.said)
    if referral is None or consequence is None:
        return
    known = {task.kind for task in open_tasks(session, referral.need_id)}
    if consequence.task not in known:
        open_task(session, referral.need, consequence.task, consequence.owner, now=now)
    if not _heard(session, referral, row, now):
        announce(session, referral, consequence.template, consequence.audience, now=now)
    session.flush()


def _heard(session: Session, referral: Referral, row: InboundStatement, now: dt.datetime) -> bool:
    """Whether the statement counts as an answer of the person: whoever it concerns is then told,
    and a contradiction with the provider takes its step (protocol T22b).
    """
    if row.kind not in CONTACTED or referral.state not in LIVE:
        return False
    try:
        with session.begin_nested():
            statement_by_person(
                session, referral, contacted=CONTACTED[Said(row.kind)], started=None,
                channel="sms", now=now, words=str(row.words), idempotency_key=str(row.id),
            )  # fmt: skip
    except DomainError as refusal:
        log.warning("referral %s: a statement is not heard: %s", referral.id, refusal.code)
        return False
    return CONTACTED[Said(row.kind)] is False


def _about(session: Session, statement: Statement, routes: list[ContactRoute]) -> Referral | None:
    """By the code; without one by the telephone, if it is one person's only."""
    if statement.code:
        return referral_for_tracking(session, statement.code)
    members = {route.member_id for route in routes}
    if len(members) != 1 or statement.said is Said.UNKNOWN:
        return None
    return latest_referral(session, session.get_one(CaseMember, members.pop()))


def _stop(
    session: Session, referral: Referral | None, row: InboundStatement, routes: list[ContactRoute]
) -> None:
    """No more messages to the telephone that asks; from an unknown one, to none of the person."""
    theirs = routes
    if not routes and referral is not None:
        theirs = [route for route in referral.member.routes if route.safe_to_text]
    for route in theirs:
        route.safe_to_text = False
        outbox.drop(session, recipient=str(route.value))
    outbox.drop(session, recipient=str(row.sender))
    session.flush()


def _reply(row: InboundStatement) -> Reply:
    known = row.referral_id is not None or row.kind in (Said.HELP, Said.STOP)
    template = f"reply-{Said(row.kind).value}" if known else "reply-unknown"
    return Reply(template, row.language)


def _first(session: Session, number: str, words: str, now: dt.datetime) -> InboundStatement | None:
    query = select(InboundStatement).where(InboundStatement.same == _same(number, words, now))
    return session.scalars(query.with_for_update()).one_or_none()


def _same(number: str, words: str, now: dt.datetime) -> str:
    """One hash for what a telephone says in the same words on the same day."""
    statement = read_statement(words)
    said = f"{statement.said}:{statement.code}"
    if statement.said is Said.UNKNOWN:
        said = " ".join(words.casefold().split())
    return KEYRING.digest(SAME, f"{number}:{now.date()}:{said}")


def _too_many(session: Session, sender_digest: str, now: dt.datetime) -> bool:
    return received_since(session, sender_digest, now - HOUR) >= MOST_PER_HOUR


def _language(statement: Statement, routes: list[ContactRoute], default: str) -> str:
    """That of the keyword, else that of whoever has the telephone."""
    if statement.language:
        return statement.language
    return shipped(routes[0].language if routes else default)
