"""Telling the person what came of it, trying to reach them, and agreeing to void: notes that are
events of the referral but change no state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_
from directory.who import Who
from routing.attempts import OUTCOMES, Outcome
from routing.clocks import Clock
from routing.models import ContactAttempt, ContactRoute, Referral, ReferralEvent
from routing.operations.announced_calls import keep_call
from routing.operations.events import append_event, repeated, same_request, scoped_key
from routing.operations.reaching import found
from routing.operations.referral_clocks import stop_clock
from routing.operations.referrals import (
    StaleVersion,
    chain_of,
    check_role,
    lock,
)
from routing.projection import APPROVE_VOID, ATTEMPT, INFORM, Happened
from routing.referral_states import LIVE

TELLERS = frozenset({Who.RC, Who.RS, Who.FP, Who.PW})
"""The caseworker owns it; the provider may do it."""
APPROVERS = frozenset({Who.RS, Who.DPO})
CHANNELS = ("phone", "visit", "office", "sms", "email", "trusted-contact")


def inform(
    session: Session, referral: Referral, *, actor: Actor, role: Who, now: dt.datetime,
    channel: str, reached: bool, reply: str = "", expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> ReferralEvent:  # fmt: skip
    """Note that the person was told what came of the referral, or that telling them failed.

    Once reached, the clock for telling them stops; a new outcome starts it again.
    """
    if channel not in CHANNELS:
        raise Invalid({"channel": N_("Please choose one of the list.")})
    details = {"channel": channel, "reached": reached, "reply": reply}
    event = _note(
        session, referral, INFORM, details, actor=actor, role=role, now=now, allowed=TELLERS,
        expected_version=expected_version, idempotency_key=idempotency_key,
    )  # fmt: skip
    if reached:
        stop_clock(session, referral, Clock.INFORM, now)
        session.flush()
    return event


def record_attempt(
    session: Session, referral: Referral, *, actor: Actor, role: Who, now: dt.datetime,
    route: ContactRoute, outcome: Outcome, announced: bool = False,
    idempotency_key: str | None = None,
) -> ContactAttempt:  # fmt: skip
    """One try to reach the person: by whom, when, which way, and how it ended.

    It is ``announced`` if a message of ours had said so, whatever the caller says.
    """
    if outcome not in OUTCOMES or route.member_id != referral.member_id:
        raise Invalid({"route": N_("Please choose one of the list.")})
    key = scoped_key(actor, idempotency_key)
    first = repeated(session, key)
    if first is not None:
        return session.get_one(ContactAttempt, UUID(str(first.details["attempt"])))
    row = ContactAttempt(
        member_id=referral.member_id, referral_id=referral.id, route_id=route.id,
        by_role=role.value, by=actor.label, at=now, outcome=outcome.value,
        announced=keep_call(session, route, now=now) or announced,
    )  # fmt: skip
    with session.begin_nested():
        session.add(row)
        session.flush()
        details = {"outcome": outcome.value, "route": str(route.id), "attempt": str(row.id)}
        _note(
            session, referral, ATTEMPT, details, actor=actor, role=role, now=now,
            allowed=TELLERS, idempotency_key=idempotency_key,
        )  # fmt: skip
        found(session, referral.case, route, outcome, actor=actor, now=now)
    return row


def approve_void(
    session: Session, referral: Referral, *, actor: Actor, role: Who, now: dt.datetime, reason: str
) -> ReferralEvent:
    """The first of the two persons who must agree that the referral was entered in error.

    The supervisor and the data-protection officer each approve; the second takes the step "void".
    """
    if not reason.strip():
        raise Invalid({"reason": N_("Please give a reason.")})
    return _note(
        session, referral, APPROVE_VOID, {"reason": reason}, actor=actor, role=role, now=now,
        allowed=APPROVERS,
    )  # fmt: skip


def _note(
    session: Session, referral: Referral, name: str, details: Mapping[str, Any], *, actor: Actor,
    role: Who, now: dt.datetime, allowed: frozenset[Who], expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> ReferralEvent:  # fmt: skip
    with session.begin_nested():
        lock(session, referral)
        key = scoped_key(actor, idempotency_key)
        first = repeated(session, key)
        if first is not None:
            return same_request(first, referral.id, name)
        check_role(session, referral, actor, role)
        if role not in allowed:
            raise Forbidden(N_("Your role does not include this."))
        if expected_version is not None and expected_version != referral.version:
            raise StaleVersion(referral)
        if referral.state not in LIVE:
            raise Conflict(N_("This referral is over."))
        happened = Happened(name, referral.state, referral.state, now, details)
        event = append_event(
            session, referral, happened, actor=actor, role=role, idempotency_key=key
        )
        audit.record(
            session, actor, f"routing:referral:{name}", f"referral:{referral.id}", now=now,
            chain=chain_of(referral, role), event=str(event.id), role=role.value,
        )  # fmt: skip
        return event
