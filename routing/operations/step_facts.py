"""Gathers what the guards of a step need to know, from the database, inside the transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from directory.who import Who
from routing.case_life import State as CaseState
from routing.operations.facts_after_return import (
    approval_facts,
    child_facts,
    draft_facts,
    follow_up_facts,
    gap_facts,
)
from routing.operations.facts_for_sending import (
    answer_facts,
    consent_facts,
    file_facts,
    freshness,
    payload_facts,
    question_facts,
    withdrawal_facts,
)
from routing.operations.facts_for_serving import (
    acceptance_facts,
    pause_facts,
    provider_attempts,
    satisfaction_facts,
    sender_attempts,
    waiting_facts,
)
from routing.operations.follow_up_schedule import first_month_over
from routing.operations.gathering import Gathering
from routing.operations.referral_clocks import overdue_steps
from routing.projection import INFORM
from routing.queries.scope import in_team
from routing.referral_life import State

MONTH_DAYS = 30
TELLING = frozenset({"first-contact", "start", "person-refuses", "dispute"})
"""Steps that cannot happen without the person hearing of the referral."""


def values_for(it: Gathering) -> dict[str, Any]:
    """Everything the guards of this step look at, by the names of ``ReferralFacts``."""
    values: dict[str, Any] = {}
    for part in (*ALWAYS, *PARTS.get(it.asked.name, ())):
        values |= part(it)
    return values | it.asked.found


def _counters(it: Gathering) -> dict[str, Any]:
    referral = it.referral
    return {
        "priority": referral.priority,
        "info_rounds": referral.info_rounds,
        "contest_count": referral.contests,
        "dispute_count": referral.disputes,
        "depth": referral.depth,
        "total_hold_days": _hold_days(it),
        "listing_state": referral.listing.state,
        "steps_due": overdue_steps(it.session, referral, it.asked.now),
    }


def _given(it: Gathering) -> dict[str, Any]:
    asked = it.asked
    detail = asked.details.get("detail")
    return {
        "by_proxy": bool(asked.details.get("by_proxy")),
        "proxy_contact": asked.text("proxy_contact"),
        "recipient_user_named": asked.actor.user_id is not None
        and asked.role in (Who.FP, Who.PW)
        and it.referral.recipient_id in asked.actor.organisations(),
        "reason": asked.text("reason"),
        "exceptional_code": asked.text("code"),
        "rejection_code": asked.text("code"),
        "rejection_detail": detail if isinstance(detail, Mapping) else {},
        "drop_out_code": asked.text("code"),
        "after_first_month": _after_first_month(it),
        "statement": asked.text("statement"),
        "asker": asked.text("asker"),
        "channel": asked.text("channel"),
        "evidence": asked.text("evidence"),
        "outcome": asked.text("outcome"),
        "assistance": asked.text("assistance"),
        "two_way_contact": asked.details.get("two_way") is True,
        "still_wanted": asked.details.get("still_wanted") is True,
        "informed_of_options": asked.details.get("informed_of_options") is True,
        "needs_reviewed": asked.details.get("needs_reviewed") is True,
    }


def _person(it: Gathering) -> dict[str, Any]:
    told = any(
        (event.step == INFORM and event.details.get("reached") is True) or event.step in TELLING
        for event in it.events
    )
    return {"told": told, "informed": it.referral.informed_at is not None}


HELPED = frozenset({CaseState.ACTIVE, CaseState.TRANSFER_PENDING})
"""Until a transfer is accepted the sender stays responsible: nothing stands still."""


def _case(it: Gathering) -> dict[str, Any]:
    return {
        "case_active": it.referral.case.state in HELPED,
        "in_case_team": it.asked.role is Who.SYS
        or in_team(it.session, it.asked.actor, it.referral.case_id),
        "need_open": it.referral.need.state == "open",
    }


def _hold_days(it: Gathering) -> int:
    total = dt.timedelta(0)
    begun: dt.datetime | None = None
    for event in it.events:
        if event.step == "pause":
            begun = event.at
        elif begun is not None and event.source == State.ON_HOLD != event.target:
            total, begun = total + (event.at - begun), None
    return total.days


def _after_first_month(it: Gathering) -> bool:
    start = it.referral.start_on
    if start is not None and (it.asked.today - start).days > MONTH_DAYS:
        return True
    return first_month_over(it.session, it.referral, now=it.asked.now)


ALWAYS: tuple[Callable[[Gathering], dict[str, Any]], ...] = (_counters, _given, _person)
PARTS: dict[str, tuple[Callable[[Gathering], dict[str, Any]], ...]] = {
    "create": (_case,),
    "prepare": (file_facts, consent_facts),
    "payload-stale": (payload_facts,),
    "send": (file_facts, consent_facts),
    "draft-expire": (draft_facts,),
    "accept": (acceptance_facts, freshness),
    "offer": (acceptance_facts, freshness),
    "ask-info": (question_facts,),
    "provide-info": (answer_facts,),
    "waitlist": (waiting_facts,),
    "not-reached": (provider_attempts,),
    "pause": (pause_facts,),
    "close": (satisfaction_facts,),
    "reroute": (child_facts,),
    "auto-reroute": (child_facts,),
    "register-gap": (gap_facts,),
    "lost": (sender_attempts,),
    "contest": (consent_facts,),
    "revoke": (withdrawal_facts,),
    "recall": (follow_up_facts,),
    "void": (approval_facts,),
}
"""What is looked up for which step, besides what every step needs."""
