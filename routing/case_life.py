"""The life of a case: from reception to closure, transfer, and coming back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from directory.core.machine import Machine, step
from directory.core.text import N_, Text
from directory.who import Who
from routing import attempts
from routing.attempts import AttemptSummary
from routing.priorities import URGENT, Priority


class State(StrEnum):
    """A case's place in its life; ``NEW`` is before it exists and is never stored."""

    NEW = "new"
    REGISTERED = "registered"
    SCREENED = "screened"
    PLANNED = "planned"
    ACTIVE = "active"
    DORMANT = "dormant"
    TRANSFER_PENDING = "transfer-pending"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


LABELS: dict[State, Text] = {
    State.NEW: N_("New"),
    State.REGISTERED: N_("Registered"),
    State.SCREENED: N_("First risks checked"),
    State.PLANNED: N_("Plan made"),
    State.ACTIVE: N_("Active"),
    State.DORMANT: N_("Dormant: cannot be reached"),
    State.TRANSFER_PENDING: N_("Transfer offered"),
    State.TRANSFERRED: N_("Transferred"),
    State.CLOSED: N_("Case closed"),
}

PROGRAMME_ENDED = "programme-ended"
CLOSURES: dict[str, Text] = {
    "plan-completed": N_("Plan completed"),
    "needs-met-elsewhere": N_("Needs met elsewhere"),
    "person-choice": N_("The person's choice"),
    "transferred": N_("Transferred"),
    "moved-abroad": N_("Moved abroad"),
    "died": N_("Died"),
    "lost": N_("Could not be found"),
    PROGRAMME_ENDED: N_("The programme has ended"),
}
TRANSFERRED = "transferred"
CLOSED_BY_HAND = {code: label for code, label in CLOSURES.items() if code != TRANSFERRED}
"""A case is transferred by offering it and by its acceptance, never by closing it."""
NOBODY_TO_TELL = frozenset({"died", "lost"})
FAST_LANE_DAYS = 365
DORMANT_DAYS = 90
TRANSFER_DAYS = 14
"""Days within which the receiving supervisor answers (protocol A.14)."""
CALL_BACK_DAYS = 30
"""Days after a transfer in which both sides may still call each other (protocol A.14)."""
POST_CLOSURE_DAYS = 90
"""When somebody asks how a child is doing after the case was closed (protocol A.13 [P])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the steps of a case depend on. Whatever is left out counts against the step."""

    in_case_team: bool = False
    contact_routes: int = 0
    contact_impossible: bool = False
    """It is noted that the person has no way to be contacted."""
    screening_recorded: bool = False
    """Version of the questions, answers, who, when."""
    services_explained: bool = False
    """The list of all kinds of help was shown, in a language the person understands."""
    needs_assessed: bool = False
    plan_agreed: bool = False
    services_consented: bool = False
    """Consent to services, which is not consent to sharing data."""
    open_priorities: frozenset[Priority] | None = None
    """Priorities of the needs that are open or for which nothing was found; nothing: not checked."""
    live_referrals: int | None = None
    """Referrals of the case that are not over; nothing means not checked."""
    attempts: AttemptSummary = attempts.NO_ATTEMPTS
    dormant_days: int = 0
    called_back: bool = False
    """The person was in touch again."""
    closure_code: str = ""
    continuing_service: str = ""
    person_told: bool = False
    """What was closed, that they may return, and how."""
    reason: str = ""
    transfer_consented: bool = False
    """Specific consent, the change of caseworker explained."""
    receiver_named: bool = False
    receives: bool = False
    """Who acts is a supervisor of the receiving organisation."""
    handover_done: bool = False
    """A meeting or a call of both caseworkers, with the person where possible."""


def in_team(facts: CaseFacts) -> Text | None:
    """Who acts belongs to the team of the case."""
    return None if facts.in_case_team else N_("You are not in the team of this case.")


def reachable(facts: CaseFacts) -> Text | None:
    """At least one way to contact the person is noted, or that there is none."""
    if facts.contact_routes or facts.contact_impossible:
        return None
    return N_("Note how the person can be contacted safely, or that there is no way.")


def screened(facts: CaseFacts) -> Text | None:
    """Vulnerability and risk were screened, and by whom is recorded."""
    return None if facts.screening_recorded else N_("Check first for danger and vulnerability.")


def services_explained(facts: CaseFacts) -> Text | None:
    """The person was told of every kind of help that exists."""
    if facts.services_explained:
        return None
    return N_("Tell the person of every kind of help that exists.")


def planned(facts: CaseFacts) -> Text | None:
    """Needs are assessed, with priorities, and a plan is agreed."""
    if facts.needs_assessed and facts.plan_agreed:
        return None
    return N_("Assess the needs and agree on a plan with the person.")


def services_consented(facts: CaseFacts) -> Text | None:
    """The person agrees to be helped; sharing data is asked apart."""
    return None if facts.services_consented else N_("Ask whether the person agrees to be helped.")


def in_danger(facts: CaseFacts) -> Text | None:
    """A need of priority P0 or P1 is open: help must not wait for the plan."""
    if facts.open_priorities is not None and facts.open_priorities & URGENT:
        return None
    return N_("Only an immediate danger or an emergency goes before the plan.")


def unreachable(facts: CaseFacts) -> Text | None:
    """Everything reasonable was tried to reach the person."""
    return attempts.unreachable(facts.attempts)


def called_back(facts: CaseFacts) -> Text | None:
    """The person is in touch again."""
    return None if facts.called_back else N_("Note how the person was in touch again.")


def closure_coded(facts: CaseFacts) -> Text | None:
    """Why the case is closed is coded."""
    return None if facts.closure_code in CLOSED_BY_HAND else N_("Please choose a reason.")


