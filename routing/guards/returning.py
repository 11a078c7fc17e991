"""Guards of what follows a return, and of the ways out that every state has."""

from __future__ import annotations

from directory.core.text import N_, Text
from directory.listing_life import SEARCHABLE
from directory.who import Who
from routing import attempts
from routing.case_life import DORMANT_DAYS
from routing.referral_facts import ReferralFacts

MAX_DEPTH = 3
GAP_REVIEW_DAYS = 30
RECALL_REASONS: dict[str, Text] = {
    "wrong-recipient": N_("Wrong recipient"),
    "duplicate": N_("Sent twice"),
    "countersign-missing": N_("Not countersigned"),
    "sent-by-mistake": N_("Sent by mistake"),
}
EXCEPTIONAL_REASONS: dict[str, Text] = {
    "death": N_("The person has died"),
    "court-order": N_("Court order"),
    "emigrated": N_("Emigrated, and confirmed"),
}
TWO_PERSONS = frozenset({Who.RS, Who.DPO})


def informed(facts: ReferralFacts) -> Text | None:
    """The person was told what came of it."""
    return None if facts.informed else N_("Tell the person what came of it first.")


def informed_or_by_new_option(facts: ReferralFacts) -> Text | None:
    """The person was told what came of it, or learns it with the news of the new option."""
    return None if facts.informed_by_new_option else informed(facts)


def child_sent(facts: ReferralFacts) -> Text | None:
    """The new referral is sent: a draft could still be forgotten."""
    return None if facts.child_sent else N_("The new referral is not sent yet.")


def alternate_listed(facts: ReferralFacts) -> Text | None:
    """The person agreed to this alternate beforehand."""
    return None if facts.alternate_in_consent else N_("The person did not agree to this alternate.")


def alternate_eligible(facts: ReferralFacts) -> Text | None:
    """The person is eligible for the alternate now."""
    if facts.alternate_eligible:
        return None
    return N_("The person is not eligible for the alternate now.")


def alternate_consented(facts: ReferralFacts) -> Text | None:
    """The consent for the alternate is still active."""
    return facts.alternate_gap


def policy_allows(facts: ReferralFacts) -> Text | None:
    """The country lets the platform re-route by itself at this priority."""
    if facts.auto_reroute_allowed:
        return None
    return N_("At this priority a caseworker decides what happens next.")


def depth_left(facts: ReferralFacts) -> Text | None:
    """At most three re-routings without a decision of the caseworker."""
    if facts.depth < MAX_DEPTH:
        return None
    return N_("After three automatic re-routings a caseworker decides.")


def alternate_untried(facts: ReferralFacts) -> Text | None:
    """The alternate was not tried before for this need."""
    return N_("This service was tried before for this need.") if facts.alternate_tried else None


def message_queued(facts: ReferralFacts) -> Text | None:
    """A message to the person is on its way."""
    return None if facts.message_queued else N_("No message to the person is on its way.")


def assistance_recorded(facts: ReferralFacts) -> Text | None:
    """The direct help is noted."""
    return None if facts.assistance.strip() else N_("Note what help was given.")


def no_option_left(facts: ReferralFacts) -> Text | None:
    """A routing run of today finds nothing eligible, nothing to ask, and no date within 90 days."""
    return (
        N_("There are still options: see the proposals of today.") if facts.options_left else None
    )


def gap_recorded(facts: ReferralFacts) -> Text | None:
    """The missing service is recorded with its cause, to be looked at again within 30 days."""
    review = facts.gap_review_in_days
    if facts.gap_cause.strip() and review is not None and 0 <= review <= GAP_REVIEW_DAYS:
        return None
    return N_(
        "Say why no service was found, and look again within {days} days.", days=GAP_REVIEW_DAYS
    )


def informed_of_options(facts: ReferralFacts) -> Text | None:
    """The person knows what else there is, and that they may come back."""
    if facts.informed_of_options:
        return None
    return N_("Tell the person what else there is, and that they may come back at any time.")


def unreachable(facts: ReferralFacts) -> Text | None:
    """Everything reasonable was tried to reach the person."""
    return attempts.unreachable(facts.attempts)


def dormant_long_enough(facts: ReferralFacts) -> Text | None:
    """The case has been dormant for 90 days."""
    if facts.dormant_days >= DORMANT_DAYS:
        return None
    return N_("The case must be dormant for {days} days first.", days=DORMANT_DAYS)


def not_contested(facts: ReferralFacts) -> Text | None:
    """At most one contest a referral."""
    return None if facts.contest_count == 0 else N_("This was contested once already.")


def evidence_given(facts: ReferralFacts) -> Text | None:
    """What contradicts the rejection is noted."""
    return None if facts.evidence.strip() else N_("Say what contradicts the refusal.")


def listing_live(facts: ReferralFacts) -> Text | None:
    """The listing is still offered."""
    return None if facts.listing_state in SEARCHABLE else N_("This service is no longer offered.")


def consent_withdrawn(facts: ReferralFacts) -> Text | None:
    """The person has withdrawn their consent."""
    return None if facts.consent_withdrawn else N_("The consent was not withdrawn.")


def recall_coded(facts: ReferralFacts) -> Text | None:
    """The recall has a coded reason."""
    return None if facts.reason in RECALL_REASONS else N_("Please choose a reason.")


def informed_if_told(facts: ReferralFacts) -> Text | None:
    """The person was told what came of it, unless they never knew of this referral."""
    return informed(facts) if facts.told else None


def need_followed(facts: ReferralFacts) -> Text | None:
    """Without this referral the need keeps a live referral or a dated task."""
    if facts.need_followed:
        return None
    return N_("The need must keep a live referral or a dated task.")


def two_persons(facts: ReferralFacts) -> Text | None:
    """A supervisor and the data-protection officer have both approved."""
    if facts.approvals >= TWO_PERSONS:
        return None
    return N_("A supervisor and the data-protection officer must both approve.")


def exceptional_coded(facts: ReferralFacts) -> Text | None:
    """Death, court order, or emigration that is confirmed."""
    return None if facts.exceptional_code in EXCEPTIONAL_REASONS else N_("Please choose a reason.")
