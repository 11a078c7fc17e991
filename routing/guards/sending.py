"""Guards of building and sending a referral."""

from __future__ import annotations

from directory.core.text import N_, Text, Words
from directory.listing_life import routable
from routing.answers import Answer
from routing.priorities import URGENT
from routing.referral_facts import ReferralFacts

DRAFT_DAYS = 30


def case_active(facts: ReferralFacts) -> Text | None:
    """The case is active."""
    return None if facts.case_active else N_("The case is not active.")


def in_case_team(facts: ReferralFacts) -> Text | None:
    """The caseworker belongs to the team of the case."""
    return None if facts.in_case_team else N_("You are not in the team of this case.")


def need_open(facts: ReferralFacts) -> Text | None:
    """The need is open."""
    return None if facts.need_open else N_("This need is not open.")


def eligible(facts: ReferralFacts) -> Text | None:
    """The person is eligible, or can be sent although something is open.

    Open questions: if the listing takes incomplete files, or for P0 and P1. Not yet the time: if
    the listing keeps a waiting list, or for P0 and P1. Never if a condition is not met.
    """
    urgent = facts.priority in URGENT
    match facts.eligibility:
        case Answer.YES:
            return None
        case Answer.UNKNOWN:
            allowed = facts.accepts_incomplete or urgent
            return None if allowed else N_("Questions about eligibility are still open.")
        case Answer.NOT_NOW:
            allowed = facts.takes_waiting_list or urgent
            return None if allowed else N_("It is not the time, and there is no waiting list.")
        case Answer.NO:
            return N_("The person does not meet the conditions of this service.")
        case _:
            return N_("Check the eligibility first.")


def consented(facts: ReferralFacts) -> Text | None:
    """An active consent covers recipient, data set and purpose, or an exception is well founded."""
    if facts.consent_gap is None:
        return None
    return facts.exception_gap if facts.exception else facts.consent_gap


def exception_countersigned(facts: ReferralFacts) -> Text | None:
    """A referral without consent is countersigned, or, in an emergency, not yet due to be."""
    if facts.consent_gap is None or not facts.exception:
        return None
    return facts.countersign_gap


def file_complete(facts: ReferralFacts) -> Text | None:
    """All that the provider needs at first contact is known."""
    if facts.missing_fields is None:
        return N_("It was not checked whether the file is complete.")
    if not facts.missing_fields:
        return None
    return N_("Missing for this provider: {fields}.", fields=Words(facts.missing_fields))


def facts_fresh(facts: ReferralFacts) -> Text | None:
    """None of the facts that count is out of date."""
    if facts.stale_fields is None:
        return N_("It was not checked whether the facts are up to date.")
    if not facts.stale_fields:
        return None
    return N_("Ask again, the answer is too old: {fields}.", fields=Words(facts.stale_fields))


def no_live_referral(facts: ReferralFacts) -> Text | None:
    """No other referral of this person for this need to this listing is alive."""
    if not facts.live_referral_exists:
        return None
    return N_("This person already has a referral to this service for this need.")


def listing_routable(facts: ReferralFacts) -> Text | None:
    """The listing is verified, or stale with a recorded phone check."""
    if facts.listing_state is None:
        return N_("The listing was not checked.")
    return routable(facts.listing_state, phone_check=facts.phone_check)


def window_open(facts: ReferralFacts) -> Text | None:
    """Enrolment is open, or the listing keeps a waiting list."""
    if facts.in_window or facts.takes_waiting_list:
        return None
    return N_("Enrolment is closed, and there is no waiting list.")


def affordable(facts: ReferralFacts) -> Text | None:
    """What it will cost the person was worked out and talked over."""
    if facts.affordability_answered:
        return None
    return N_("Talk over what it will cost the person, and note the answer.")


def frozen_payload_outdated(facts: ReferralFacts) -> Text | None:
    """A frozen fact, the consent or the listing's version has expired or changed."""
    return (
        None if facts.payload_outdated else N_("Nothing has changed since the file was made ready.")
    )


def place_held(facts: ReferralFacts) -> Text | None:
    """A place is held while the provider decides."""
    return None if facts.hold_obtained else N_("No place is free.")


def reason_given(facts: ReferralFacts) -> Text | None:
    """A reason is given."""
    return None if facts.reason.strip() else N_("Please give a reason.")


def draft_idle(facts: ReferralFacts) -> Text | None:
    """The draft was not touched for 30 days."""
    return None if facts.idle_days >= DRAFT_DAYS else N_("The draft is less than 30 days old.")


def supervisor_reminded(facts: ReferralFacts) -> Text | None:
    """The supervisor was told of the idle draft after 7 days."""
    return (
        None if facts.supervisor_reminded else N_("The supervisor was not reminded of this draft.")
    )


def need_task_opened(facts: ReferralFacts) -> Text | None:
    """A dated task for the supervisor keeps the need in sight."""
    if facts.need_task_opened:
        return None
    return N_("The need must keep a dated task for the supervisor.")
