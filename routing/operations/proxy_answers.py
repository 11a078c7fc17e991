"""The provider answers, with one tap, for what was noted in their name."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict
from directory.core.text import N_
from directory.who import Who
from routing.clocks import Audience
from routing.models import ProxyConfirmation
from routing.operations.events import append_event
from routing.operations.messages import announce
from routing.operations.referrals import lock
from routing.projection import CONFIRM_PROXY, Happened
from routing.referral_states import LIVE

DENIED = "proxy-denied"


def answer_proxy(
    session: Session, row: ProxyConfirmation, *, is_true: bool, actor: Actor, now: dt.datetime
) -> ProxyConfirmation:
    """Keep the answer; a "no" changes no state and alerts both caseworker and supervisor.

    The caller has found the row for this actor (``queries.proxies``). ``Conflict`` when somebody
    of the provider has answered otherwise before.
    """
    referral = row.referral
    with session.begin_nested():
        lock(session, referral)
        session.refresh(row)
        if row.answered_at is not None:
            if row.is_true is not is_true:
                raise Conflict(N_("Somebody of your organisation has already answered."))
            return row
        row.answered_at, row.is_true, row.answered_by_id = now, is_true, actor.user_id
        if referral.state in LIVE:
            details = {"number": row.event.number, "step": row.event.step, "is_true": is_true}
            happened = Happened(CONFIRM_PROXY, referral.state, referral.state, now, details)
            append_event(session, referral, happened, actor=actor, role=Who.FP)
        audit.record(
            session, actor, "routing:referral:confirm-proxy", f"referral:{referral.id}", now=now,
            chain=referral.recipient_id, event=str(row.event_id), is_true=is_true,
        )  # fmt: skip
        if not is_true:
            announce(session, referral, DENIED, {Audience.RC, Audience.RS}, now=now)
    return row
