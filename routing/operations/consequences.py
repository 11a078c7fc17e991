"""What a step sets in motion beyond the referral itself: the need, tasks, the listing's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.actor import SYSTEM, Actor
from directory.models import Listing
from directory.operations.changes import mark_changed
from directory.operations.listing_flags import ask_correction, flag_unlisted_criteria
from directory.who import Who
from routing.clocks import Audience, Clock
from routing.contradictions import contradicts
from routing.models import Referral
from routing.operations import needs
from routing.operations.capacity_places import close_places
from routing.operations.facts import make_stale
from routing.operations.follow_up_schedule import plan_follow_ups, stop_follow_ups
from routing.operations.messages import announce
from routing.operations.referral_clocks import running_clocks
from routing.operations.tracking import give_tracking_code
from routing.queries.audiences import addresses
from routing.queries.contest import compared, last_refusal
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
NOTES: dict[Effect, str] = {Effect.PROPOSE_SUSPENSION: "listing-propose-suspension"}
"""What the editor of the listing is asked because of a rejection."""
SUPERVISOR: dict[Effect, str] = {
    Effect.SENDER_QUALITY: "sender-quality",
    Effect.SPECIALIST_SEARCH: "specialist-needed",
}
"""What the supervisor of the sender hears because of a rejection."""
LOOK_AGAIN, NO_COMPETENCE = "look-again", "no-competence"
OF_THE_PERSON = frozenset({"seen", "distance_km"})
"""Details of a refusal that tell of the person, not of the limit."""
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
        give_tracking_code(session, referral.member, actor=actor, now=now)
    if step in ("reject", "provider-withdraws"):
        after_rejection(
            session, referral, str(details["code"]), details.get("detail") or {},
            actor=actor, now=now,
        )  # fmt: skip
    if referral.contests and step in ("expire", "reject"):
        _flag(session, referral, step, now)
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
    no = _No(session, referral, code, detail, actor, now)
    for effect in REASONS[code].effects:
        if effect in ACTS:
            ACTS[effect](no)
        if effect in TASKS:
            kind, owner = TASKS[effect]
            needs.open_task(session, referral.need, kind, owner, now=now)
        if effect in NOTES:
            tell_editor(session, referral, NOTES[effect], now=now)
        if effect in SUPERVISOR:
            announce(session, referral, SUPERVISOR[effect], {Audience.RS}, now=now)


def tell_editor(session: Session, referral: Referral, template: str, *, now: dt.datetime) -> None:
    """Ask the editor of the listing to look at it; nothing about the person goes with it."""
    for address in addresses(session, referral, Audience.PA):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"listing:{referral.listing_id}", audience=Audience.PA.value, now=now,
        )  # fmt: skip


class _No(NamedTuple):
    """A refusal that is being made."""

    session: Session
    referral: Referral
    code: str
    detail: Mapping[str, Any]
    actor: Actor
    now: dt.datetime

    @property
    def next_on(self) -> dt.date | None:
        """The next date that the provider gave."""
        return _date(self.detail.get("next_date"))


def _compare(no: _No) -> None:
    """If the listing would have allowed it, its editor is asked to correct it."""
    listing = no.referral.listing
    if contradicts(no.code, no.detail, listing.conditions, urban=listing.site.is_urban):
        applied = {name: value for name, value in no.detail.items() if name not in OF_THE_PERSON}
        ask_correction(no.session, listing, no.code, applied, now=no.now)
        tell_editor(no.session, no.referral, "listing-correction", now=no.now)


def _location_stale(no: _No) -> None:
    make_stale(no.session, no.referral.member_id, ("location", "residence"), now=no.now)


def _close_places(no: _No) -> None:
    close_places(no.session, no.referral.listing_id, no.next_on, on=no.now.date(), now=no.now)


def _look_again(no: _No) -> None:
    """Not now: somebody looks again on the day that was given; the editor checks what it says."""
    if no.next_on is not None:
        at = dt.datetime.combine(no.next_on, dt.time(8), dt.UTC)
        needs.open_task(
            no.session, no.referral.need, LOOK_AGAIN, Who.RC, now=no.now, due_at=max(at, no.now)
        )
    tell_editor(no.session, no.referral, "listing-check-intake", now=no.now)


def _need_documents(no: _No) -> None:
    wanted = ", ".join(str(name) for name in no.detail.get("documents") or ())
    needs.open_need(
        no.session, no.referral.member, actor=no.actor, now=no.now, category="legal",
        priority=no.referral.priority, detail=wanted,
    )  # fmt: skip


def _gap_of_competence(no: _No) -> None:
    """The coordination sees what nobody nearby can do; the need stays open (F17)."""
    needs.note_gap(no.session, no.referral.need, NO_COMPETENCE, actor=no.actor, now=no.now)


def _check_end(no: _No) -> None:
    """The editor is asked only where the listing does not say the same end."""
    listing, said = no.referral.listing, _date(no.detail.get("end_date"))
    programme = listing.service.programme
    if said not in (listing.ends_on, programme.ends_on if programme else None):
        tell_editor(no.session, no.referral, "listing-check-end", now=no.now)


ACTS: dict[Effect, Callable[[_No], None]] = {
    Effect.COMPARE_LISTING: _compare,
    Effect.LOCATION_STALE: _location_stale,
    Effect.CAPACITY_ZERO: _close_places,
    Effect.NOT_NOW: _look_again,
    Effect.DOCUMENTS_NEED: _need_documents,
    Effect.SPECIALIST_SEARCH: _gap_of_competence,
    Effect.CHECK_LISTING_END: _check_end,
}
"""What a rejection changes besides tasks and messages."""


def _flag(session: Session, referral: Referral, step: str, now: dt.datetime) -> None:
    """A contested refusal was met with silence, or with the same contradiction once more."""
    event = last_refusal(session, referral)
    if event is None or event.code is None:
        return
    if step == "reject":
        detail = event.details.get("detail") or {}
        if not compared(session, referral, event.code, detail, today=now.date()):
            return
    flag_unlisted_criteria(session, referral.listing, event.code, actor=SYSTEM, now=now)
    tell_editor(session, referral, "listing-unlisted-criteria", now=now)


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
