"""Steps that were noted for a provider by telephone: to confirm, and counted apart until then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.core.text import Text
from routing.models import Case, ProxyConfirmation, Referral
from routing.queries.case_history import step_words
from routing.queries.scope import case_seen_by, recipient_organisations
from routing.referral_states import State


@dataclass(frozen=True, slots=True)
class Proxy:
    """One step to confirm; nothing about the person."""

    row: ProxyConfirmation
    step: Text
    spoken_to: str
    """Who of the provider gave the answer by telephone, as the caseworker noted it."""


@dataclass(frozen=True, slots=True)
class ProxyCount:
    """How many steps of a provider were noted by telephone, and what the provider says of them."""

    confirmed: int = 0
    denied: int = 0
    waiting: int = 0
    late: int = 0
    """Waiting, and the time to confirm is over."""


def proxies_to_confirm(session: Session, actor: Actor) -> list[Proxy]:
    """What the actor's organisations have still to answer, the first due first."""
    organisations = recipient_organisations(actor)
    query = (
        select(ProxyConfirmation)
        .join(Referral, Referral.id == ProxyConfirmation.referral_id)
        .where(
            Referral.recipient_id.in_(organisations), ProxyConfirmation.answered_at.is_(None)
        )
        .options(
            joinedload(ProxyConfirmation.referral), joinedload(ProxyConfirmation.event)
        )
        .order_by(ProxyConfirmation.due_at, ProxyConfirmation.id)
    )  # fmt: skip
    return [_proxy(row) for row in session.scalars(query)]


def proxy_for(session: Session, actor: Actor, key: UUID) -> ProxyConfirmation:
    """The row, or ``NotFound`` if it is not for an organisation of the actor."""
    query = (
        select(ProxyConfirmation)
        .join(Referral, Referral.id == ProxyConfirmation.referral_id)
        .where(
            ProxyConfirmation.id == key,
            Referral.recipient_id.in_(recipient_organisations(actor)),
        )
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def proxies_of(session: Session, referral: Referral) -> dict[int, ProxyConfirmation]:
    """By the number of the event."""
    query = select(ProxyConfirmation).where(ProxyConfirmation.referral_id == referral.id)
    return {row.event.number: row for row in session.scalars(query)}


def proxy_counts(session: Session, actor: Actor, *, now: dt.datetime) -> dict[UUID, ProxyCount]:
    """For each provider, in the cases that ``actor`` sees: confirmed ones are not the others."""
    query = (
        select(Referral.recipient_id, ProxyConfirmation)
        .join(Referral, Referral.id == ProxyConfirmation.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .where(case_seen_by(actor))
    )
    rows: dict[UUID, list[ProxyConfirmation]] = {}
    for recipient, row in session.execute(query):
        rows.setdefault(recipient, []).append(row)
    return {recipient: _count(found, now) for recipient, found in rows.items()}


def _count(rows: list[ProxyConfirmation], now: dt.datetime) -> ProxyCount:
    waiting = [row for row in rows if row.answered_at is None]
    return ProxyCount(
        confirmed=sum(row.is_true is True for row in rows),
        denied=sum(row.is_true is False for row in rows),
        waiting=len(waiting),
        late=sum(row.due_at <= now for row in waiting),
    )


def _proxy(row: ProxyConfirmation) -> Proxy:
    words = step_words(row.event.step, State(row.event.source))
    return Proxy(row, words, str(row.event.details.get("proxy_contact") or ""))
