"""When a person is asked how it goes, what is asked, and what their answer contradicts.

Schedule: protocol A.3; questions: protocol A.11. A month is 30 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from directory.working_days import Calendar
from routing.attempts import Outcome
from routing.drop_outs import DROP_OUTS, NOT_ASKED
from routing.priorities import Priority
from routing.referral_states import State
from routing.spans import Span, Unit, days, hours


class Moment(NamedTuple):
    """One of the instants: its code, and how long after sending."""

    name: str
    after: Span


H24, H72 = Moment("h24", hours(24)), Moment("h72", hours(72))
D7, D14 = Moment("d7", days(7)), Moment("d14", days(14))
M1, M4, M6 = Moment("m1", days(30)), Moment("m4", days(120)), Moment("m6", days(180))
FOLLOW_UPS: dict[Priority, tuple[Moment, ...]] = {
    Priority.P0: (H24, H72, D7, D14, M1),
    Priority.P1: (H72, D7, D14, M1),
    Priority.P2: (D7, D14, M1, M4, M6),
    Priority.P3: (D14, M1, M4, M6),
}
"""[P] protocol A.3, last line of the table."""
LABELS: dict[str, Text] = {
    "h24": N_("After one day"),
    "h72": N_("After three days"),
    "d7": N_("After one week"),
    "d14": N_("After two weeks"),
    "m1": N_("After one month"),
    "m4": N_("After four months"),
    "m6": N_("After six months"),
}
FIRST_MONTH = "m1"
ASKERS: dict[str, Text] = {
    "referring-organisation": N_("The organisation that sent the person"),
    "provider": N_("The provider"),
    "third-party": N_("Somebody independent"),
    "automated": N_("An automatic message"),
}
"""Who asked: never added up (F28)."""
REFUSED = "refused"
SATISFACTION: dict[str, Text] = {
    "5": N_("It helped a lot"),
    "4": N_("It helped"),
    "3": N_("So so"),
    "2": N_("It helped little"),
    "1": N_("It did not help"),
    REFUSED: N_("Does not want to say"),
}
STATEMENTS: dict[str, Text] = {
    "not-contacted": N_("The provider did not contact me."),
    "not-started": N_("I have not started."),
}
"""What a person can say with a key of the telephone, without words of their own."""


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of one conversation; nothing: not asked or not known."""

    contacted: bool | None = None
    started: bool | None = None
    still_going: bool | None = None
    code: str = ""
    paid: bool | None = None
    satisfaction: str = ""
    need: str = ""
    """Category of something else that is needed."""
    complaint: bool = False
    words: str = ""


def schedule(
    priority: Priority, sent_at: dt.datetime, calendar: Calendar
) -> tuple[tuple[str, dt.datetime], ...]:
    """Code and instant of every follow-up of a referral, in order.

    What is counted in days rolls forward to a working day of the country; what is counted in hours
    does not wait for Monday.
    """
    return tuple(
        (moment.name, _rolled(moment.after, sent_at, calendar)) for moment in FOLLOW_UPS[priority]
    )


def _rolled(after: Span, sent_at: dt.datetime, calendar: Calendar) -> dt.datetime:
    at = after.after(sent_at, calendar)
    return (calendar.roll_forward(at) if after.unit is Unit.DAYS else at).astimezone(dt.UTC)


def problems(said: Said, *, after_first_month: bool) -> dict[str, Text]:
    """What is wrong with the answers, by field."""
    wrong: dict[str, Text] = {}
    if said.contacted is None and said.started is None and said.still_going is None:
        wrong["contacted"] = N_("Please answer at least this question.")
    if said.still_going and said.started is False:
        wrong["still_going"] = N_("Nobody goes on with what has not started.")
    if said.still_going is False and said.started is not False and not said.code:
        wrong["code"] = N_("Please choose why.")
    if said.code and said.code not in DROP_OUTS:
        wrong["code"] = N_("Please choose one of the list.")
    if said.code == NOT_ASKED and after_first_month:
        wrong["code"] = N_("After the first month the reason must have been asked.")
    if said.satisfaction and said.satisfaction not in SATISFACTION:
        wrong["satisfaction"] = N_("Please choose one of the list.")
    if said.need and said.need not in CATEGORIES:
        wrong["need"] = N_("Please choose one of the list.")
    return wrong


NOT_REACHED: Mapping[str, Outcome] = {
    outcome.value: outcome for outcome in Outcome if outcome is not Outcome.REACHED
}
SERVED = frozenset({State.IN_SERVICE, State.ON_HOLD, State.COMPLETED})
DISPUTABLE = frozenset({State.CONTACTED, State.IN_SERVICE})
"""Where the step "the person says otherwise" starts from."""
CALLED = DISPUTABLE | SERVED


def contradiction(state: State, *, contacted: bool | None, started: bool | None) -> str:
    """Which statement of the person contradicts what the provider noted; empty: none.

    A code of ``STATEMENTS``. Whoever has started was reached somehow.
    """
    if state in CALLED and contacted is False and started is not True:
        return "not-contacted"
    if state in SERVED and started is False:
        return "not-started"
    return ""
