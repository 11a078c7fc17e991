"""Gathers what the guards of a step need to know, from the database, inside the transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from directory.core.text import Text
from directory.intake import intake
from directory.who import Who
from routing.affordability import monthly_gap
from routing.answers import Answer
from routing.attempts import Attempt, AttemptSummary, Outcome, summarise
from routing.case_life import State as CaseState
from routing.clocks import Clock
from routing.disclosure import Stage
from routing.eligibility import Verdict
from routing.facts import FACTS
from routing.models import ContactAttempt, Referral, Task
from routing.operations.events import details_of_last
from routing.operations.gathering import Gathering
from routing.operations.referral_clocks import calendar_for, overdue_steps
from routing.projection import APPROVE_VOID, INFORM
from routing.proposals import MOST, NeedAsked
from routing.queries.consents import as_person
from routing.queries.disclosure_basis import consent_gap
from routing.queries.eligibility_now import assessment_of, windows_of
from routing.queries.payload import IDENTITY, allowed_fields, fields_asked
from routing.queries.proposals import propose
from routing.queries.scope import in_team
from routing.referral_life import State
from routing.referral_states import LIVE

ANSWERS: dict[Verdict, Answer] = {
    Verdict.ELIGIBLE: Answer.YES,
    Verdict.ASK: Answer.UNKNOWN,
    Verdict.NOT_NOW: Answer.NOT_NOW,
    Verdict.INELIGIBLE: Answer.NO,
}
MONTH_DAYS = 30
SOON_DAYS = 90
"""A date within so many days is an option, not a gap (protocol T36)."""
TELLING = frozenset({"first-contact", "start", "person-refuses", "dispute"})
"""Steps that cannot happen without the person hearing of the referral."""
ANSWERED = frozenset({"1", "2", "3", "4", "5", "refused"})


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


def _case(it: Gathering) -> dict[str, Any]:
    return {
        "case_active": it.referral.case.state is CaseState.ACTIVE,
        "in_case_team": it.asked.role is Who.SYS
        or in_team(it.session, it.asked.actor, it.referral.case_id),
        "need_open": it.referral.need.state == "open",
    }


def _file(it: Gathering) -> dict[str, Any]:
    listing, today = it.referral.listing, it.asked.today
    assessment = assessment_of(it.asks, it.facts, today)
    return {
        "eligibility": ANSWERS[assessment.verdict],
        "accepts_incomplete": listing.accepts_incomplete,
        "missing_fields": _missing(it),
        "live_referral_exists": _other_live(it),
        "phone_check": bool(it.noted("phone_check")),
        "affordability_answered": _affordable(it),
        **_fresh(it),
        **_window(it),
    }


def _window(it: Gathering) -> dict[str, Any]:
    listing, today = it.referral.listing, it.asked.today
    state = intake(windows_of(listing), today)
    return {
        "in_window": state.is_always_open or state.now is not None,
        "takes_waiting_list": listing.waitlist_days is not None,
    }


def _fresh(it: Gathering) -> dict[str, Any]:
    listing, today = it.referral.listing, it.asked.today
    counting = it.asks.facts_read(hard_only=True) | set(listing.data_needed)
    stale = [name for name in FACTS if name in counting and it.facts.known(name, today).stale]
    return {"stale_fields": tuple(FACTS[name].label for name in stale)}


def _consent(it: Gathering) -> dict[str, Any]:
    basis = it.basis
    return {
        "consent_gap": basis.consent_gap,
        "exception": basis.exception,
        "exception_gap": basis.exception_gap,
        "countersign_gap": basis.countersign_gap,
    }


def _withdrawal(it: Gathering) -> dict[str, Any]:
    record = it.basis.record
    return {"consent_withdrawn": record is not None and record.withdrawn_at is not None}


def _outdated(it: Gathering) -> dict[str, Any]:
    return {"payload_outdated": bool(what_changed(it))}


def what_changed(it: Gathering) -> list[str]:
    """Codes of what has changed since the file was made ready."""
    referral = it.referral
    checks = {
        "consent": it.basis.gap is not None,
        "listing": referral.listing.number != referral.listing_version.number,
        "facts": bool(_fresh(it)["stale_fields"]) or it.payload.digest != referral.payload_digest,
    }
    return [name for name, changed in checks.items() if changed]


def _acceptance(it: Gathering) -> dict[str, Any]:
    listing, start, offer = it.referral.listing, it.asked.date("start_on"), it.asks.offer
    if offer.programme_ends_on is None or start is None:
        return {"ends_before_programme": True}
    last = start + dt.timedelta(days=listing.duration_days or 0)
    latest = offer.programme_ends_on - dt.timedelta(days=offer.end_margin_days)
    return {"ends_before_programme": last <= latest}


def _question(it: Gathering) -> dict[str, Any]:
    fields = it.asked.details.get("fields") or ()
    return {
        "asked_fields": frozenset(str(name) for name in fields),
        "askable_fields": frozenset(it.referral.listing.data_needed),
    }


def _answer(it: Gathering) -> dict[str, Any]:
    return {"new_fields_gap": answer_gap(it, answering_fields(it))}


def answering_fields(it: Gathering) -> tuple[str, ...]:
    """The fields that answer the provider's last question, as far as anything may go."""
    asked = details_of_last(it.session, it.referral, "ask-info").get("fields") or ()
    referral, record = it.referral, it.basis.record
    read = it.asks.facts_read()
    allowed = allowed_fields(referral.need, referral.listing, record, Stage.FULL, read)
    identity = frozenset() if referral.single_stage else IDENTITY
    names = {field.name for field in allowed} - identity
    return tuple(field.name for field in fields_asked(asked) if field.name in names)


