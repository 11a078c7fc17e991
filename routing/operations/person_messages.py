"""A caseworker writes to the person, or to whom they trust: when we call, or "please call us"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.outbox import MessageState, address_digest, messages_about
from directory.core.text import N_
from directory.who import Who
from directory.working_days import calendar_of
from routing.announced_calls import call_problem, instant_of, keeps_to
from routing.models import ContactRoute, Referral
from routing.operations.messages import write_to_person
from routing.operations.referrals import check_role
from routing.referral_states import LIVE

CALL_ANNOUNCED, PLEASE_CALL = "person-call-announced", "person-please-call"
TO_TRUSTED_CONTACT = "contact-please-call"
WRITERS = frozenset({Who.RC, Who.RS})
AGAIN = dt.timedelta(minutes=10)
"""The same message within so long is the same one [P]."""
ARRIVED = (MessageState.SENT, MessageState.DELIVERED)


def announce_call(
    session: Session, referral: Referral, route: ContactRoute, *, actor: Actor, role: Who,
    day: dt.date, hour: dt.time, now: dt.datetime,
) -> None:  # fmt: skip
    """Queue "we will call you on … at …", in the civil time of the country.

    A try to reach the person by this route at that hour then counts as announced.
    """
    problem = call_problem(day, hour, calendar_of(referral.case.country), now=now)
    if problem is not None:
        raise Invalid({"day": problem})
    details = {"day": day.isoformat(), "hour": f"{hour:%H:%M}"}
    _write(session, referral, route, CALL_ANNOUNCED, details, actor=actor, role=role, now=now)


def ask_to_call(
    session: Session, referral: Referral, route: ContactRoute, *, actor: Actor, role: Who,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Queue "please call us"; to a trusted contact without the code."""
    template = please_call_text(route)
    _write(session, referral, route, template, {}, actor=actor, role=role, now=now)


def please_call_text(route: ContactRoute) -> str:
    """The code of the text that asks for a call."""
    return TO_TRUSTED_CONTACT if route.kind == "trusted-contact" else PLEASE_CALL


def was_announced(
    session: Session, referral: Referral, route: ContactRoute, at: dt.datetime
) -> bool:
    """Whether a message that has gone had said that this route is called at that hour."""
    calendar, digest = calendar_of(referral.case.country), address_digest(str(route.value))
    return any(
        keeps_to(
            instant_of(
                dt.date.fromisoformat(row.details["day"]),
                dt.time.fromisoformat(row.details["hour"]),
                calendar,
            ),
            at,
        )
        for row in messages_about(session, f"referral:{referral.id}")
        if row.template == CALL_ANNOUNCED
        and row.state in ARRIVED
        and row.recipient_digest == digest
    )


def _write(
    session: Session, referral: Referral, route: ContactRoute, template: str,
    details: Mapping[str, str], *, actor: Actor, role: Who, now: dt.datetime,
) -> None:  # fmt: skip
    check_role(session, referral, actor, role)
    if role not in WRITERS:
        raise Forbidden(N_("Your role does not include this."))
    if referral.state not in LIVE:
        raise Conflict(N_("This referral is over."))
    if route.kind == "trusted-contact" and template == CALL_ANNOUNCED:
        raise Invalid({"route": N_("A trusted contact only gets “please call us”.")})
    if _is_there(session, referral, route, template, details, now):
        return
    if route.member_id != referral.member_id or not write_to_person(
        session, referral, template, now=now, route=route, details=details
    ):
        raise Invalid({"route": N_("The person did not say that writing there is safe.")})
    session.flush()
    audit.record(
        session, actor, "routing:referral:write-to-person", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, template=template, route=str(route.id),
    )  # fmt: skip


def _is_there(
    session: Session, referral: Referral, route: ContactRoute, template: str,
    details: Mapping[str, str], now: dt.datetime,
) -> bool:  # fmt: skip
    """The button was pressed twice: the same message was queued a moment ago."""
    digest = address_digest(str(route.value))
    return any(
        row.template == template
        and row.recipient_digest == digest
        and (row.details or {}) == details
        and row.created_at > now - AGAIN
        for row in messages_about(session, f"referral:{referral.id}")
    )
