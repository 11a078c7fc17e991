"""The life of a complaint: from the day it comes in until the person knows what became of it.

Protocol A.12. A complaint never changes the rank of a referral or what a person is eligible for:
nothing here, and nothing in eligibility and ranking, knows of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from directory.core.machine import Machine, step
from directory.core.text import N_, Text
from directory.who import Who
from routing.complaint_levels import SENSITIVE, Level, Promise

REOPEN_DAYS = 60
"""So long after the answer a complaint can be taken up again (protocol A.12)."""
MOST_APPEALS = 1


class State(StrEnum):
    """A complaint's place in its life; ``NEW`` is before it exists and is never stored."""

    NEW = "new"
    RECEIVED = "received"
    TRIAGED = "triaged"
    ESCALATED = "escalated"
    INVESTIGATING = "investigating"
    DECIDED = "decided"
    INFORMED = "informed"
    CLOSED = "closed"
    REOPENED = "reopened"
    APPEALED = "appealed"


LABELS: dict[State, Text] = {
    State.NEW: N_("New"),
    State.RECEIVED: N_("Not read yet"),
    State.TRIAGED: N_("Read"),
    State.ESCALATED: N_("With an investigator"),
    State.INVESTIGATING: N_("Being looked into"),
    State.DECIDED: N_("Decided"),
    State.INFORMED: N_("Person informed"),
    State.CLOSED: N_("Complaint closed"),
    State.REOPENED: N_("Taken up again"),
    State.APPEALED: N_("With the national coordination"),
}
TOLD: dict[State, Text] = {
    State.RECEIVED: N_("Your message has arrived. Nobody has read it yet."),
    State.TRIAGED: N_("Your message has been read. Somebody is in charge of it."),
    State.ESCALATED: N_("Your message is with somebody whose task it is to look into such things."),
    State.INVESTIGATING: N_("Somebody is looking into what happened."),
    State.DECIDED: N_("There is a decision. You will read it here soon."),
    State.INFORMED: N_("There is an answer for you. Read it below."),
    State.CLOSED: N_("There was an answer for you, and the matter is closed."),
    State.REOPENED: N_("You were not satisfied. Somebody looks at it again."),
    State.APPEALED: N_("You were not satisfied. The national coordination looks at it."),
}
"""What the person reads who follows their complaint."""

