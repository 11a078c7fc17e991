"""Records a follow-up: the person was asked how it goes, or it was tried."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_
from directory.who import Who
from routing.attempts import Outcome
from routing.clocks import Audience
from routing.follow_ups import ASKERS, Said, problems
from routing.models import ContactAttempt, ContactRoute, PersonAnswer, Referral
from routing.operations import needs
from routing.operations.events import scoped_key
from routing.operations.follow_up_schedule import finish_due, first_month_over
from routing.operations.informing import CHANNELS, record_attempt
from routing.operations.messages import announce
from routing.operations.person_statements import keep_answer, react
from routing.operations.referrals import check_role, lock
from routing.referral_states import LIVE

ASKING = frozenset({Who.RC, Who.RS})
COMPLAINT = "record-complaint"
PAID_FOR_FREE = "paid-for-free-service"
STOPPED = "person-has-stopped"
FREE = "free"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asked, how, and by which way the person was reached."""

    asker: str
    channel: str
    route: ContactRoute | None = None


def record_follow_up(
    session: Session, referral: Referral, said: Said, how: Conversation, *, actor: Actor,
    role: Who, now: dt.datetime, idempotency_key: str | None = None,
) -> PersonAnswer:  # fmt: skip
    """What the person answered; everything that is due for the referral is done with it.

    A contradiction of the provider is taken up at once, another need is opened, a wish to complain
    becomes a task. ``Invalid`` with every problem by field; a repeated key gives the first answer.
    """
    _check(session, referral, said, how, now)
    with session.begin_nested():
        lock(session, referral)
        _may(session, referral, actor, role)
        key = scoped_key(actor, idempotency_key)
        row, is_new = keep_answer(
            session, referral, said, asker=how.asker, channel=how.channel, actor=actor, now=now,
            key=key,
        )  # fmt: skip
        if not is_new:
            return row
        if how.route is not None:
            record_attempt(
                session, referral, actor=actor, role=role, now=now, route=how.route,
                outcome=Outcome.REACHED,
            )  # fmt: skip
        finish_due(session, referral, now=now)
        react(session, referral, said, asker=how.asker, channel=how.channel, actor=actor, now=now)
        _follow(session, referral, said, actor=actor, now=now)
    return row


def record_not_reached(
    session: Session, referral: Referral, route: ContactRoute, outcome: Outcome, *, actor: Actor,
    role: Who, now: dt.datetime, announced: bool = False, idempotency_key: str | None = None,
) -> ContactAttempt:  # fmt: skip
    """The follow-up was tried; it stays due, and the attempt counts towards the unreachable rule."""
    if outcome is Outcome.REACHED:
        raise Invalid({"outcome": N_("If the person was reached, note what they said.")})
    return record_attempt(
        session, referral, actor=actor, role=role, now=now, route=route, outcome=outcome,
        announced=announced, idempotency_key=idempotency_key,
    )  # fmt: skip


def _check(
    session: Session, referral: Referral, said: Said, how: Conversation, now: dt.datetime
) -> None:
    wrong = problems(said, after_first_month=first_month_over(session, referral, now=now))
    if how.asker not in ASKERS:
        wrong["asker"] = N_("Please choose one of the list.")
    if how.channel not in CHANNELS:
        wrong["channel"] = N_("Please choose one of the list.")
    if wrong:
        raise Invalid(wrong)


def _may(session: Session, referral: Referral, actor: Actor, role: Who) -> None:
    check_role(session, referral, actor, role)
    if role not in ASKING:
        raise Forbidden(N_("Your role does not include this."))
    if referral.state not in LIVE or referral.sent_at is None:
        raise Conflict(N_("This referral is over."))


def _follow(
    session: Session, referral: Referral, said: Said, *, actor: Actor, now: dt.datetime
) -> None:
    """What else follows from the answers."""
    if said.need:
        needs.open_need(
            session, referral.member, actor=actor, now=now, category=said.need,
            detail=said.words or None,
        )  # fmt: skip
    if said.complaint:
        needs.open_task(session, referral.need, COMPLAINT, Who.RC, now=now)
    if said.still_going is False and said.started is not False:
        needs.open_task(session, referral.need, needs.DECIDE_NEXT, Who.RC, now=now)
        announce(session, referral, STOPPED, {Audience.FP}, now=now)
    if said.paid and referral.listing.cost_model == FREE:
        announce(session, referral, PAID_FOR_FREE, {Audience.RS}, now=now)
