"""What the guards of building, sending and answering need to know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from directory.core.text import Text
from directory.intake import intake
from routing.affordability import monthly_gap
from routing.answers import Answer
from routing.disclosure import Stage
from routing.eligibility import Verdict
from routing.facts import FACTS
from routing.models import Referral
from routing.operations.events import details_of_last
from routing.operations.gathering import Gathering
from routing.queries.consents import as_person
from routing.queries.disclosure_basis import consent_gap
from routing.queries.eligibility_now import assessment_of, windows_of
from routing.queries.household import household_kept_back
from routing.queries.payload import IDENTITY, allowed_fields, fields_asked
from routing.referral_states import LIVE

ANSWERS: dict[Verdict, Answer] = {
    Verdict.ELIGIBLE: Answer.YES,
    Verdict.ASK: Answer.UNKNOWN,
    Verdict.NOT_NOW: Answer.NOT_NOW,
    Verdict.INELIGIBLE: Answer.NO,
}


def file_facts(it: Gathering) -> dict[str, Any]:
    """The person, the file and the listing, as they are today."""
    listing, today = it.referral.listing, it.asked.today
    assessment = assessment_of(it.asks, it.facts, today)
    return {
        "eligibility": ANSWERS[assessment.verdict],
        "accepts_incomplete": listing.accepts_incomplete,
        "missing_fields": _missing(it),
        "live_referral_exists": _other_live(it),
        "phone_check": bool(it.noted("phone_check")),
        "affordability_answered": _affordable(it),
        **freshness(it),
        **window_facts(it),
    }


def window_facts(it: Gathering) -> dict[str, Any]:
    """Whether people can apply today, or wait."""
    listing, today = it.referral.listing, it.asked.today
    state = intake(windows_of(listing), today)
    return {
        "in_window": state.is_always_open or state.now is not None,
        "takes_waiting_list": listing.waitlist_days is not None,
    }


def freshness(it: Gathering) -> dict[str, Any]:
    """What counts for this listing and is out of date."""
    listing, today = it.referral.listing, it.asked.today
    counting = it.asks.facts_read(hard_only=True) | set(listing.data_needed)
    stale = [name for name in FACTS if name in counting and it.facts.known(name, today).stale]
    return {"stale_fields": tuple(FACTS[name].label for name in stale)}


def consent_facts(it: Gathering) -> dict[str, Any]:
    """On what the disclosure would stand."""
    basis = it.basis
    return {
        "consent_gap": basis.consent_gap,
        "exception": basis.exception,
        "exception_gap": basis.exception_gap,
        "countersign_gap": basis.countersign_gap,
    }


def withdrawal_facts(it: Gathering) -> dict[str, Any]:
    """Whether the consent was taken back."""
    record = it.basis.record
    return {"consent_withdrawn": record is not None and record.withdrawn_at is not None}


def payload_facts(it: Gathering) -> dict[str, Any]:
    """Whether what was frozen still holds."""
    return {"payload_outdated": bool(what_changed(it))}


def what_changed(it: Gathering) -> list[str]:
    """Codes of what has changed since the file was made ready."""
    referral = it.referral
    frozen = referral.payload_digest
    checks = {
        "consent": it.basis.gap is not None,
        "listing": referral.listing.number != referral.listing_version.number,
        "facts": bool(freshness(it)["stale_fields"]) or it.payload.digest != frozen,
    }
    return [name for name, changed in checks.items() if changed]


def question_facts(it: Gathering) -> dict[str, Any]:
    """What the provider asks, and what it may ask."""
    fields = it.asked.details.get("fields") or ()
    return {
        "asked_fields": frozenset(str(name) for name in fields),
        "askable_fields": frozenset(it.referral.listing.data_needed),
    }


def answer_facts(it: Gathering) -> dict[str, Any]:
    """Whether the answer to the provider's question may go."""
    return {"new_fields_gap": answer_gap(it, answering_fields(it))}


def answering_fields(it: Gathering) -> tuple[str, ...]:
    """The fields that answer the provider's last question, as far as anything may go."""
    asked = details_of_last(it.session, it.referral, "ask-info").get("fields") or ()
    referral, record = it.referral, it.basis.record
    read = it.asks.facts_read()
    allowed = allowed_fields(referral.need, referral.listing, record, Stage.FULL, read)
    identity = frozenset() if referral.single_stage else IDENTITY
    kept_back = household_kept_back(it.session, referral.need, today=it.asked.today)
    names = {field.name for field in allowed} - identity - kept_back
    return tuple(field.name for field in fields_asked(asked) if field.name in names)


def answer_gap(it: Gathering, names: tuple[str, ...]) -> Text | None:
    """Why those fields may not go; nothing if they may."""
    record, referral = it.basis.record, it.referral
    if record is None or record.exception_code is not None:
        return it.basis.gap
    category = referral.listing.service.category
    person = as_person(referral.case, it.facts, it.asked.today, category)
    return consent_gap(
        record, referral.need, referral.listing, now=it.asked.now, person=person, fields=names
    )


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
