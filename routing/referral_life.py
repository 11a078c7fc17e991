"""The life of a referral, told as a table: the standard operating procedure.

To add a step, add a line (and its guard to ``routing.guards`` if it is new): buttons, API actions,
the diagram and the tests are derived from ``LIFE``. Stops are done before starts; ``ALL`` stops
every clock of the referral.
"""

from __future__ import annotations

from enum import StrEnum

from directory.core.machine import Machine, step
from directory.core.text import N_
from directory.who import Who
from routing import running_clocks
from routing.clocks import Clock
from routing.guards import answering as a
from routing.guards import returning as r
from routing.guards import sending as s
from routing.guards import serving as v
from routing.referral_facts import ReferralFacts
from routing.referral_states import STATES, ReturnKind, State

__all__ = ["LIFE", "RETURN_KIND_OF", "STATES", "Effect", "ReferralFacts", "ReturnKind", "State"]


class Effect(StrEnum):
    """What a step does besides its clocks, in the same transaction."""

    HOLD = "hold"
    """Softly hold a place."""
    TAKE = "take"
    """Take a place; the soft hold becomes it."""
    RELEASE = "release"
    """Give back the hold or the place, whichever there is."""
    KEEP_RANK = "keep-rank"
    """The person keeps their rank on the waiting list."""
    FREEZE = "freeze"
    """Freeze what the provider will see, with its digest."""
    DISCLOSE = "disclose"
    """Write the disclosure log: the exact fields."""
    ACCESS_OFF = "access-off"
    """The recipient reads nothing any more, at the next request."""
    TASK_RC = "task-rc"
    """Open a dated task for the caseworker."""
    TASK_RS = "task-rs"
    """Open a dated task for the supervisor."""
    ALERT_RS = "alert-rs"
    HALF_TIME = running_clocks.HALF_TIME
    """Restarted clocks get half their time."""
    CLOCK_TO_CHILD = "clock-to-child"
    """The clock for telling the person goes on at the new referral."""
    COUNT_SENDER = "count-sender"
    """It counts against the quality of the sender's files."""


S, C, E = State, Clock, Effect
ALL = frozenset(Clock)
RETURN = (C.INFORM, C.NEXT_ACTION)
ACCEPT = (C.INFORM, C.CONTACT, C.START)
REFUSED = ("code", "detail")
PREPARED = (
    s.eligible, s.consented, s.file_complete, s.facts_fresh, s.no_live_referral, s.listing_routable,
    s.window_open, s.affordable,
)  # fmt: skip
ACCEPTABLE = (a.named_user, a.proxy_named, a.place_taken, s.facts_fresh, a.ends_in_time)
ACCEPTANCE = ("start_on", "place", "to_bring")

