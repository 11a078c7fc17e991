"""The life of a listing: who may publish it, until when it counts as fresh, and how it ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from directory.core.machine import Machine, step
from directory.core.text import N_, Text
from directory.who import Who


class State(StrEnum):
    """How far a listing can be relied on."""

    NEW = "new"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    STALE = "stale"
    SUSPENDED = "suspended"
    ENDED = "ended"


LABELS: dict[State, Text] = {
    State.NEW: N_("New"),
    State.DRAFT: N_("Draft"),
    State.SUBMITTED: N_("Waiting for verification"),
    State.VERIFIED: N_("Verified"),
    State.STALE: N_("To be confirmed"),
    State.SUSPENDED: N_("Suspended"),
    State.ENDED: N_("Ended"),
}
SEARCHABLE = frozenset({State.VERIFIED, State.STALE})
"""Shown to everybody whom its visibility allows; a stale one with a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingFacts:
    """What the guards need to know of a listing. Whatever is left out counts as not done."""

    has_focal_point: bool = False
    has_deputy: bool = False
    has_promised_times: bool = False
    has_criteria: bool = False
    """Conditions are entered, or somebody said that there are none."""
    capacity_known_or_unknown: bool = False
    """Places are entered, or marked as unknown on purpose."""
    has_cost_model: bool = False
    has_end_or_none: bool = False
    """Intake windows and an end date are entered, or marked as none on purpose."""
    edited_by: str | None = None
    acting: str | None = None
    """Who takes the step, as ``edited_by`` names people."""
    once_verified: bool = False
    changed_since_verified: bool = True
    from_public_source: bool = False
    stale: bool = False
    """``is_stale`` says so."""
    has_ended: bool = False
    """Its own end date or that of its programme has passed."""
    reason: str = ""


def focal_point_named(facts: ListingFacts) -> Text | None:
    """Somebody answers for the service, and somebody else when they are away."""
    if facts.has_focal_point and facts.has_deputy:
        return None
    return N_("Name a focal point and a deputy.")


def times_promised(facts: ListingFacts) -> Text | None:
    """The times of acknowledgement and answer are promised for each priority."""
    return None if facts.has_promised_times else N_("Say how fast you answer.")


def criteria_set(facts: ListingFacts) -> Text | None:
    """The conditions are entered, or it is said that there are none."""
    return None if facts.has_criteria else N_("Enter the conditions, or say that there are none.")


def capacity_said(facts: ListingFacts) -> Text | None:
    """The number of places is entered, or marked as unknown."""
    if facts.capacity_known_or_unknown:
        return None
    return N_("Enter the number of places, or say that it is unknown.")


def cost_said(facts: ListingFacts) -> Text | None:
    """It is said what the person pays, and how."""
    return None if facts.has_cost_model else N_("Say what it costs.")


def end_said(facts: ListingFacts) -> Text | None:
    """Enrolment periods and the end are entered, or it is said that there are none."""
    if facts.has_end_or_none:
        return None
    return N_(
        "Enter when enrolment is open and when the offer ends, or say that there is no limit."
    )


def second_person(facts: ListingFacts) -> Text | None:
    """Who verifies is not who edited."""
    if facts.acting is not None and facts.acting != facts.edited_by:
        return None
    return N_("Somebody other than the editor must verify.")


def unchanged_since_verified(facts: ListingFacts) -> Text | None:
    """It was verified once and not edited since, so a word that it still holds is enough."""
    if facts.once_verified and not facts.changed_since_verified:
        return None
    return N_("It was never verified, or it was edited since: it must be verified.")


def loaded_from_public_source(facts: ListingFacts) -> Text | None:
    """The facts come from a named public source and nobody has verified them here."""
    if facts.from_public_source and not facts.once_verified:
        return None
    return N_("Only facts from a named public source are taken up without verification.")


def out_of_date(facts: ListingFacts) -> Text | None:
    """The last verification is too long ago."""
    return None if facts.stale else N_("It is still fresh.")


def reason_given(facts: ListingFacts) -> Text | None:
    """A reason is given."""
    return None if facts.reason.strip() else N_("Please give a reason.")


