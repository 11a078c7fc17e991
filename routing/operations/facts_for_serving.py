"""What the guards from acceptance to the end of the service need to know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from directory.who import Who
from routing.case_life import State as CaseState
from routing.models import ContactAttempt
from routing.operations.gathering import Gathering
from routing.operations.referral_clocks import calendar_for
from routing.queries.reaching import provider_summary, search_summary
from routing.referral_life import State

ANSWERED = frozenset({"1", "2", "3", "4", "5", "refused"})


def acceptance_facts(it: Gathering) -> dict[str, Any]:
    """Whether the service would end before its programme does."""
    listing, start, offer = it.referral.listing, it.asked.date("start_on"), it.asks.offer
    if offer.programme_ends_on is None or start is None:
        return {"ends_before_programme": True}
    last = start + dt.timedelta(days=listing.duration_days or 0)
    latest = offer.programme_ends_on - dt.timedelta(days=offer.end_margin_days)
    return {"ends_before_programme": last <= latest}


def waiting_facts(it: Gathering) -> dict[str, Any]:
    """Until when the person would wait."""
    days = it.referral.listing.waitlist_days
    return {
        "next_on": it.asked.date("next_on"),
        "wait_ends_on": it.asked.today + dt.timedelta(days=days) if days is not None else None,
    }


def pause_facts(it: Gathering) -> dict[str, Any]:
    """How long the pause would be."""
    resume_on = it.asked.date("resume_on")
    return {"resume_in_days": (resume_on - it.asked.today).days if resume_on else None}


def provider_attempts(it: Gathering) -> dict[str, Any]:
    """How the provider tried to reach the person."""
    calendar = calendar_for(it.referral)
    return {"attempts": provider_summary(it.session, it.referral, calendar)}


def sender_attempts(it: Gathering) -> dict[str, Any]:
    """How the sender's side tried to reach the person, and since when the case is dormant."""
    case = it.referral.case
    dormant = case.state is CaseState.DORMANT
    return {
        "attempts": search_summary(it.session, case, it.referral.member),
        "dormant_days": (it.asked.now - case.state_since).days if dormant else 0,
    }


def satisfaction_facts(it: Gathering) -> dict[str, Any]:
    """Whether the person was asked how it was."""
    completed = [event.at for event in it.events if event.target == State.COMPLETED]
    query = select(ContactAttempt.id).where(
        ContactAttempt.referral_id == it.referral.id,
        ContactAttempt.by_role.in_((Who.RC, Who.RS)),
        ContactAttempt.at >= completed[-1],
    )
    return {
        "satisfaction_answered": it.asked.text("satisfaction") in ANSWERED,
        "satisfaction_attempts": len(it.session.scalars(query).all()),
    }
