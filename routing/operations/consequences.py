"""What a step sets in motion beyond the referral itself: the need, tasks, the listing's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.actor import Actor
from directory.models import Listing
from directory.operations.changes import mark_changed
from directory.who import Who
from routing.clocks import Audience, Clock
from routing.contradictions import contradicts
from routing.models import Referral
from routing.operations import needs
from routing.operations.capacity_places import close_places
from routing.operations.facts import make_stale
from routing.operations.follow_up_schedule import plan_follow_ups, stop_follow_ups
from routing.operations.referral_clocks import running_clocks
from routing.queries.audiences import addresses
from routing.reasons import REASONS, Effect

NEED_AFTER: dict[str, str] = {
    "close": needs.MET,
    "direct-assist": needs.MET,
    "person-declines": needs.DECLINED,
    "exceptional-close": needs.ENDED,
}
"""What becomes of the need when no other referral is under way for it."""
TASKS: dict[Effect, tuple[str, Who]] = {
    Effect.TRANSPORT_SEARCH: ("search-transport", Who.RC),
    Effect.OTHER_SECTORS: ("discuss-other-trades", Who.RC),
    Effect.SPECIALIST_SEARCH: ("search-specialist", Who.RC),
    Effect.DUPLICATE_CHECK: ("check-duplicate", Who.RC),
    Effect.COUNSELLING: ("counsel", Who.RC),
    Effect.TRACING: ("trace-person", Who.RC),
    Effect.FUNDING_SEARCH: ("search-funding", Who.RC),
    Effect.PROTECTION_ALERT: ("protection-alert", Who.RS),
    Effect.LOCATION_STALE: ("ask-location", Who.RC),
}
"""What somebody on the sender's side must do because of a rejection."""
NOTES: dict[Effect, str] = {
    Effect.CHECK_LISTING_END: "listing-check-end",
    Effect.PROPOSE_SUSPENSION: "listing-propose-suspension",
}
"""What the editor of the listing is asked because of a rejection."""
ANSWERS = frozenset({"accept", "reject", "waitlist"})


def after_step(
    session: Session, referral: Referral, step: str, details: Mapping[str, Any], *,
    actor: Actor, now: dt.datetime,
) -> None:  # fmt: skip
    """Everything that follows from a step in the same transaction."""
    if step == "send":
        needs.finish_tasks(session, referral.need, kind=needs.FIND_SERVICE, now=now)
        needs.finish_tasks(session, referral.need, kind=needs.DECIDE_NEXT, now=now)
        plan_follow_ups(session, referral, now=now)
        _count(session, referral, asked=1)
    if step in ("reject", "provider-withdraws"):
        after_rejection(
            session, referral, str(details["code"]), details.get("detail") or {},
            actor=actor, now=now,
        )  # fmt: skip
    if step in NEED_AFTER and not needs.has_live_referral(session, referral.need_id):
        needs.settle(session, referral.need, NEED_AFTER[step], now=now)
    stop_follow_ups(session, referral, now=now)
    owner = Who.RS if step in ("lost", "draft-expire") else Who.RC
    needs.ensure_followed(session, referral.need, now=now, owner=owner)


def count_answer(session: Session, referral: Referral, now: dt.datetime) -> None:
    """An answer in time counts for the provider; called before its clocks stop."""
    clocks = [row for row in running_clocks(session, referral) if row.name == Clock.DECISION]
    if any(row.paused_at is not None or now <= row.due_at for row in clocks):
        _count(session, referral, answers=1)


def after_rejection(
    session: Session, referral: Referral, code: str, detail: Mapping[str, Any], *,
    actor: Actor, now: dt.datetime,
) -> None:  # fmt: skip
    """What the reason of a rejection sets in motion."""
    for effect in REASONS[code].effects:
        if effect is Effect.COMPARE_LISTING:
            _compare(session, referral, code, detail, now)
        elif effect is Effect.LOCATION_STALE:
            make_stale(session, referral.member_id, ("location", "residence"), now=now)
        elif effect is Effect.CAPACITY_ZERO:
            close_places(
                session, referral.listing_id, _date(detail.get("next_date")), on=now.date(), now=now
            )
        elif effect is Effect.DOCUMENTS_NEED:
            _need_documents(session, referral, detail, actor, now)
        if effect in TASKS:
            kind, owner = TASKS[effect]
            needs.open_task(session, referral.need, kind, owner, now=now)
        if effect in NOTES:
            tell_editor(session, referral, NOTES[effect], now=now)


def tell_editor(session: Session, referral: Referral, template: str, *, now: dt.datetime) -> None:
    """Ask the editor of the listing to look at it; nothing about the person goes with it."""
    for address in addresses(session, referral, Audience.PA):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"listing:{referral.listing_id}", now=now,
        )  # fmt: skip


def _compare(
    session: Session, referral: Referral, code: str, detail: Mapping[str, Any], now: dt.datetime
) -> None:
    """If the listing would have allowed it, its editor is asked to correct it."""
    listing = referral.listing
    if contradicts(code, detail, listing.conditions, urban=listing.site.is_urban) is not None:
        tell_editor(session, referral, "listing-correction", now=now)


def _need_documents(
    session: Session, referral: Referral, detail: Mapping[str, Any], actor: Actor, now: dt.datetime
) -> None:
    wanted = ", ".join(str(name) for name in detail.get("documents") or ())
    needs.open_need(
        session, referral.member, actor=actor, now=now, category="legal",
        priority=referral.priority, detail=wanted,
    )  # fmt: skip


def _count(session: Session, referral: Referral, *, asked: int = 0, answers: int = 0) -> None:
    mark_changed(session, [referral.listing_id])
    session.execute(
        update(Listing)
        .where(Listing.id == referral.listing_id)
        .values(asked=Listing.asked + asked, answers=Listing.answers + answers)
        .execution_options(synchronize_session=False)
    )
    session.expire(referral.listing, ["asked", "answers"])


def _date(value: object) -> dt.date | None:
    return None if value in (None, "", "none") else dt.date.fromisoformat(str(value))
