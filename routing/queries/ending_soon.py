"""Cases whose help would go on after the money for it has ended (protocol F19, indicator I-28)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from directory.core.actor import Actor
from directory.models import Listing, Programme, Service
from routing.models import Case, Referral
from routing.programme_ends import AHEAD_DAYS, expected_end, last_day, runs_past
from routing.queries.scope import case_seen_by
from routing.referral_states import LIVE


@dataclass(frozen=True, slots=True)
class EndingSoon:
    """One referral under way that outlives its programme."""

    referral: Referral
    last_day: dt.date
    expected_end: dt.date | None
    """Nothing: nobody knows how long the help takes."""
    programme: str | None

    @property
    def case(self) -> Case:
        """Whose it is."""
        return self.referral.case


def ending_soon(
    session: Session, actor: Actor, *, today: dt.date, ahead_days: int = AHEAD_DAYS
) -> list[EndingSoon]:
    """Those in the cases that ``actor`` sees, the soonest end first."""
    return _found(session, case_seen_by(actor), today, ahead_days)


def all_ending_soon(
    session: Session, *, today: dt.date, ahead_days: int = AHEAD_DAYS
) -> list[EndingSoon]:
    """Those of every organisation, for whoever runs the installation."""
    return _found(session, true(), today, ahead_days)


def _found(
    session: Session, seen: ColumnElement[bool], today: dt.date, ahead_days: int
) -> list[EndingSoon]:
    horizon = today + dt.timedelta(days=ahead_days)
    query = (
        select(Referral)
        .join(Referral.case)
        .join(Referral.listing)
        .join(Listing.service)
        .outerjoin(Service.programme)
        .where(
            seen,
            Referral.state.in_(LIVE),
            # narrows only: the margin of a programme is subtracted by the rule
            or_(Listing.ends_on <= horizon, Programme.ends_on.is_not(None)),
        )
        .options(
            contains_eager(Referral.case),
            contains_eager(Referral.listing)
            .contains_eager(Listing.service)
            .contains_eager(Service.programme),
        )
    )
    found = (_as_line(referral, today, ahead_days) for referral in session.scalars(query))
    lines = [line for line in found if line is not None]
    return sorted(lines, key=lambda line: (line.last_day, str(line.referral.id)))


def _as_line(referral: Referral, today: dt.date, ahead_days: int) -> EndingSoon | None:
    listing = referral.listing
    programme = listing.service.programme
    last = last_day(
        listing.ends_on,
        programme.ends_on if programme is not None else None,
        programme.margin_days if programme is not None else 0,
    )
    expected = expected_end(referral.start_on, listing.duration_days, today)
    if last is None or not runs_past(last, expected, today, ahead_days):
        return None
    return EndingSoon(referral, last, expected, programme.name if programme is not None else None)
