"""Messages as people read them: those to an account, and those about a referral."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.outbox import (
    LOG,
    STATE_WORDS,
    MessageState,
    OutboxMessage,
    address_digest,
    messages_about,
)
from directory.core.text import N_, Text
from directory.who import LABELS, Who
from routing.clocks import Audience
from routing.message_texts import text_of
from routing.models import Referral
from routing.queries.scope import recipient_organisations

BEN = Who.BEN.value
"""Audience of what goes to the person accompanied."""
PROVIDER = frozenset({Audience.FP, Audience.DEPUTY, Audience.PW})
LOG_ONLY = N_("written to the log only: no gateway is set up")
DEPUTY = N_("Deputy of the focal point")


@dataclass(frozen=True, slots=True)
class AccountMessage:
    """One message to an account."""

    id: UUID
    says: Text
    at: dt.datetime
    is_new: bool
    referral: Referral | None
    """What it is about, if it is a referral."""
    listing_id: UUID | None
    received: bool
    """The account's organisation received the referral; else it follows it as the sender."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """How far a message about a referral has come; never to which address."""

    to: Text
    template: str
    language: str
    state: MessageState
    word: Text
    at: dt.datetime
    """When it was sent, else when it was queued."""
    to_person: bool
    says: Text | None
    """What happened, for a message to an account."""


def messages_to(
    session: Session, actor: Actor, email: str, *, limit: int, offset: int = 0
) -> list[AccountMessage]:
    """The messages to the account, newest first."""
    query = (
        select(OutboxMessage)
        .where(_to(email))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(limit)
        .offset(offset)
    )
    rows = session.scalars(query).all()
    referrals = _referrals(session, rows)
    ours = recipient_organisations(actor)
    return [
        AccountMessage(
            row.id, text_of(row.template).says, row.created_at, row.read_at is None,
            referral := referrals.get(row.subject), _key(row.subject, "listing"),
            referral is not None and referral.recipient_id in ours,
        )
        for row in rows
    ]  # fmt: skip


def new_messages(session: Session, email: str) -> int:
    """How many messages the account has not read."""
    query = select(func.count(OutboxMessage.id)).where(_to(email), OutboxMessage.read_at.is_(None))
    return session.scalars(query).one()


def message_lines(
    session: Session, referral: Referral, *, to_person_only: bool = False
) -> list[MessageLine]:
    """The messages to the person and to the provider about a referral, oldest first."""
    shown = {BEN} if to_person_only else {BEN, *(who.value for who in PROVIDER)}
    rows = messages_about(session, f"referral:{referral.id}")
    return [_line(row) for row in rows if row.audience in shown]


def _line(row: OutboxMessage) -> MessageLine:
    to_person = row.audience == BEN
    to = DEPUTY if row.audience == Audience.DEPUTY else LABELS[Who(row.audience)]
    in_log = row.channel == LOG and row.state == MessageState.SENT
    return MessageLine(
        to, row.template, row.language, row.state, LOG_ONLY if in_log else STATE_WORDS[row.state],
        row.sent_at or row.created_at, to_person, None if to_person else text_of(row.template).says,
    )  # fmt: skip


def _to(email: str) -> ColumnElement[bool]:
    return OutboxMessage.recipient_digest == address_digest(email)


def _referrals(session: Session, rows: Sequence[OutboxMessage]) -> dict[str, Referral]:
    keys = {key for row in rows if (key := _key(row.subject, "referral")) is not None}
    if not keys:
        return {}
    found = session.scalars(select(Referral).where(Referral.id.in_(keys)))
    return {f"referral:{referral.id}": referral for referral in found}


def _key(subject: str, kind: str) -> UUID | None:
    name, _, key = subject.partition(":")
    return UUID(key) if name == kind else None
