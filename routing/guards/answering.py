"""Guards of the provider's answer: receipt, question, waiting list, yes and no."""

from __future__ import annotations

from directory.core.text import N_, Text
from directory.listing_life import State as ListingState
from routing import reasons
from routing.drop_outs import drop_out_problem
from routing.referral_facts import ReferralFacts

MAX_QUESTIONS = 2


def named_user(facts: ReferralFacts) -> Text | None:
    """A named user of the receiving organisation acts, or the caseworker for one."""
    if facts.recipient_user_named or facts.by_proxy:
        return None
    return N_("Only a named person of the receiving organisation can do this.")


def proxy_named(facts: ReferralFacts) -> Text | None:
    """If the caseworker acts for the provider, the person spoken to is named, with a number."""
    if not facts.by_proxy or facts.proxy_contact.strip():
        return None
    return N_("Note the name and the number of the person you spoke to.")


def place_taken(facts: ReferralFacts) -> Text | None:
    """A place is taken, in the same transaction."""
    return None if facts.slot_consumed else N_("No place is free.")


def ends_in_time(facts: ReferralFacts) -> Text | None:
    """The service will end before its programme does."""
    if facts.ends_before_programme:
        return None
    return N_("The service would go on after its programme has ended.")


def rejection_coded(facts: ReferralFacts) -> Text | None:
    """A rejection has a coded reason with its structured detail."""
    if not reasons.detail_problems(facts.rejection_code, facts.rejection_detail):
        return None
    return N_("Choose a reason and give its detail.")


def decision_overdue(facts: ReferralFacts) -> Text | None:
    """The time to answer is over: all of it for P0 and P1, and half as much again for P2 and P3."""
    return None if "expire" in facts.steps_due else N_("The provider still has time to answer.")


def question_declared(facts: ReferralFacts) -> Text | None:
    """The question asks only for what the listing has declared to need."""
    if facts.asked_fields and facts.asked_fields <= facts.askable_fields:
        return None
    return N_("Ask only for what your listing says you need at first contact.")


def questions_left(facts: ReferralFacts) -> Text | None:
    """At most two rounds of questions."""
    if facts.info_rounds < MAX_QUESTIONS:
        return None
    return N_("Two rounds of questions were asked: please accept or refuse.")


def next_date_given(facts: ReferralFacts) -> Text | None:
    """The waiting list gives a next date, within the longest wait of the listing."""
    if facts.next_on is None:
        return N_("Please give the next date.")
    if facts.wait_ends_on is None:
        return N_("This listing keeps no waiting list.")
    if facts.next_on > facts.wait_ends_on:
        return N_("The longest wait of this listing ends on {date}.", date=facts.wait_ends_on)
    return None


def new_fields_consented(facts: ReferralFacts) -> Text | None:
    """The consent covers the fields that are sent in answer."""
    return facts.new_fields_gap


def info_overdue(facts: ReferralFacts) -> Text | None:
    """The time to answer the provider's question is over."""
    return (
        None
        if "info-expire" in facts.steps_due
        else N_("There is still time to answer the question.")
    )


def still_wanted(facts: ReferralFacts) -> Text | None:
    """The person, asked again, still wants it."""
    return None if facts.still_wanted else N_("Ask the person whether they still want it.")


def wait_over(facts: ReferralFacts) -> Text | None:
    """The longest wait has passed, or the listing has ended."""
    if "wait-end" in facts.steps_due or facts.listing_state is ListingState.ENDED:
        return None
    return N_("The longest wait has not passed.")


def refusal_stated(facts: ReferralFacts) -> Text | None:
    """What the person said is noted."""
    return None if facts.statement.strip() else N_("Note what the person said.")


def drop_out_coded(facts: ReferralFacts) -> Text | None:
    """Why the person does not start or stops is coded."""
    return drop_out_problem(facts.drop_out_code, after_first_month=facts.after_first_month)
