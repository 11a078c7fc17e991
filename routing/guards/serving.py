"""Guards from acceptance to the end of the service."""

from __future__ import annotations

from directory.core.text import N_, Text
from directory.listing_life import State as ListingState
from routing.attempts import tried_enough
from routing.guards.answering import drop_out_coded, rejection_coded
from routing.referral_facts import ReferralFacts

MAX_PAUSE_DAYS = 60
MAX_HOLD_DAYS = 120
SATISFACTION_ATTEMPTS = 3


def contact_made(facts: ReferralFacts) -> Text | None:
    """The provider and the person have spoken; a message without an answer is not contact."""
    return None if facts.two_way_contact else N_("Note a contact in which the person answered.")


def person_disputes(facts: ReferralFacts) -> Text | None:
    """The person says that they were not contacted or have not started; who asked, and how."""
    if facts.statement.strip() and facts.asker and facts.channel:
        return None
    return N_("Note what the person said, who asked, and how.")


def first_dispute(facts: ReferralFacts) -> Text | None:
    """At most one dispute a referral."""
    return None if facts.dispute_count == 0 else N_("This was disputed once already.")


def attempts_made(facts: ReferralFacts) -> Text | None:
    """The provider tried three times, by two routes (all, if fewer), on two days."""
    return tried_enough(facts.attempts)


def contact_overdue(facts: ReferralFacts) -> Text | None:
    """Twice the time to contact the person has passed."""
    if "contact-expire" in facts.steps_due:
        return None
    return N_("The provider still has time to contact the person.")


def not_started_coded(facts: ReferralFacts) -> Text | None:
    """Why it did not start is coded, as a reason of the person or of the provider."""
    if rejection_coded(facts) is None or drop_out_coded(facts) is None:
        return None
    return N_("Choose a reason and give its detail.")


def start_overdue(facts: ReferralFacts) -> Text | None:
    """Twice the time to start has passed."""
    if "start-expire" in facts.steps_due:
        return None
    return N_("The provider still has time to start.")


def pause_dated(facts: ReferralFacts) -> Text | None:
    """A pause ends on a date, within 60 days."""
    if facts.resume_in_days is not None and 0 < facts.resume_in_days <= MAX_PAUSE_DAYS:
        return None
    return N_("Say when the service goes on, within {days} days.", days=MAX_PAUSE_DAYS)


def pauses_short(facts: ReferralFacts) -> Text | None:
    """All pauses together last 120 days at most."""
    if facts.total_hold_days + (facts.resume_in_days or 0) <= MAX_HOLD_DAYS:
        return None
    return N_("All pauses together may not be longer than {days} days.", days=MAX_HOLD_DAYS)


def resume_overdue(facts: ReferralFacts) -> Text | None:
    """The date on which the service was to go on has passed."""
    return None if "hold-expire" in facts.steps_due else N_("The pause is not over.")


def outcome_given(facts: ReferralFacts) -> Text | None:
    """The outcome is noted."""
    return None if facts.outcome.strip() else N_("Say how it ended.")


def provider_gone(facts: ReferralFacts) -> Text | None:
    """The listing has ended or is suspended, or 30 days after the expected end all is silent."""
    gone = facts.listing_state in (ListingState.ENDED, ListingState.SUSPENDED)
    if gone or "provider-end" in facts.steps_due:
        return None
    return N_("The provider still offers this service.")


def satisfaction_asked(facts: ReferralFacts) -> Text | None:
    """The person was asked whether it helped: an answer, a refusal, or three attempts."""
    if facts.satisfaction_answered or facts.satisfaction_attempts >= SATISFACTION_ATTEMPTS:
        return None
    return N_("Ask the person whether it helped.")


def needs_reviewed(facts: ReferralFacts) -> Text | None:
    """The open needs of the person were looked through."""
    return None if facts.needs_reviewed else N_("Look through the person's open needs first.")