def end_passed_or_reason(facts: ListingFacts) -> Text | None:
    """The end date has passed, or somebody says why it ends."""
    return None if facts.has_ended or facts.reason.strip() else N_("Please give a reason.")


COMPLETE = (focal_point_named, times_promised, criteria_set, capacity_said, cost_said, end_said)
EDITORS = (Who.PA, Who.RCO, Who.NC)
VERIFIERS = (Who.PA, Who.RCO, Who.NC)

# A new version of a verified listing is prepared beside it and replaces it when verified; referrals
# on their way keep the version under which they were sent.
LIFE: Machine[State, Who, ListingFacts] = Machine(
    step("create", {State.NEW}, State.DRAFT, EDITORS, id="L01", label=N_("New listing")),
    step("load", {State.NEW}, State.STALE, {Who.SYS}, loaded_from_public_source,
         id="L02", label=N_("Load from a public source"), records=("source",)),
    step("submit", {State.DRAFT}, State.SUBMITTED, EDITORS, *COMPLETE,
         id="L03", label=N_("Submit for verification"), main=True),
    step("send-back", {State.SUBMITTED}, State.DRAFT, VERIFIERS, second_person, reason_given,
         id="L04", label=N_("Send back to the editor"), records=("reason",)),
    step("verify", {State.SUBMITTED, State.STALE, State.SUSPENDED}, State.VERIFIED, VERIFIERS,
         *COMPLETE, second_person, id="L05", label=N_("Verify"), main=True, records=("version",)),
    step("confirm", {State.VERIFIED, State.STALE}, State.VERIFIED, {Who.PA, Who.FP}, *COMPLETE,
         unchanged_since_verified, id="L06", label=N_("Still exact"), records=("version",)),
    step("go-stale", {State.VERIFIED}, State.STALE, {Who.SYS}, out_of_date,
         id="L07", label=N_("Out of date")),
    step("suspend", {State.VERIFIED, State.STALE}, State.SUSPENDED,
         {Who.PA, Who.FP, Who.RCO, Who.NC}, reason_given, id="L08", label=N_("Suspend"),
         records=("reason",)),
    step("resume", {State.SUSPENDED}, State.STALE, {Who.PA, Who.RCO, Who.NC}, reason_given,
         id="L09", label=N_("Resume"), records=("reason",)),
    step("end", {State.DRAFT, State.SUBMITTED, State.VERIFIED, State.STALE, State.SUSPENDED},
         State.ENDED, {Who.PA, Who.RCO, Who.NC, Who.SYS}, end_passed_or_reason,
         id="L10", label=N_("End"), records=("reason",)),
    labels=LABELS,
)  # fmt: skip

FRESH_DAYS = 90
FRESH_DAYS_PERMANENT = 180
"""For permanent public services."""
FRESH_DAYS_CAPACITY = 30
MISSED_PINGS = 2


def fresh_until(verified_on: dt.date, *, permanent_public: bool = False) -> dt.date:
    """The last day on which a verification made on ``verified_on`` counts."""
    length = FRESH_DAYS_PERMANENT if permanent_public else FRESH_DAYS
    return verified_on + dt.timedelta(days=length)


def is_stale(
    verified_on: dt.date | None, today: dt.date, *, permanent_public: bool = False,
    missed_pings: int = 0,
) -> bool:  # fmt: skip
    """Never verified, verified too long ago, or two test messages were not answered."""
    if verified_on is None or missed_pings >= MISSED_PINGS:
        return True
    return today > fresh_until(verified_on, permanent_public=permanent_public)


def capacity_is_stale(counted_on: dt.date | None, today: dt.date) -> bool:
    """The number of places was said too long ago, or never: it counts as unknown."""
    return counted_on is None or today > counted_on + dt.timedelta(days=FRESH_DAYS_CAPACITY)


def routable(state: State, *, phone_check: bool) -> Text | None:
    """Why nobody may be sent there now; nothing if verified, or stale with a phone check."""
    if state is State.VERIFIED or (state is State.STALE and phone_check):
        return None
    if state is State.STALE:
        return N_("This listing must be confirmed by phone first, and the call recorded.")
    return N_("This listing does not take people now: {state}.", state=LABELS[state])