def answer_gap(it: Gathering, names: tuple[str, ...]) -> Text | None:
    """Why those fields may not go; nothing if they may."""
    record, referral = it.basis.record, it.referral
    if record is None or record.exception_code is not None:
        return it.basis.gap
    person = as_person(referral.case, it.facts, it.asked.today)
    return consent_gap(
        record, referral.need, referral.listing, now=it.asked.now, person=person, fields=names
    )


def _waiting(it: Gathering) -> dict[str, Any]:
    days = it.referral.listing.waitlist_days
    return {
        "next_on": it.asked.date("next_on"),
        "wait_ends_on": it.asked.today + dt.timedelta(days=days) if days is not None else None,
    }


def _pause(it: Gathering) -> dict[str, Any]:
    resume_on = it.asked.date("resume_on")
    return {"resume_in_days": (resume_on - it.asked.today).days if resume_on else None}


def _draft(it: Gathering) -> dict[str, Any]:
    drafts = [row for row in it.clocks if row.name == Clock.DRAFT]
    begun = min((row.started_at for row in drafts), default=it.asked.now)
    return {
        "idle_days": (it.asked.now - begun).days,
        "supervisor_reminded": any(
            key.startswith("draft:remind") for row in drafts for key in row.fired
        ),
        "need_task_opened": _open_task(it, "RS"),
    }


def _provider_attempts(it: Gathering) -> dict[str, Any]:
    return {"attempts": attempts_summary(it, frozenset({Who.FP, Who.PW}))}


def _sender_attempts(it: Gathering) -> dict[str, Any]:
    case = it.referral.case
    dormant = case.state is CaseState.DORMANT
    return {
        "attempts": attempts_summary(it, frozenset({Who.RC, Who.RS})),
        "dormant_days": (it.asked.now - case.state_since).days if dormant else 0,
    }


def attempts_summary(it: Gathering, roles: frozenset[Who]) -> AttemptSummary:
    """What the attempts of one side add up to, over all referrals of the person."""
    query = (
        select(ContactAttempt)
        .join(Referral, Referral.id == ContactAttempt.referral_id)
        .where(Referral.member_id == it.referral.member_id, ContactAttempt.by_role.in_(roles))
    )
    if Who.FP in roles:
        query = query.where(ContactAttempt.referral_id == it.referral.id)
    kinds = {route.id: route.kind for route in it.referral.member.routes}
    made = [_attempt(row, kinds) for row in it.session.scalars(query)]
    return summarise(
        made,
        calendar_for(it.referral),
        routes_known=sum(kind != "trusted-contact" for kind in kinds.values()),
        trusted_contact_known="trusted-contact" in kinds.values(),
        visit_allowed="visit" in kinds.values(),
    )


def _attempt(row: ContactAttempt, kinds: Mapping[UUID, str]) -> Attempt:
    kind = kinds.get(row.route_id) if row.route_id else None
    return Attempt(
        row.at, str(row.route_id), Outcome(row.outcome), announced=row.announced,
        to_trusted_contact=kind == "trusted-contact", by_visit=kind == "visit",
    )  # fmt: skip


def _satisfaction(it: Gathering) -> dict[str, Any]:
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


