"""Messages about a referral, put into the outbox of the running transaction.

Their texts name neither the person nor the service (protocol A.17); the code of the referral does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.i18n import shipped
from routing.clocks import Audience, Clock
from routing.models import ContactRoute, Referral
from routing.operations.referral_clocks import calendar_for, running_clocks
from routing.queries.audiences import addresses, safe_text_route
from routing.referral_states import READABLE, State

A = Audience
AFTER_STEP: dict[str, tuple[tuple[str, frozenset[Audience]], ...]] = {
    "send": (("referral-received", frozenset({A.FP})),),
    "accept": (("referral-accepted", frozenset({A.RC})),),
    "offer": (("referral-accepted", frozenset({A.RC})),),
    "ask-info": (("referral-question", frozenset({A.RC})),),
    "provide-info": (("referral-answered", frozenset({A.FP})),),
    "waitlist": (("referral-waitlisted", frozenset({A.RC})),),
    "complete": (("referral-completed", frozenset({A.RC})),),
    "dispute": (("referral-disputed", frozenset({A.RS, A.FP})),),
    "contest": (("referral-contested", frozenset({A.FP})),),
    "payload-stale": (("referral-outdated", frozenset({A.RC})),),
    "draft-expire": (("draft-dropped", frozenset({A.RC, A.RS})),),
    "lost": (("referral-lost", frozenset({A.RS})),),
}
"""Who hears what after a step, besides the returns."""
NO_REPLY = frozenset({"info-expire", "expire"})
SILENT = frozenset({"reject", "close", "revoke"})
"""The provider knows already, or gets a notice of its own."""


BEN = "BEN"
"""Audience of what goes to the person accompanied."""


def announce_step(
    session: Session, referral: Referral, step: str, source: State, *, now: dt.datetime
) -> None:
    """Tell those whom the step concerns."""
    for template, audience in AFTER_STEP.get(step, ()):
        announce(session, referral, template, audience, now=now)
    if step == "send" and referral.parent_id is None:
        _promise_an_answer(session, referral, now)
    if referral.state is State.RETURNED:
        announce(session, referral, "referral-returned", {A.RC}, now=now)
    if source in READABLE and referral.state not in READABLE and step not in SILENT:
        announce(session, referral, "referral-no-longer-yours", {A.FP}, now=now)


def announce(
    session: Session, referral: Referral, template: str, audience: Iterable[Audience], *,
    now: dt.datetime,
) -> None:  # fmt: skip
    """One message to each account of the audiences."""
    told = {found: who for who in sorted(audience) for found in addresses(session, referral, who)}
    for address, who in sorted(told.items()):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"referral:{referral.id}", audience=who.value, now=now,
        )  # fmt: skip


def write_to_person(
    session: Session, referral: Referral, template: str, *, now: dt.datetime,
    route: ContactRoute | None = None, details: Mapping[str, str] | None = None,
) -> bool:  # fmt: skip
    """Queue a message to the person, if they said that writing to them is safe.

    It waits for the morning of their country, and is in their language where we have it.
    """
    route = route or safe_text_route(referral)
    if route is None or not route.safe_to_text:
        return False
    outbox.announce(
        session, template=template, recipient=route.value, language=shipped(route.language),
        subject=f"referral:{referral.id}", audience=BEN, country=referral.case.country,
        details=details, now=now,
    )  # fmt: skip
    return True


def tell_person(session: Session, referral: Referral, template: str, *, now: dt.datetime) -> bool:
    """As ``write_to_person``; true only where a gateway carries the message.

    Whoever must be told is not told by a line in the log: the caseworker then has to speak to them.
    """
    route = safe_text_route(referral)
    queued = write_to_person(session, referral, template, now=now, route=route)
    return queued and route is not None and outbox.POST.reaches(route.value)


def _promise_an_answer(session: Session, referral: Referral, now: dt.datetime) -> None:
    """What happens by when, and whom to call (protocol F10)."""
    due = [row.due_at for row in running_clocks(session, referral) if row.name == Clock.DECISION]
    if due:
        day = due[0].astimezone(calendar_for(referral).zone).date()
        write_to_person(
            session, referral, "person-received", now=now, details={"day": day.isoformat()}
        )
