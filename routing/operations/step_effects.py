"""The effects of a step on places, payload, disclosures and tasks, as its line says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from directory.core.machine import Step
from directory.who import Who
from routing import disclosure
from routing.clocks import Audience, Clock
from routing.consent_exceptions import ExceptionCode
from routing.disclosure import DATASET_VERSION, Stage, may_send_identity_at_once
from routing.models import Referral
from routing.operations import needs
from routing.operations.capacity_places import (
    NOTHING,
    PlaceCount,
    hold_place,
    release_place,
    take_place,
)
from routing.operations.disclosures import SENT, TOLD, log_disclosure
from routing.operations.facts_for_sending import answering_fields, what_changed
from routing.operations.gathering import Gathering
from routing.operations.listing_versions import version_now
from routing.operations.messages import announce, tell_person
from routing.operations.referral_clocks import calendar_for, move_clock
from routing.queries.eligibility_now import is_hidden
from routing.queries.known_facts import population_groups
from routing.referral_life import RETURN_KIND_OF, Effect, ReferralFacts, State

Line = Step[State, Who, ReferralFacts]
WAITING_LIST = "waiting-list"
RULE_SET = f"dataset-{DATASET_VERSION}"


def counters(referral: Referral) -> dict[str, Any]:
    """The least that the facts of a referral must say."""
    return {
        "priority": referral.priority,
        "info_rounds": referral.info_rounds,
        "contest_count": referral.contests,
        "dispute_count": referral.disputes,
        "depth": referral.depth,
        "total_hold_days": 0,
    }


def before(line: Line, it: Gathering, values: dict[str, Any], record: dict[str, Any]) -> None:
    """What the guards want to be true in this transaction: a place, a task, a message."""
    asked, referral = it.asked, it.referral
    if Effect.HOLD in line.effects:
        place = hold_place(
            it.session, referral, population_groups(it.facts, asked.today), on=asked.today
        )
        _note_hold(place, it, values, record)
    if Effect.TAKE in line.effects:
        start = asked.date("start_on") or asked.today
        groups = population_groups(it.facts, asked.today)
        place = take_place(it.session, referral, groups, on=start)
        values["slot_consumed"] = place is not None
        if place is not None:
            record["place_count"] = place.written()
    if Effect.TASK_RS in line.effects:
        task = needs.open_task(it.session, referral.need, needs.DECIDE_NEXT, Who.RS, now=asked.now)
        values["need_task_opened"] = True
        record["task"] = str(task.id)
    if line.name == "recall" and asked.date("task_due_on"):
        at = dt.datetime.combine(asked.date("task_due_on") or asked.today, dt.time(), dt.UTC)
        needs.open_task(
            it.session, referral.need, needs.DECIDE_NEXT, Who.RC, now=asked.now, due_at=at
        )
        values["need_followed"] = True
    if line.name == "reroute" and asked.details.get("announce") is True:
        told = tell_person(it.session, referral, "person-new-option", now=asked.now)
        values["informed_by_new_option"] = told


def record_more(taken: Line, it: Gathering, record: dict[str, Any]) -> None:
    """What the event must hold besides what was given."""
    if Effect.FREEZE in taken.effects:
        record |= _freeze(it)
    if Effect.RELEASE in taken.effects:
        record["place_count"] = release_place(it.session, it.referral).written()
    if Effect.KEEP_RANK in taken.effects:
        record["position"] = _position(it)
    if Effect.DISCLOSE in taken.effects:
        record["disclosure"] = _disclose(taken, it)
    if taken.id in RETURN_KIND_OF:
        record["return_kind"] = RETURN_KIND_OF[taken.id].value
    if taken.name in RECORDED:
        record |= RECORDED[taken.name](it, record)


Recorder = Callable[[Gathering, Mapping[str, Any]], dict[str, Any]]
RECORDED: dict[str, Recorder] = {
    "reject": lambda _, given: {"detail": given.get("detail") or {}},
    "provider-withdraws": lambda _, given: {"detail": given.get("detail") or {}},
    "acknowledge": lambda it, _: {"user": it.asked.actor.label},
    "payload-stale": lambda it, _: {"changes": what_changed(it)},
    "edit": lambda _, given: {"changes": given.get("changes") or ["by-caseworker"]},
    "not-reached": lambda it, _: {"attempts": len(it.referral.attempts)},
    "lost": lambda it, _: {"attempts": len(it.referral.attempts)},
    "reroute": lambda _, given: {"child": given.get("child_id")},
    "auto-reroute": lambda _, given: {"child": given.get("child_id")},
    "register-gap": lambda _, given: {"gap": given.get("cause")},
}
"""What an event holds that follows from the step and from who takes it."""


def move_clocks(taken: Line, it: Gathering) -> None:
    """A clock that goes on elsewhere leaves before the others stop."""
    if Effect.CLOCK_TO_CHILD in taken.effects:
        child = it.session.get_one(Referral, UUID(str(it.asked.details["child_id"])))
        move_clock(it.session, it.referral, child, Clock.INFORM, it.asked.now)


def agreed_dates(it: Gathering) -> dict[Clock, dt.datetime]:
    """The dates that people have agreed on, for the clocks that keep to them."""
    referral, today = it.referral, it.asked.today
    days: dict[Clock, dt.date] = {}
    if referral.listing.waitlist_days is not None:
        days[Clock.MAX_WAIT] = today + dt.timedelta(days=referral.listing.waitlist_days)
    if referral.listing.duration_days is not None:
        start = referral.start_on or today
        days[Clock.EXPECTED_END] = start + dt.timedelta(days=referral.listing.duration_days)
    resume_on = it.asked.date("resume_on")
    if resume_on is not None:
        days[Clock.RESUME] = resume_on
    zone = calendar_for(referral).zone
    return {
        clock: max(dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC), it.asked.now)
        for clock, day in days.items()
    }


def after(taken: Line, it: Gathering) -> None:
    """What comes once the event is written."""
    asked, referral = it.asked, it.referral
    if Effect.TASK_RC in taken.effects:
        needs.open_task(it.session, referral.need, needs.DECIDE_NEXT, Who.RC, now=asked.now)
    if Effect.COUNT_SENDER in taken.effects:
        announce(it.session, referral, "sender-quality", {Audience.RS}, now=asked.now)
    if taken.name == "register-gap":
        record_id = it.asked.details.get("run_id")
        needs.record_gap(
            it.session, referral.need, cause=asked.text("cause"),
            review_on=asked.date("review_on") or asked.today,
            run_id=UUID(str(record_id)) if record_id else referral.run_id,
            actor=asked.actor, now=asked.now,
        )  # fmt: skip


def _note_hold(
    place: PlaceCount | None, it: Gathering, values: dict[str, Any], record: dict[str, Any]
) -> None:
    """A full service with a waiting list takes people without a place; they hold none."""
    waits = place is None and it.referral.listing.waitlist_days is not None
    values["hold_obtained"] = place is not None or waits
    record["place_count"] = (place or NOTHING).written()
    record["hold"] = WAITING_LIST if waits else (place or NOTHING).hold


def _freeze(it: Gathering) -> dict[str, Any]:
    """Keep what the provider will see, and under which consent and version of the listing."""
    asked, referral, record = it.asked, it.referral, it.basis.record
    referral.consent_id = record.id if record is not None else None
    referral.listing_version_id = version_now(it.session, referral.listing, now=asked.now).id
    referral.single_stage = _in_one_stage(it)
    referral.payload, referral.payload_digest = it.payload.written(), it.payload.digest
    if referral.single_stage and asked.details.get("by_phone") is True:
        # in an emergency the call comes first; the record follows within the hour (send_due)
        log_disclosure(
            it.session, referral, it.basis, it.payload.full, actor=asked.actor, now=asked.now,
            stage=Stage.FULL, channel=TOLD,
        )  # fmt: skip
    return {
        "payload_digest": it.payload.digest,
        "rule_set": RULE_SET,
        "consent": str(referral.consent_id),
        "single_stage": referral.single_stage,
    }


def _in_one_stage(it: Gathering) -> bool:
    referral, details = it.referral, it.asked.details
    if it.basis.exception and it.basis.exception != ExceptionCode.LEGAL_DUTY:
        return False
    return may_send_identity_at_once(
        referral.listing.service.category,
        person_agrees=referral.listing.single_stage and details.get("single_stage") is True,
        priority=referral.priority,
        by_phone=details.get("by_phone") is True,
        hidden_address=is_hidden(referral.listing),
    )


def _disclose(taken: Line, it: Gathering) -> str:
    """The log line of what goes now: the frozen payload, or the answer to a question."""
    referral, payload = it.referral, dict(it.referral.payload or {})
    if taken.name == "send":
        stage = Stage.FULL if referral.single_stage else Stage.PREVIEW
        fields = payload[stage.name.lower()]
    else:
        stage = Stage.PREVIEW
        known = dict(it.payload.full)
        fields = {name: known[name] for name in answering_fields(it) if name in known}
        payload["answered"] = {**payload.get("answered", {}), **fields}
        referral.payload = payload
        referral.payload_digest = disclosure.digest(payload)
    row = log_disclosure(
        it.session, referral, it.basis, fields, actor=it.asked.actor, now=it.asked.now,
        stage=stage, channel=SENT,
    )  # fmt: skip
    return str(row.id)


def _position(it: Gathering) -> int:
    query = select(func.count(Referral.id)).where(
        Referral.listing_id == it.referral.listing_id, Referral.state == State.WAITLIST
    )
    return it.session.scalars(query).one() + 1