def dormant_if_lost(facts: CaseFacts) -> Text | None:
    """Nobody is given up as lost before the case has been dormant for 90 days."""
    if facts.closure_code != "lost" or facts.dormant_days >= DORMANT_DAYS:
        return None
    return N_("The case must be dormant for {days} days first.", days=DORMANT_DAYS)


def no_live_referral(facts: CaseFacts) -> Text | None:
    """No referral of the case is still alive."""
    if facts.live_referrals is None:
        return N_("It was not checked whether referrals are still open.")
    if not facts.live_referrals:
        return None
    return N_("{count} referrals are still open.", count=facts.live_referrals)


def programme_end_allowed(facts: CaseFacts) -> Text | None:
    """The end of a programme does not close a case with an open P0, P1 or P2 need, and the
    service that goes on is named.
    """
    if facts.closure_code != PROGRAMME_ENDED:
        return None
    if facts.open_priorities is None or facts.open_priorities - {Priority.P3}:
        return N_("An urgent need is open: the end of a programme does not close this case.")
    return None if facts.continuing_service.strip() else N_("Name the service that goes on.")


def person_told(facts: CaseFacts) -> Text | None:
    """The person knows what was closed, that they may return, and how; nobody if died or lost."""
    if facts.person_told or facts.closure_code in NOBODY_TO_TELL:
        return None
    return N_("Tell the person what is closed, that they may come back, and how.")


def reason_given(facts: CaseFacts) -> Text | None:
    """A reason is given."""
    return None if facts.reason.strip() else N_("Please give a reason.")


def transfer_consented(facts: CaseFacts) -> Text | None:
    """The person agrees to this transfer, and the change of caseworker was explained."""
    return (
        None
        if facts.transfer_consented
        else N_("Ask the person whether they agree to this transfer.")
    )


def receiver_named(facts: CaseFacts) -> Text | None:
    """The receiving organisation is named."""
    return None if facts.receiver_named else N_("Name the receiving organisation.")


def receives(facts: CaseFacts) -> Text | None:
    """A supervisor of the receiving organisation answers."""
    return None if facts.receives else N_("Only the receiving organisation can answer.")


def handed_over(facts: CaseFacts) -> Text | None:
    """Both caseworkers have met or called for the handover."""
    return None if facts.handover_done else N_("Hand over together first, in a meeting or a call.")


OPEN = {State.REGISTERED, State.SCREENED, State.PLANNED, State.ACTIVE, State.DORMANT}

LIFE: Machine[State, Who, CaseFacts] = Machine(
    step("register", {State.NEW}, State.REGISTERED, {Who.RC}, reachable,
         id="K01", label=N_("New case"), main=True, records=("routes",)),
    step("screen", {State.REGISTERED}, State.SCREENED, {Who.RC}, in_team, screened,
         id="K02", label=N_("Danger and vulnerability are checked"), main=True,
         records=("screening",)),
    step("plan", {State.SCREENED}, State.PLANNED, {Who.RC}, in_team, services_explained, planned,
         id="K03", label=N_("The plan is made"), main=True, records=("needs", "services_shown")),
    step("activate", {State.PLANNED}, State.ACTIVE, {Who.RC}, in_team, services_consented,
         id="K04", label=N_("Begin"), main=True, records=("consent",)),
    # Somebody in danger is helped at once: the screening and the plan follow.
    step("activate-at-once", {State.REGISTERED, State.SCREENED}, State.ACTIVE, {Who.RC},
         in_team, in_danger, services_consented,
         id="K05", label=N_("Help at once, plan later"), effects={"task-plan"},
         records=("consent",)),
    step("set-dormant", {State.ACTIVE}, State.DORMANT, {Who.RC, Who.RS}, unreachable,
         id="K06", label=N_("Cannot be reached"), records=("attempts",)),
    step("call-back", {State.DORMANT}, State.ACTIVE, {Who.RC, Who.RS, Who.BEN}, called_back,
         id="K07", label=N_("In touch again"), main=True, records=("channel",)),
    step("close", OPEN, State.CLOSED, {Who.RC, Who.RS},
         closure_coded, dormant_if_lost, no_live_referral, programme_end_allowed, person_told,
         id="K08", label=N_("Close the case"), records=("closure_code",)),
    step("reopen", {State.CLOSED}, State.ACTIVE, {Who.RC, Who.RS}, reason_given,
         id="K09", label=N_("Reopen"), main=True, effects={"ask-stale-facts", "renew-consents"},
         records=("reason",)),
    step("offer-transfer", {State.ACTIVE, State.DORMANT}, State.TRANSFER_PENDING, {Who.RC},
         in_team, transfer_consented, receiver_named,
         id="K10", label=N_("Transfer the case"), records=("receiver", "consent")),
    step("accept-transfer", {State.TRANSFER_PENDING}, State.TRANSFERRED, {Who.RS},
         receives, handed_over,
         id="K11", label=N_("Take over the case"), main=True,
         effects={"reparent-referrals", "tell-recipients"}, records=("successor",)),
    step("decline-transfer", {State.TRANSFER_PENDING}, State.ACTIVE, {Who.RS},
         receives, reason_given, id="K12", label=N_("Decline the transfer"), records=("reason",)),
    step("withdraw-transfer", {State.TRANSFER_PENDING}, State.ACTIVE, {Who.RC},
         in_team, reason_given, id="K13", label=N_("Take the transfer back"), records=("reason",)),
    labels=LABELS,
)  # fmt: skip


def fast_lane(closed_on: dt.date, today: dt.date) -> bool:
    """Within a year a reopened case keeps its assessment; stale facts and consents are asked."""
    return (today - closed_on).days <= FAST_LANE_DAYS
