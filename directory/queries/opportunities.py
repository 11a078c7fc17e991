"""What is open now: enrolment that is open or about to open, starts, and offers that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.intake import Intake, Window, intake
from directory.queries.columns import ENDLESS, day_number
from directory.queries.listings import Card, cards
from directory.queries.open_listings import intake_windows
from directory.queries.search import Found

AHEAD_DAYS = 365
"""What opens or ends later than this is not news yet."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A service that people can apply for now or soon, or only until a day."""

    card: Card
    intake: Intake | None
    """Nothing for an offer without windows that only ends."""
    ends_on: dt.date | None
    """Last day of the offer or of the programme that pays for it."""

    @property
    def is_open(self) -> bool:
        """People can apply today."""
        return self.intake is None or self.intake.now is not None

    @property
    def opens_on(self) -> dt.date | None:
        """First day to apply, if it is still to come."""
        if self.intake is None or self.intake.now is not None or self.intake.next is None:
            return None
        return self.intake.next.opens_on

    @property
    def last_day(self) -> dt.date | None:
        """Last day to apply; of an offer without windows, its last day."""
        if self.intake is None:
            return self.ends_on
        opening = self.intake.now or self.intake.next
        days = [opening.last_on if opening else None, self.ends_on]
        return min((day for day in days if day is not None), default=None)

    @property
    def starts_on(self) -> dt.date | None:
        """When what people apply for begins."""
        opening = self.intake and (self.intake.now or self.intake.next)
        return opening.starts_on if opening else None


def opportunities(session: Session, found: Found, today: dt.date) -> list[Opportunity]:
    """Of what was found, what is open with a deadline or opens soon; the nearest day first."""
    day = day_number(today, 0)
    ends = found.take("ends_on").astype(np.int64)
    limited = (ends != ENDLESS) & (ends >= day) & (ends <= day + AHEAD_DAYS)
    over = ends < day
    known = [intake_windows(session, part) for part in found.parts]
    chosen: dict[int, tuple[Intake | None, dt.date | None]] = {}
    for at in np.flatnonzero(~over & (limited | _has_windows(found, known))).tolist():
        windows = known[found.part[at]].get(int(found.row[at]))
        state = intake(windows, today) if windows else None
        if _is_news(state, today) or (windows is None and limited[at]):
            ends_on = dt.date.fromordinal(int(ends[at]) + _EPOCH) if ends[at] != ENDLESS else None
            chosen[at] = (state, ends_on)
    ids = found.ids()
    shown = {card.id: card for card in cards(session, [ids[at] for at in chosen])}
    news = [Opportunity(shown[ids[at]], *facts) for at, facts in chosen.items() if ids[at] in shown]
    return sorted(news, key=_soonest)


_EPOCH = dt.date(1970, 1, 1).toordinal()


def _has_windows(
    found: Found, known: Sequence[Mapping[int, tuple[Window, ...]]]
) -> NDArray[np.bool_]:
    has = np.zeros(len(found), dtype=bool)
    for number, windows in enumerate(known):
        rows = np.fromiter(windows, dtype=np.intp, count=len(windows))
        has |= (found.part == number) & np.isin(found.row, rows)
    return has


def _is_news(state: Intake | None, today: dt.date) -> bool:
    if state is None:
        return False
    if state.now is not None:
        return True
    opens_on = state.next.opens_on if state.next else None
    return opens_on is not None and opens_on <= today + dt.timedelta(days=AHEAD_DAYS)


def _soonest(one: Opportunity) -> tuple[bool, dt.date, str]:
    day = one.last_day if one.is_open else one.opens_on
    return not one.is_open, day or dt.date.max, str(one.card.id)
