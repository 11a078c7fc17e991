"""A call whose day and hour the person is told: one promise, wherever it was announced (protocol F8)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.i18n import shipped
from directory.core.text import N_
from directory.working_days import calendar_of
from routing.announced_calls import call_problem, instant_of, keeps_to
from routing.models import AnnouncedCall, CaseMember, ContactRoute, Referral
from routing.operations.messages import BEN
from routing.queries.reaching import announced_calls, has_gone, is_announced

ANNOUNCEMENT = "person-call-announced"
WRITTEN = ("phone", "email")
"""Ways by which a message can go."""


def promise_call(
    session: Session, member: CaseMember, route: ContactRoute, day: dt.date, hour: dt.time, *,
    actor: Actor, now: dt.datetime, referral: Referral | None = None,
) -> tuple[AnnouncedCall, bool]:  # fmt: skip
    """Queue "we will call you on … at …", in the civil time of the country.

    The call, and whether it is new: pressing twice promises once, while the
    message has not failed. Raises ``Invalid`` for an hour
    that nobody would wait for, or a way that is not safe.
    """
    calendar = calendar_of(member.case.country)
    problem = call_problem(day, hour, calendar, now=now)
    if problem is not None:
        raise Invalid({"day": problem})
    _check_route(member, route)
    call_at = instant_of(day, hour, calendar)
    for known in announced_calls(session, route):
        if known.call_at == call_at and is_announced(session, known, route):
            return known, False
    row = AnnouncedCall(
        member_id=member.id, route_id=route.id, call_at=call_at, announced_at=now,
        announced_by_id=actor.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    subject = f"referral:{referral.id}" if referral is not None else f"announced_call:{row.id}"
    outbox.announce(
        session, template=ANNOUNCEMENT, recipient=route.value, language=shipped(route.language),
        subject=subject, audience=BEN, country=member.case.country, now=now,
        details={"day": day.isoformat(), "hour": f"{hour:%H:%M}", "announced_call": str(row.id)},
    )  # fmt: skip
    return row, True


def keep_call(session: Session, route: ContactRoute, *, now: dt.datetime) -> bool:
    """Whether this try is a call that a message had announced; the promise is kept with it.

    A message that has not left, or that no gateway carried, has announced nothing.
    """
    kept = [
        call
        for call in announced_calls(session, route)
        if keeps_to(call.call_at, now) and has_gone(session, call, route)
    ]
    for call in kept:
        call.kept_at = call.kept_at or now
    return bool(kept)


def _check_route(member: CaseMember, route: ContactRoute) -> None:
    if route.member_id != member.id:
        raise Invalid({"route": N_("Please choose one of the list.")})
    if route.kind == "trusted-contact":
        raise Invalid({"route": N_("A trusted contact only gets “please call us”.")})
    if route.kind not in WRITTEN or not route.safe_to_text:
        raise Invalid({"route": N_("The person did not say that writing there is safe.")})
