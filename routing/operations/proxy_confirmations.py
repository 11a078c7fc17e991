"""Asks the provider to confirm a step that the caseworker noted for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from routing.clocks import Audience
from routing.models import ProxyConfirmation, Referral, ReferralEvent
from routing.operations.messages import announce
from routing.operations.referral_clocks import calendar_for
from routing.proxies import CONFIRM_WITHIN

ASKED = "confirm-proxy"


def ask_confirmation(
    session: Session, referral: Referral, event: ReferralEvent, *, now: dt.datetime
) -> None:
    """The focal point is asked; until they answer it is counted apart."""
    due_at = CONFIRM_WITHIN[referral.priority].after(now, calendar_for(referral))
    session.add(
        ProxyConfirmation(
            referral_id=referral.id, event_id=event.id, due_at=due_at.astimezone(dt.UTC)
        )
    )
    announce(session, referral, ASKED, {Audience.FP}, now=now)
