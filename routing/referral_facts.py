"""What the steps of a referral depend on, gathered once and judged by ``routing.guards``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory.core.text import N_, Text
from directory.listing_life import State as ListingState
from directory.who import Who
from routing.answers import Answer
from routing.attempts import NO_ATTEMPTS, AttemptSummary
from routing.priorities import Priority

NOT_CHECKED = N_("Consent has not been checked.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """What is known when a step is asked for.

    Counters and the priority must be given. Everything else that is left out counts against the
    step, so that a fact that nobody gathered refuses and never permits.
    """

    priority: Priority

    info_rounds: int
    """Questions that the provider has asked on this referral."""
    contest_count: int
    dispute_count: int
    depth: int
    """Re-routings without a caseworker's decision that led here; 0 for the first referral."""
    total_hold_days: int
    """Days on hold so far, without the pause that is asked for."""

    # the case and the need
    case_active: bool = False
    in_case_team: bool = False
    need_open: bool = False
    need_followed: bool = False
    """Without this referral the need keeps a live referral or a dated task."""
    live_referral_exists: bool = True
    """Another one, for the same person, need and listing."""

    # eligibility and the file
    eligibility: Answer | None = None
    """Verdict of a routing run of today; nothing if there was none."""
    accepts_incomplete: bool = False
    missing_fields: tuple[Text | str, ...] | None = None
    """Required at first contact and unknown; nothing means not checked."""
    stale_fields: tuple[Text | str, ...] | None = None
    """Known, but out of date."""
    affordability_answered: bool = False
    payload_outdated: bool = False
    """A frozen fact, the consent or the listing's version has expired or changed."""

    # the listing
    listing_state: ListingState | None = None
    phone_check: bool = False
    """A call confirming a stale listing is recorded."""
    in_window: bool = False
    takes_waiting_list: bool = False
    hold_obtained: bool = False
    """A place is softly held, in this transaction."""
    slot_consumed: bool = False
    """A place is taken, in this transaction."""
    ends_before_programme: bool = False
    """Start plus duration does not go beyond the end of the programme, or no end is known."""

    # consent
    consent_gap: Text | None = NOT_CHECKED
    """``consent.covers``: nothing when covered, else why not."""
    exception: str = ""
    """Code of an exception on which the referral stands instead of consent."""
    exception_gap: Text | None = NOT_CHECKED
    """``consent.exception_gap``: nothing when the exception is well founded."""
    countersign_gap: Text | None = NOT_CHECKED
    """``consent.countersign_gap``: nothing when countersigned, or still in time."""
    new_fields_gap: Text | None = NOT_CHECKED
    """Consent for the fields that answer the provider's question."""
    consent_withdrawn: bool = False

    # who acts
    recipient_user_named: bool = False
    """The one who acts is a named user of the receiving organisation."""
    by_proxy: bool = False
    proxy_contact: str = ""
    """Name and number of the provider's person whom the caseworker spoke to."""
    approvals: frozenset[Who] = frozenset()
    """Roles under which two different persons have approved."""

    # reasons and statements given with the step
    reason: str = ""
    """In words, or for a recall one of ``returning.RECALL_REASONS``."""
    exceptional_code: str = ""
    """One of ``returning.EXCEPTIONAL_REASONS``."""
    rejection_code: str = ""
    rejection_detail: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    drop_out_code: str = ""
    after_first_month: bool = True
    """More than a month since the start: "not asked yet" is not a reason any more."""
    statement: str = ""
    """What the person said."""
    asker: str = ""
    """Who asked: ``referring-organisation``, ``provider``, ``third-party``, ``automated``."""
    channel: str = ""
    evidence: str = ""
    outcome: str = ""

    # dates, clocks and attempts
    steps_due: frozenset[str] = frozenset()
    """Steps that time takes now: ``running_clocks.steps_due``."""
    idle_days: int = 0
    supervisor_reminded: bool = False
    need_task_opened: bool = False
    next_on: dt.date | None = None
    """The next date that a waiting list gives."""
    wait_ends_on: dt.date | None = None
    """The longest that the listing lets people wait."""
    resume_in_days: int | None = None
    attempts: AttemptSummary = NO_ATTEMPTS
    dormant_days: int = 0
    """Days since the case became dormant because the person could not be reached."""

    # questions of the provider
    asked_fields: frozenset[str] = frozenset()
    askable_fields: frozenset[str] = frozenset()
    """The data set that the listing has declared."""

    # the person
    two_way_contact: bool = False
    still_wanted: bool = False
    told: bool = True
    """The person was ever told of this referral."""
    informed: bool = False
    """The person was told of the present outcome, after it came."""
    informed_by_new_option: bool = False
    informed_of_options: bool = False
    """Of what else there is, and that they may come back at any time."""
    satisfaction_answered: bool = False
    """Answered, or refused to answer."""
    satisfaction_attempts: int = 0
    needs_reviewed: bool = False

    # what follows a return
    child_sent: bool = False
    """The new referral is SENT; a draft is not enough."""
    alternate_in_consent: bool = False
    alternate_eligible: bool = False
    alternate_tried: bool = True
    """The alternate's listing was already tried for this need."""
    alternate_gap: Text | None = NOT_CHECKED
    """``consent.covers`` for the alternate."""
    auto_reroute_allowed: bool = False
    message_queued: bool = False
    assistance: str = ""
    """What direct help was given."""
    options_left: bool = True
    """A run of today has an eligible, an askable or a "not now" service within 90 days."""
    gap_cause: str = ""
    gap_review_in_days: int | None = None