def _child(it: Gathering) -> dict[str, Any]:
    given = it.asked.details.get("child_id")
    child = it.session.get(Referral, UUID(str(given))) if given else None
    if child is None or child.need_id != it.referral.need_id or child.parent_id != it.referral.id:
        return {"child_sent": False}
    return {"child_sent": child.sent_at is not None and child.state in LIVE}


def _followed(it: Gathering) -> dict[str, Any]:
    others = select(Referral.id).where(
        Referral.need_id == it.referral.need_id,
        Referral.id != it.referral.id,
        Referral.state.in_(LIVE),
    )
    live = it.session.scalars(others).first() is not None
    return {"need_followed": live or _open_task(it)}


def _gap(it: Gathering) -> dict[str, Any]:
    review_on = it.asked.date("review_on")
    return {
        "options_left": bool(options_left(it)),
        "gap_cause": it.asked.text("cause"),
        "gap_review_in_days": (review_on - it.asked.today).days if review_on else None,
    }


def options_left(it: Gathering) -> list[UUID]:
    """Listings that a run of today would still offer; those tried for the need are no option."""
    need, today = it.referral.need, it.asked.today
    asked = NeedAsked(
        need.category, need.priority, country=need.case.country, k=MOST,
        excludes_government=need.case.excludes_government, sender=need.case.organisation.key,
    )  # fmt: skip
    only = frozenset({Verdict.ELIGIBLE, Verdict.ASK, Verdict.NOT_NOW})
    found = propose(it.session, it.facts, asked, it.asked.actor, today, only=only, overview=False)
    tried = set(it.session.scalars(select(Referral.listing_id).where(Referral.need_id == need.id)))
    latest = today + dt.timedelta(days=SOON_DAYS)
    options = [
        *found.eligible,
        *(one for one in found.ask if one.assessment.questions),
        *(one for one in found.not_now if (one.available_on or dt.date.max) <= latest),
    ]
    return [one.listing_id for one in options if one.listing_id not in tried]


def _approvals(it: Gathering) -> dict[str, Any]:
    others = {
        Who(event.role)
        for event in it.events
        if event.step == APPROVE_VOID and event.actor != it.asked.actor.label
    }
    return {"approvals": frozenset({it.asked.role} | others)}


ALWAYS: tuple[Callable[[Gathering], dict[str, Any]], ...] = (_counters, _given, _person)
PARTS: dict[str, tuple[Callable[[Gathering], dict[str, Any]], ...]] = {
    "create": (_case,),
    "prepare": (_file, _consent),
    "payload-stale": (_outdated,),
    "send": (_file, _consent),
    "draft-expire": (_draft,),
    "accept": (_acceptance,),
    "offer": (_acceptance, _fresh),
    "ask-info": (_question,),
    "provide-info": (_answer,),
    "waitlist": (_waiting,),
    "not-reached": (_provider_attempts,),
    "pause": (_pause,),
    "close": (_satisfaction,),
    "reroute": (_child,),
    "auto-reroute": (_child,),
    "register-gap": (_gap,),
    "lost": (_sender_attempts,),
    "contest": (_consent,),
    "revoke": (_withdrawal,),
    "recall": (_followed,),
    "void": (_approvals,),
}
"""What is looked up for which step, besides what every step needs."""


def _missing(it: Gathering) -> tuple[Text, ...]:
    today = it.asked.today
    seen = {name: it.facts.known(name, today) for name in it.referral.listing.data_needed}
    return tuple(
        FACTS[name].label for name, found in seen.items() if found.unknown and not found.stale
    )


def _affordable(it: Gathering) -> bool:
    if it.noted("affordability"):
        return True
    return not monthly_gap(it.facts, it.asks.offer, it.asked.today).needs_counselling


def _other_live(it: Gathering) -> bool:
    referral = it.referral
    query = select(Referral.id).where(
        Referral.member_id == referral.member_id, Referral.need_id == referral.need_id,
        Referral.listing_id == referral.listing_id, Referral.id != referral.id,
        Referral.state.in_(LIVE),
    )  # fmt: skip
    return it.session.scalars(query).first() is not None


def _open_task(it: Gathering, owner: str | None = None) -> bool:
    query = select(Task.id).where(Task.need_id == it.referral.need_id, Task.done_at.is_(None))
    if owner is not None:
        query = query.where(Task.owner_role == owner)
    return it.session.scalars(query).first() is not None


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
    return start is not None and (it.asked.today - start).days > MONTH_DAYS
