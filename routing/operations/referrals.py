"""Moves a referral along its life: guards, event, clocks, places, disclosures, audit and messages
in one transaction, so that a step has either its whole effect or none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.machine import Step
from directory.core.text import N_
from directory.who import Who
from routing.models import Referral, ReferralEvent
from routing.operations import step_effects
from routing.operations.consequences import ANSWERS, after_step, count_answer
from routing.operations.events import append_event, repeated, same_request, scoped_key
from routing.operations.gathering import Asked, Gathering
from routing.operations.messages import announce_step
from routing.operations.proxy_confirmations import ask_confirmation
from routing.operations.referral_clocks import clocks_after
from routing.operations.step_facts import values_for
from routing.projection import Happened
from routing.queries.scope import acting_roles
from routing.referral_life import LIFE, STATES, ReferralFacts, State

NOTHING: Mapping[str, Any] = MappingProxyType({})
PROVIDER = frozenset({Who.FP, Who.PW})
CODE_LENGTH = 40
Line = Step[State, Who, ReferralFacts]


class StaleVersion(Conflict):
    """Somebody else changed the referral since it was read; ``state`` and ``version`` are now's."""

    code = "stale-version"

    def __init__(self, referral: Referral) -> None:
        word = STATES[referral.state].word
        super().__init__(N_("Somebody else was faster: the status is now “{state}”.", state=word))
        self.state, self.version = referral.state, referral.version
        self.fields = {
            "state": N_("{state}", state=referral.state.value),
            "version": N_("{version}", version=str(referral.version)),
        }


def take_step(
    session: Session, referral: Referral, name: str, *, actor: Actor, role: Who, now: dt.datetime,
    expected_version: int | None = None, idempotency_key: str | None = None,
    details: Mapping[str, Any] = NOTHING,
) -> ReferralEvent:  # fmt: skip
    """Move a referral along its life and remember it; the caller commits.

    ``role`` is the one in which ``actor`` acts: ``NotFound`` if they have none here, ``Forbidden``
    if another. A stale ``expected_version`` is a ``StaleVersion``; a repeated ``idempotency_key``
    gives the first event and changes nothing. ``details`` is what ``forms.steps`` gives for the
    step, with ``by_proxy`` and ``proxy_contact`` when a caseworker acts for a provider.
    """
    with session.begin_nested():
        lock(session, referral)
        key = scoped_key(actor, idempotency_key)
        first = repeated(session, key)
        if first is not None:
            return same_request(first, referral.id, name)
        check_role(session, referral, actor, role)
        if expected_version is not None and expected_version != referral.version:
            raise StaleVersion(referral)
        asked = Asked(
            session=session, referral=referral, name=name, actor=actor, role=role, now=now,
            details=details,
        )  # fmt: skip
        return perform(asked, key=key)


def perform(asked: Asked, *, key: str | None = None) -> ReferralEvent:
    """Take the step, whoever asks; the caller has locked the row and checked the role."""
    session, referral = asked.session, asked.referral
    gathering = Gathering(asked)
    line = line_of(referral.state, asked.name)
    values = values_for(gathering) if line is not None else step_effects.counters(referral)
    record: dict[str, Any] = dict(asked.details)
    if line is not None:
        step_effects.before(line, gathering, values, record)
    by_proxy = bool(asked.details.get("by_proxy"))
    taken = LIFE.check(
        referral.state, asked.name, asked.role, ReferralFacts(**values), by_proxy=by_proxy
    )
    step_effects.record_more(taken, gathering, record)
    _check_record(taken, record)
    source = referral.state
    if asked.name in ANSWERS:
        count_answer(session, referral, asked.now)
    step_effects.move_clocks(taken, gathering)
    event = append_event(
        session, referral, Happened(asked.name, source, taken.target, asked.now, record),
        actor=asked.actor, role=asked.role, code=_code(taken, record), idempotency_key=key,
    )  # fmt: skip
    if by_proxy:
        ask_confirmation(session, referral, event, now=asked.now)
    agreed = step_effects.agreed_dates(gathering)
    clocks_after(session, referral, taken, now=asked.now, agreed=agreed)
    step_effects.after(taken, gathering)
    after_step(session, referral, asked.name, record, actor=asked.actor, now=asked.now)
    _audit(asked, event)
    announce_step(session, referral, asked.name, source, now=asked.now)
    session.flush()
    return event


def lock(session: Session, referral: Referral) -> None:
    """Hold the row until the transaction ends, and read what others have made of it."""
    session.flush()
    session.refresh(referral, with_for_update=True)


def check_role(session: Session, referral: Referral, actor: Actor, role: Who) -> None:
    """``NotFound`` if the actor has no role here, ``Forbidden`` if not this one."""
    roles = acting_roles(session, actor, referral)
    if not roles:
        raise NotFound
    if role not in roles:
        raise Forbidden(N_("Your role does not include this."))


def line_of(state: State, name: str) -> Line | None:
    """The line of the table that the step would take, if it leaves this state."""
    return next((line for line in LIFE.leaving(state) if line.name == name), None)


def chain_of(referral: Referral, role: Who) -> UUID:
    """The organisation in whose audit chain a step is written: the one that acts."""
    return referral.recipient_id if role in PROVIDER else referral.case.organisation_id


def _check_record(taken: Line, record: Mapping[str, Any]) -> None:
    if lacking := taken.lacking(record):
        raise Invalid({name: N_("Please fill this in.") for name in lacking})


def _code(taken: Line, record: Mapping[str, Any]) -> str | None:
    if taken.name == "expire":
        return "R28"
    code = record.get("code") or record.get("reason")
    return str(code) if code and len(str(code)) <= CODE_LENGTH and " " not in str(code) else None


def _audit(asked: Asked, event: ReferralEvent) -> None:
    referral = asked.referral
    audit.record(
        asked.session, asked.actor, f"routing:referral:{asked.name}", f"referral:{referral.id}",
        now=asked.now, chain=chain_of(referral, asked.role), event=str(event.id),
        source=event.source, target=event.target, role=asked.role.value, code=event.code,
        consent=str(referral.consent_id) if referral.consent_id else None,
    )  # fmt: skip
