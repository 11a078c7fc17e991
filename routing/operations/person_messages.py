"""A caseworker writes to the person, or to whom they trust: when we call, or "please call us"."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.outbox import address_digest, messages_about
from directory.core.text import N_
from directory.who import Who
from routing.models import ContactRoute, Referral
from routing.operations.announced_calls import ANNOUNCEMENT, promise_call
from routing.operations.messages import write_to_person
from routing.operations.referrals import check_role
from routing.referral_states import LIVE

PLEASE_CALL = "person-please-call"
TO_TRUSTED_CONTACT = "contact-please-call"
WRITERS = frozenset({Who.RC, Who.RS})
AGAIN = dt.timedelta(minutes=10)
"""The same message within so long is the same one [P]."""


def announce_call(
    session: Session, referral: Referral, route: ContactRoute, *, actor: Actor, role: Who,
    day: dt.date, hour: dt.time, now: dt.datetime,
) -> None:  # fmt: skip
    """Queue "we will call you on … at …"; see ``promise_call``."""
    _check_writer(session, referral, actor, role)
    _, is_new = promise_call(
        session, referral.member, route, day, hour, actor=actor, now=now, referral=referral
    )
    if is_new:
        _audit(session, referral, route, ANNOUNCEMENT, actor, now)


def ask_to_call(
    session: Session, referral: Referral, route: ContactRoute, *, actor: Actor, role: Who,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Queue "please call us"; to a trusted contact without the code."""
    _check_writer(session, referral, actor, role)
    template = please_call_text(route)
    if _was_just_asked(session, referral, route, template, now):
        return
    if route.member_id != referral.member_id or not write_to_person(
        session, referral, template, now=now, route=route
    ):
        raise Invalid({"route": N_("The person did not say that writing there is safe.")})
    _audit(session, referral, route, template, actor, now)


def please_call_text(route: ContactRoute) -> str:
    """The code of the text that asks for a call."""
    return TO_TRUSTED_CONTACT if route.kind == "trusted-contact" else PLEASE_CALL


def _check_writer(session: Session, referral: Referral, actor: Actor, role: Who) -> None:
    check_role(session, referral, actor, role)
    if role not in WRITERS:
        raise Forbidden(N_("Your role does not include this."))
    if referral.state not in LIVE:
        raise Conflict(N_("This referral is over."))


def _audit(
    session: Session, referral: Referral, route: ContactRoute, template: str, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "routing:referral:write-to-person", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, template=template, route=str(route.id),
    )  # fmt: skip


def _was_just_asked(
    session: Session, referral: Referral, route: ContactRoute, template: str, now: dt.datetime
) -> bool:
    """The button was pressed twice: the same message was queued a moment ago."""
    digest = address_digest(str(route.value))
    return any(
        row.template == template and row.recipient_digest == digest and row.created_at > now - AGAIN
        for row in messages_about(session, f"referral:{referral.id}")
    )