LIFE: Machine[State, Who, ReferralFacts] = Machine(
    step("create", {S.NEW}, S.DRAFT, {Who.RC}, s.case_active, s.in_case_team, s.need_open,
         id="T01", label=N_("Prepare a referral"), main=True, starts={C.DRAFT},
         records=("need", "listing", "run")),
    step("prepare", {S.DRAFT}, S.READY, {Who.RC}, *PREPARED,
         id="T02", label=N_("Ready to send"), main=True, stops=ALL, starts={C.SEND},
         effects={E.FREEZE}, records=("payload_digest", "rule_set")),
    step("edit", {S.READY}, S.DRAFT, {Who.RC},
         id="T03", label=N_("Change"), stops=ALL, restarts={C.DRAFT}, records=("changes",)),
    step("payload-stale", {S.READY}, S.DRAFT, {Who.SYS}, s.frozen_payload_outdated,
         id="T03b", label=N_("Something has changed since"), stops=ALL, restarts={C.DRAFT},
         effects={E.TASK_RC}, records=("changes",)),
    step("send", {S.READY}, S.SENT, {Who.RC}, *PREPARED, s.place_held, s.exception_countersigned,
         id="T04", label=N_("Send"), main=True, stops=ALL, starts={C.ACK, C.DECISION},
         effects={E.HOLD, E.DISCLOSE}, records=("disclosure", "hold")),
    step("cancel", {S.DRAFT}, S.CANCELLED, {Who.RC}, s.reason_given,
         id="T05", label=N_("Cancel"), stops=ALL, records=("reason",)),
    step("draft-expire", {S.DRAFT}, S.CANCELLED, {Who.SYS},
         s.draft_idle, s.supervisor_reminded, s.need_task_opened,
         id="T06", label=N_("Drop the idle draft"), stops=ALL, effects={E.TASK_RS},
         records=("task",)),
    step("cancel", {S.READY}, S.CANCELLED, {Who.RC}, s.reason_given,
         id="T07", label=N_("Cancel"), stops=ALL, records=("reason",)),

    step("acknowledge", {S.SENT}, S.ACK, {Who.FP}, a.named_user, a.proxy_named,
         id="T08", label=N_("Confirm receipt"), proxies={Who.RC}, stops={C.ACK}, records=("user",)),
    step("accept", {S.SENT}, S.ACCEPTED, {Who.FP}, *ACCEPTABLE,
         id="T09", label=N_("Accept"), main=True, proxies={Who.RC}, stops=ALL, starts=ACCEPT,
         effects={E.TAKE}, records=ACCEPTANCE),
    step("reject", {S.SENT}, S.RETURNED, {Who.FP}, a.named_user, a.proxy_named, a.rejection_coded,
         id="T10", label=N_("Refuse"), proxies={Who.RC}, stops=ALL, starts=RETURN,
         effects={E.RELEASE}, records=REFUSED),
    step("expire", {S.SENT}, S.RETURNED, {Who.SYS}, a.decision_overdue,
         id="T11", label=N_("No reply"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("return_kind",)),
    step("accept", {S.ACK}, S.ACCEPTED, {Who.FP}, *ACCEPTABLE,
         id="T12", label=N_("Accept"), main=True, stops=ALL, starts=ACCEPT, effects={E.TAKE},
         records=ACCEPTANCE),
    step("reject", {S.ACK}, S.RETURNED, {Who.FP}, a.named_user, a.rejection_coded,
         id="T13", label=N_("Refuse"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=REFUSED),
    step("ask-info", {S.ACK}, S.INFO_REQ, {Who.FP}, a.question_declared, a.questions_left,
         id="T14", label=N_("Ask a question"), pauses={C.DECISION}, starts={C.INFO},
         records=("fields",)),
    step("waitlist", {S.ACK}, S.WAITLIST, {Who.FP}, a.next_date_given,
         id="T15", label=N_("Put on the waiting list"), stops=ALL, starts={C.REVIEW, C.MAX_WAIT},
         effects={E.RELEASE, E.KEEP_RANK}, records=("next_on", "position")),
    step("expire", {S.ACK}, S.RETURNED, {Who.SYS}, a.decision_overdue,
         id="T16", label=N_("No decision"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("return_kind",)),
    step("provide-info", {S.INFO_REQ}, S.ACK, {Who.RC}, a.new_fields_consented,
         id="T17", label=N_("Answer the question"), main=True, stops={C.INFO}, resumes={C.DECISION},
         effects={E.DISCLOSE}, records=("disclosure",)),
    step("info-expire", {S.INFO_REQ}, S.RETURNED, {Who.SYS}, a.info_overdue,
         id="T18", label=N_("Question not answered"), stops=ALL, starts=RETURN,
         effects={E.RELEASE, E.COUNT_SENDER}, records=("return_kind",)),
    step("offer", {S.WAITLIST}, S.ACCEPTED, {Who.FP},
         a.place_taken, s.facts_fresh, a.still_wanted, a.ends_in_time,
         id="T19", label=N_("Offer the place"), main=True, stops=ALL, starts=ACCEPT,
         effects={E.TAKE}, records=ACCEPTANCE),
    step("wait-end", {S.WAITLIST}, S.RETURNED, {Who.SYS}, a.wait_over,
         id="T20", label=N_("End of the wait"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("return_kind",)),
    step("person-refuses",
         {S.SENT, S.ACK, S.INFO_REQ, S.WAITLIST, S.ACCEPTED, S.CONTACTED}, S.RETURNED, {Who.RC},
         a.refusal_stated, a.drop_out_coded,
         id="T21", label=N_("The person does not want it"), stops=ALL, starts=RETURN,
         effects={E.RELEASE}, records=("statement", "code")),

    step("first-contact", {S.ACCEPTED}, S.CONTACTED, {Who.PW}, a.proxy_named, v.contact_made,
         id="T22", label=N_("Note the first contact"), main=True, proxies={Who.RC},
         stops={C.CONTACT}, records=("channel",)),
    step("dispute", {S.CONTACTED, S.IN_SERVICE}, S.ACCEPTED, {Who.RC},
         v.person_disputes, v.first_dispute,
         id="T22b", label=N_("The person says otherwise"), stops={C.EXPECTED_END, C.FOLLOW_UPS},
         starts={C.START}, restarts={C.CONTACT}, effects={E.HALF_TIME, E.ALERT_RS},
         records=("statement", "asker", "channel")),
    step("start", {S.ACCEPTED}, S.IN_SERVICE, {Who.PW}, a.proxy_named,
         id="T23", label=N_("The service has started"), proxies={Who.RC},
         stops={C.CONTACT, C.START}, starts={C.FOLLOW_UPS, C.EXPECTED_END},
         records=("started_on",)),
    step("not-reached", {S.ACCEPTED}, S.RETURNED, {Who.PW}, v.attempts_made,
         id="T24", label=N_("Could not be reached"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("attempts",)),
    step("provider-withdraws", {S.WAITLIST, S.ACCEPTED, S.ON_HOLD}, S.RETURNED, {Who.FP},
         a.rejection_coded,
         id="T24b", label=N_("Withdraw the place"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=REFUSED),
    step("contact-expire", {S.ACCEPTED}, S.RETURNED, {Who.SYS}, v.contact_overdue,
         id="T25", label=N_("Not contacted"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("return_kind",)),
    step("start", {S.CONTACTED}, S.IN_SERVICE, {Who.PW},
         id="T26", label=N_("The service has started"), main=True, stops={C.START},
         starts={C.FOLLOW_UPS, C.EXPECTED_END}, records=("started_on",)),
    step("not-started", {S.CONTACTED}, S.RETURNED, {Who.PW}, v.not_started_coded,
         id="T27", label=N_("It does not start"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("code",)),
    step("start-expire", {S.CONTACTED}, S.RETURNED, {Who.SYS}, v.start_overdue,
         id="T28", label=N_("Not started in time"), stops=ALL, starts=RETURN, effects={E.RELEASE},
         records=("return_kind",)),
    step("pause", {S.IN_SERVICE}, S.ON_HOLD, {Who.PW},
         s.reason_given, v.pause_dated, v.pauses_short,
         id="T29", label=N_("Pause"), pauses={C.EXPECTED_END}, starts={C.RESUME},
         records=("reason", "resume_on")),
    step("resume", {S.ON_HOLD}, S.IN_SERVICE, {Who.PW},
         id="T30", label=N_("Go on"), main=True, stops={C.RESUME}, resumes={C.EXPECTED_END}),
    step("hold-expire", {S.ON_HOLD}, S.RETURNED, {Who.SYS}, v.resume_overdue,
         id="T31", label=N_("The pause was not ended"), stops=ALL, starts=RETURN,
         effects={E.RELEASE}, records=("return_kind",)),
    step("complete", {S.IN_SERVICE}, S.COMPLETED, {Who.PW}, v.outcome_given,
         id="T32", label=N_("The service is completed"), main=True,
         stops={C.EXPECTED_END, C.FOLLOW_UPS},
         starts={C.SATISFACTION}, effects={E.RELEASE}, records=("outcome",)),
    step("drop-out", {S.IN_SERVICE, S.ON_HOLD}, S.RETURNED, {Who.PW}, a.drop_out_coded,
         id="T32b", label=N_("The person has stopped"), stops=ALL, starts=RETURN,
         effects={E.RELEASE}, records=("code",)),
    step("provider-end",
         {S.SENT, S.ACK, S.INFO_REQ, S.ACCEPTED, S.CONTACTED, S.IN_SERVICE, S.ON_HOLD}, S.RETURNED,
         {Who.SYS}, v.provider_gone,
         id="T32c", label=N_("The provider no longer offers it"), stops=ALL, starts=RETURN,
         effects={E.RELEASE}, records=("return_kind",)),
    step("close", {S.COMPLETED}, S.CLOSED, {Who.RC}, v.satisfaction_asked, v.needs_reviewed,
         id="T32d", label=N_("Close"), main=True, stops=ALL,
         records=("satisfaction", "channel", "asker")),

    step("reroute", {S.RETURNED}, S.REROUTED, {Who.RC}, r.informed_or_by_new_option, r.child_sent,
         id="T33", label=N_("Send to another provider"), main=True, stops=ALL, records=("child",)),
    step("auto-reroute", {S.RETURNED}, S.REROUTED, {Who.SYS},
         r.alternate_listed, r.alternate_eligible, r.alternate_consented, r.policy_allows,
         r.depth_left, r.alternate_untried, r.message_queued, r.child_sent,
         id="T34", label=N_("Send to the agreed alternate"), stops=ALL,
         effects={E.CLOCK_TO_CHILD}, records=("child",)),
    step("direct-assist", {S.RETURNED}, S.RESOLVED_DIRECT, {Who.RC},
         r.informed, r.assistance_recorded,
         id="T35", label=N_("Helped directly"), stops=ALL, records=("assistance",)),
    step("register-gap", {S.RETURNED}, S.UNMET, {Who.RC},
         r.informed, r.no_option_left, r.gap_recorded,
         id="T36", label=N_("No service exists"), stops=ALL, records=("gap",)),
    step("person-declines", {S.RETURNED}, S.DECLINED, {Who.RC}, r.informed, r.informed_of_options,
         id="T37", label=N_("The person does not want to go on"), stops=ALL,
         records=("statement",)),
    step("lost", {S.RETURNED}, S.LOST, {Who.RS}, r.unreachable, r.dormant_long_enough,
         id="T38", label=N_("Cannot be found"), stops=ALL, records=("attempts",)),
    step("contest", {S.RETURNED}, S.ACK, {Who.RS},
         r.not_contested, r.evidence_given, s.consented, r.listing_live, s.place_held,
         id="T39", label=N_("Contest the refusal"), stops=ALL, restarts={C.DECISION},
         effects={E.HOLD}, records=("evidence",)),

    step("revoke",
         {S.READY, S.SENT, S.ACK, S.INFO_REQ, S.WAITLIST, S.ACCEPTED, S.CONTACTED, S.IN_SERVICE,
          S.ON_HOLD}, S.REVOKED, {Who.BEN, Who.RC, Who.DPO}, r.consent_withdrawn,
         id="T40", label=N_("Consent withdrawn"), stops=ALL, effects={E.RELEASE, E.ACCESS_OFF},
         records=("channel",)),
    step("recall", {S.SENT, S.ACK, S.INFO_REQ, S.WAITLIST, S.ACCEPTED}, S.CANCELLED, {Who.RC},
         r.recall_coded, r.informed_if_told, r.need_followed,
         id="T41", label=N_("Take it back"), stops=ALL, effects={E.RELEASE, E.ACCESS_OFF},
         records=("reason",)),
    step("void",
         {S.DRAFT, S.READY, S.SENT, S.ACK, S.INFO_REQ, S.WAITLIST, S.ACCEPTED, S.CONTACTED,
          S.IN_SERVICE, S.ON_HOLD, S.COMPLETED, S.RETURNED}, S.VOID, {Who.RS, Who.DPO},
         s.reason_given, r.two_persons, r.informed_if_told,
         id="T42", label=N_("Entered in error"), stops=ALL, effects={E.RELEASE, E.ACCESS_OFF},
         records=("reason",)),
    step("exceptional-close",
         {S.SENT, S.ACK, S.INFO_REQ, S.WAITLIST, S.ACCEPTED, S.CONTACTED, S.IN_SERVICE, S.ON_HOLD,
          S.COMPLETED, S.RETURNED}, S.CLOSED, {Who.RS}, r.exceptional_coded,
         id="T43", label=N_("Close exceptionally"), stops=ALL, effects={E.RELEASE},
         records=("code",)),
    labels={state: info.word for state, info in STATES.items()},
)  # fmt: skip

RETURN_KIND_OF: dict[str, ReturnKind] = {
    "T10": ReturnKind.REJECTED,
    "T11": ReturnKind.NO_REPLY,
    "T13": ReturnKind.REJECTED,
    "T16": ReturnKind.NO_DECISION,
    "T18": ReturnKind.INFO_TIMEOUT,
    "T20": ReturnKind.WAITLIST,
    "T21": ReturnKind.PERSON_REFUSED,
    "T24": ReturnKind.NOT_REACHED,
    "T24b": ReturnKind.REJECTED,
    "T25": ReturnKind.NO_CONTACT,
    "T27": ReturnKind.NOT_STARTED,
    "T28": ReturnKind.NOT_STARTED,
    "T31": ReturnKind.HOLD,
    "T32b": ReturnKind.DROP_OUT,
    "T32c": ReturnKind.PROVIDER_END,
}
"""How a referral came back, by the identifier of the step that returned it."""
