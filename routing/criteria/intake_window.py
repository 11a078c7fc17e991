"""Intake windows: campaigns, cohorts, terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from directory.intake import Intake, Opening, intake
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example
from routing.offer import Offer

CALL = N_("Call the service: nobody wrote when the next intake is.")


@dataclass(frozen=True, slots=True)
class Intakes:
    """Nothing to set: the windows of the listing decide."""

    def describe(self) -> Text:
        """Such as “An intake is open”."""
        return N_("An intake is open")


@kind(
    Intakes,
    label=N_("Intake window"),
    about=N_("People can apply today; otherwise from the next opening."),
    offer=("windows",),
    standing=True,
    example=Example({}, "yearly campaigns of EJOM: TPML report, Mali, §3.2.4"),
)
def intake_window(facts: Facts, asks: Intakes, offer: Offer, today: dt.date) -> Finding:
    """A listing without windows takes people at any time; the first and last day are included."""
    return finding(intake(offer.windows, today))


def finding(state: Intake) -> Finding:
    """What the state of the windows means for a person; the engine keeps the state in arrays."""
    if state.is_always_open:
        return Finding(Answer.YES, N_("People can apply at any time"))
    if state.now is not None:
        return _open(state.now)
    if state.next is None:
        return Finding(Answer.NOT_NOW, N_("No intake is open"), change=CALL)
    opens = state.next.opens_on
    return Finding(
        Answer.NOT_NOW,
        N_("No intake is open; the next opens on {date}", date=opens),
        available_on=opens,
        change=N_("Prepare the file before {date}.", date=opens),
    )


def _open(opening: Opening) -> Finding:
    reason = (
        N_("Intake open")
        if opening.last_on is None
        else N_("Intake open until {date}", date=opening.last_on)
    )
    cohort, waiting = opening.window.cohort, opening.window.waiting
    warning = None
    if cohort is not None and waiting < cohort:
        # "starts when enough people": fiche #4, box 4.1.1
        warning = N_(
            "Starts when {cohort} people have applied; {waiting} so far.",
            cohort=cohort,
            waiting=waiting,
        )
    return Finding(Answer.YES, reason, warning=warning)