DECISIONS: dict[str, Text] = {
    "upheld": N_("The complaint is right"),
    "partly-upheld": N_("The complaint is partly right"),
    "not-upheld": N_("The complaint is not right"),
    "not-established": N_("It could not be found out"),
    "answered": N_("Question answered or suggestion noted"),
    "passed-on": N_("Passed on to who is responsible"),
    "withdrawn": N_("The person does not want to go on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFacts:
    """What the steps of a complaint depend on. Whatever is left out counts against the step."""

    words: str = ""
    """What the person says."""
    level: Level | None = None
    """As it stands."""
    new_level: Level | None = None
    """As the handler finds."""
    is_handler: bool = False
    """The complaint lies with who acts, and their organisation is not the one complained about."""
    harmed: bool = False
    """The person ticked that somebody of an organisation did them harm."""
    person_agrees: bool = False
    """Asked, the person agrees that others than the protected track read it."""
    investigator: str = ""
    action: str = ""
    """What is done first."""
    acted: bool = False
    """Something was done since it came in or was taken up again."""
    decision: str = ""
    explanation: str = ""
    """Why, in the words that the person will read."""
    reason: str = ""
    days_since_answer: int | None = None
    """Days since the person was informed; nothing when they never were."""
    appeals: int = 0


def something_told(facts: ComplaintFacts) -> Text | None:
    """There are words to look into."""
    return None if facts.words.strip() else N_("Say in your words what happened.")


def in_charge(facts: ComplaintFacts) -> Text | None:
    """The complaint lies with who acts."""
    return None if facts.is_handler else N_("This complaint lies with somebody else.")


def level_chosen(facts: ComplaintFacts) -> Text | None:
    """How grave it is was decided."""
    return None if facts.new_level is not None else N_("Choose how serious it is.")


def level_differs(facts: ComplaintFacts) -> Text | None:
    """The new level is another one."""
    return N_("Choose another level than now.") if facts.new_level == facts.level else None


def leaves_protection_by_consent(facts: ComplaintFacts) -> Text | None:
    """What somebody confided to the protected track leaves it only if they agree."""
    leaves = facts.level is SENSITIVE and facts.new_level is not SENSITIVE
    if not leaves or not facts.harmed or facts.person_agrees:
        return None
    return N_("The person chose the protected track: ask first whether others may read it.")


def reason_given(facts: ComplaintFacts) -> Text | None:
    """A reason is given."""
    return None if facts.reason.strip() else N_("Please give a reason.")


def investigator_named(facts: ComplaintFacts) -> Text | None:
    """Who looks into it is named."""
    return None if facts.investigator.strip() else N_("Name who looks into it.")


def action_named(facts: ComplaintFacts) -> Text | None:
    """What is done first is said."""
    return None if facts.action.strip() else N_("Say what you do first.")


def looked_into(facts: ComplaintFacts) -> Text | None:
    """Something was done before deciding; a suggestion or question is answered at once."""
    if facts.acted or facts.level is Level.C3:
        return None
    return N_("Look into it first, or hand it to an investigator.")


def decision_coded(facts: ComplaintFacts) -> Text | None:
    """What was decided is coded."""
    return None if facts.decision in DECISIONS else N_("Choose what was decided.")


def explained(facts: ComplaintFacts) -> Text | None:
    """The person will read why."""
    return None if facts.explanation.strip() else N_("Write what the person will read.")


def still_open_to_doubt(facts: ComplaintFacts) -> Text | None:
    """Not more than 60 days have gone by since the answer."""
    if facts.days_since_answer is not None and facts.days_since_answer <= REOPEN_DAYS:
        return None
    return N_(
        "More than {days} days have gone by since the answer. Please write a new complaint.",
        days=REOPEN_DAYS,
    )


def not_appealed(facts: ComplaintFacts) -> Text | None:
    """The national coordination looks at it once."""
    if facts.appeals < MOST_APPEALS:
        return None
    return N_("The national coordination has looked at it already.")


def may_leave_the_track(facts: ComplaintFacts) -> Text | None:
    """A protected complaint is read by nobody else, not even the national coordination."""
    if facts.level is not SENSITIVE:
        return None
    return N_("To protect you, nobody else reads this. Ask the same person to look again.")


FILING = {Who.BEN, Who.RC, Who.RS, Who.FP, Who.PW, Who.MHP, Who.CPA, Who.CH, Who.PSEA}
HANDLERS = {Who.CH, Who.PSEA}
UNDER_WAY = {State.TRIAGED, State.ESCALATED, State.INVESTIGATING, State.REOPENED}
ANSWERED = {State.INFORMED, State.CLOSED}
S, P = State, Promise

LIFE: Machine[State, Who, ComplaintFacts] = Machine(
    step("submit", {S.NEW}, S.RECEIVED, FILING, something_told,
         id="Q01", label=N_("Complain"), main=True,
         starts={P.ACKNOWLEDGE, P.FIRST_ACTION, P.RESOLVE, P.STATUS}, records=("channel",)),
    step("triage", {S.RECEIVED}, S.TRIAGED, HANDLERS,
         in_charge, level_chosen, leaves_protection_by_consent,
         id="Q02", label=N_("Read: say how serious it is"), main=True, stops={P.ACKNOWLEDGE},
         restarts={P.FIRST_ACTION, P.RESOLVE, P.STATUS}, records=("level",)),
    step("change-level", UNDER_WAY, S.TRIAGED, HANDLERS,
         in_charge, level_chosen, level_differs, leaves_protection_by_consent, reason_given,
         id="Q03", label=N_("Change how serious it is"),
         restarts={P.FIRST_ACTION, P.RESOLVE, P.STATUS}, records=("level", "reason")),
    step("escalate", {S.TRIAGED, S.INVESTIGATING, S.REOPENED}, S.ESCALATED, HANDLERS,
         in_charge, investigator_named,
         id="Q04", label=N_("Hand to an investigator"), stops={P.FIRST_ACTION},
         records=("investigator",)),
    step("investigate", {S.TRIAGED, S.ESCALATED, S.REOPENED}, S.INVESTIGATING, HANDLERS,
         in_charge, action_named,
         id="Q05", label=N_("Look into it"), main=True, stops={P.FIRST_ACTION},
         records=("action",)),
    step("decide", UNDER_WAY, S.DECIDED, HANDLERS,
         in_charge, looked_into, decision_coded, reason_given,
         id="Q06", label=N_("Decide"), main=True, stops={P.FIRST_ACTION, P.RESOLVE, P.STATUS},
         restarts={P.INFORM}, records=("decision", "reason")),
    step("decide", {S.APPEALED}, S.DECIDED, {Who.NC}, in_charge, decision_coded, reason_given,
         id="Q07", label=N_("Decide"), main=True, stops={P.FIRST_ACTION, P.RESOLVE},
         restarts={P.INFORM}, records=("decision", "reason")),
    step("inform", {S.DECIDED}, S.INFORMED, {*HANDLERS, Who.NC}, in_charge, explained,
         id="Q08", label=N_("Tell the person"), main=True, stops={P.INFORM},
         records=("explanation",)),
    step("close", {S.INFORMED}, S.CLOSED, {*HANDLERS, Who.NC}, in_charge,
         id="Q09", label=N_("Close the complaint"), main=True),
    # The text names CLOSED; whoever has read the answer need not wait for the closure.
    step("reopen", ANSWERED, S.REOPENED, {Who.BEN, *HANDLERS}, still_open_to_doubt, reason_given,
         id="Q10", label=N_("Look at it again"),
         restarts={P.FIRST_ACTION, P.RESOLVE, P.STATUS}, records=("reason",)),
    step("appeal", ANSWERED, S.APPEALED, {Who.BEN},
         may_leave_the_track, not_appealed, still_open_to_doubt, reason_given,
         id="Q11", label=N_("Ask the national coordination to decide"),
         restarts={P.FIRST_ACTION, P.RESOLVE}, records=("reason",)),
    labels=LABELS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is added to a complaint without moving it."""

    name: str
    label: Text
    actors: frozenset[Who]
    levels: frozenset[Level] = frozenset(Level)


NOTES: dict[str, Note] = {
    note.name: note
    for note in (
        Note("message", N_("Write to the person"), frozenset({*HANDLERS, Who.NC})),
        Note("add", N_("Add a message"), frozenset({Who.BEN})),
        Note("name-organisation", N_("Say whom it is about"), frozenset(HANDLERS)),
        Note("share", N_("Ask the service and the supervisor"), frozenset({Who.CH}),
             frozenset({Level.C2})),
        Note("answer", N_("Answer"), frozenset({Who.RS, Who.FP}), frozenset({Level.C2})),
    )
}  # fmt: skip
NOTABLE = frozenset(State) - {State.NEW, State.CLOSED}
"""A closed complaint is taken up again first."""
