"""What the guards of drafts left alone and of what follows a return need to know."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select

from directory.models import Account
from directory.who import Who
from routing.clocks import Clock
from routing.eligibility import Verdict
from routing.models import Referral, ReferralEvent, Task
from routing.operations.gathering import Gathering
from routing.projection import APPROVE_VOID
from routing.proposals import MOST
from routing.queries.proposals import need_asked, propose
from routing.queries.scope import acting_roles
from routing.referral_states import LIVE

SOON_DAYS = 90
"""A date within so many days is an option, not a gap (protocol T36)."""


def draft_facts(it: Gathering) -> dict[str, Any]:
    """How long the draft was left, and who was told."""
    drafts = [row for row in it.clocks if row.name == Clock.DRAFT]
    begun = min((row.started_at for row in drafts), default=it.asked.now)
    return {
        "idle_days": (it.asked.now - begun).days,
        "supervisor_reminded": any(
            key.startswith("draft:remind") for row in drafts for key in row.fired
        ),
        "need_task_opened": _open_task(it, "RS"),
    }


def child_facts(it: Gathering) -> dict[str, Any]:
    """Whether the new referral is on its way."""
    given = it.asked.details.get("child_id")
    child = it.session.get(Referral, UUID(str(given))) if given else None
    if child is None or child.need_id != it.referral.need_id or child.parent_id != it.referral.id:
        return {"child_sent": False}
    return {"child_sent": child.sent_at is not None and child.state in LIVE}


def follow_up_facts(it: Gathering) -> dict[str, Any]:
    """What keeps the need in sight besides this referral."""
    others = select(Referral.id).where(
        Referral.need_id == it.referral.need_id,
        Referral.id != it.referral.id,
        Referral.state.in_(LIVE),
    )
    live = it.session.scalars(others).first() is not None
    return {"need_followed": live or _open_task(it)}


def gap_facts(it: Gathering) -> dict[str, Any]:
    """Whether anything is left to offer, and when somebody looks again."""
    review_on = it.asked.date("review_on")
    return {
        "options_left": bool(options_left(it)),
        "gap_cause": it.asked.text("cause"),
        "gap_review_in_days": (review_on - it.asked.today).days if review_on else None,
    }


def options_left(it: Gathering) -> list[UUID]:
    """Listings that a run of today would still offer; those tried for the need are no option."""
    need, today = it.referral.need, it.asked.today
    only = frozenset({Verdict.ELIGIBLE, Verdict.ASK, Verdict.NOT_NOW})
    found = propose(
        it.session,
        it.facts,
        need_asked(need, k=MOST),
        it.asked.actor,
        today,
        only=only,
        overview=False,
    )
    tried = set(it.session.scalars(select(Referral.listing_id).where(Referral.need_id == need.id)))
    latest = today + dt.timedelta(days=SOON_DAYS)
    options = [
        *found.eligible,
        *(one for one in found.ask if one.assessment.questions),
        *(one for one in found.not_now if (one.available_on or dt.date.max) <= latest),
    ]
    return [one.listing_id for one in options if one.listing_id not in tried]


def approval_facts(it: Gathering) -> dict[str, Any]:
    """Who agrees that it was entered in error.

    An approval counts for the referral as it stood, while its account still has the role, and
    never for the person who now takes the step.
    """
    others = {
        Who(event.role)
        for event in it.events
        if event.step == APPROVE_VOID
        and event.actor != it.asked.actor.label
        and event.target == it.referral.state
        and _still_holds(it, event)
    }
    return {"approvals": frozenset({it.asked.role} | others)}


def _still_holds(it: Gathering, event: ReferralEvent) -> bool:
    """Whether the account that approved is active and still has that role for this case."""
    try:
        account = it.session.get(Account, UUID(event.actor))
    except ValueError:
        return False
    if account is None or not account.active:
        return False
    return Who(event.role) in acting_roles(it.session, account.actor, it.referral)


def _open_task(it: Gathering, owner: str | None = None) -> bool:
    query = select(Task.id).where(Task.need_id == it.referral.need_id, Task.done_at.is_(None))
    if owner is not None:
        query = query.where(Task.owner_role == owner)
    return it.session.scalars(query).first() is not None
