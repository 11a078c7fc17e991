"""What a person reads about their own request: what happens now, who acts next, in plain words."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from directory.visibility import Visibility
from routing.clocks import Clock
from routing.referral_states import State

OPENLY_NAMED = frozenset({"information", "legal"})
"""Two-stage categories whose name says nothing about what somebody went through."""


def may_be_named(category: str, visibility: Visibility) -> bool:
    """Whether a paper or a screen that others may find can name the service.

    Never a confidential one (protocol A.17), nor one whose name tells of health or of violence.
    """
    if visibility not in (Visibility.PUBLIC, Visibility.PARTNERS):
        return False
    return not CATEGORIES[category].two_stage or category in OPENLY_NAMED


WHAT_HAPPENS: dict[State, Text] = {
    State.NEW: N_("We are preparing your request."),
    State.DRAFT: N_("We are preparing your request. Nothing is sent yet."),
    State.READY: N_("Your request is ready. It is not sent yet."),
    State.SENT: N_("Your request is sent. They have not opened it yet."),
    State.ACK: N_("They have received your request and are looking at it."),
    State.INFO_REQ: N_("They have asked a question about your request."),
    State.WAITLIST: N_("You are on the waiting list."),
    State.ACCEPTED: N_("They say yes: a place is kept for you."),
    State.CONTACTED: N_("They say that they have spoken with you."),
    State.IN_SERVICE: N_("The help has begun."),
    State.ON_HOLD: N_("The help is paused."),
    State.COMPLETED: N_("The help is finished."),
    State.RETURNED: N_("It is not possible there. We look for another one with you."),
    State.CLOSED: N_("This request is finished."),
    State.REROUTED: N_("We have asked another one for you: see your other request."),
    State.RESOLVED_DIRECT: N_("Your caseworker has helped you directly."),
    State.UNMET: N_("Nobody offers this help near you today. We look again."),
    State.DECLINED: N_("You have said that you do not want to go on."),
    State.LOST: N_("We could not reach you. Call us, and we go on."),
    State.CANCELLED: N_("Your caseworker has taken this request back."),
    State.REVOKED: N_("You have taken your agreement back. They see nothing any more."),
    State.VOID: N_("This request was a mistake and is deleted."),
}  # fmt: skip

NEXT_BY: dict[Clock, Text] = {
    Clock.SEND: N_("Your caseworker sends it by {date}."),
    Clock.DECISION: N_("The service answers by {date}."),
    Clock.INFO: N_("Your caseworker answers their question by {date}."),
    Clock.REVIEW: N_("The service looks at the waiting list again by {date}."),
    Clock.INFORM: N_("Your caseworker tells you more by {date}."),
    Clock.CONTACT: N_("The service contacts you by {date}."),
    Clock.START: N_("The help begins by {date}."),
    Clock.RESUME: N_("The help goes on by {date}."),
    Clock.EXPECTED_END: N_("The help ends about {date}."),
    Clock.SATISFACTION: N_("Your caseworker asks you by {date} whether it helped."),
    Clock.FOLLOW_UPS: N_("Your caseworker asks you by {date} how it goes."),
    Clock.NEXT_ACTION: N_("Your caseworker proposes what comes next by {date}."),
}
"""Who acts next and what they do, by the promise that runs; a promise without words is internal."""


def next_words(clock: Clock, due_at: dt.datetime) -> Text:
    """Who acts next, what they do, and by when."""
    return Text(NEXT_BY[clock].template, MappingProxyType({"date": due_at}))


ASKED_WHETHER_CONTACTED = frozenset({State.ACCEPTED, State.CONTACTED, State.IN_SERVICE})
"""Where the person's own word on whether they were contacted counts."""
