"""A provider keeps its own listing true: places, enrolment periods, and "it is still exact".

None of these is an edit that must be verified again. Enrolment periods decide who can be sent, so
they make a new version; counts of places do not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory import roles
from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.intake import check_recurrence
from directory.listing_content import ROWS, clean
from directory.models import Capacity, IntakeWindow, Listing, ListingVersion
from directory.operations.changes import mark_changed
from directory.operations.demonstrations import mark_if_demo
from directory.operations.listings import content_of, take_listing_step
from directory.queries.listing_scope import listing_to_change, role_for_step

KEEPING = frozenset({roles.EDIT_CAPACITY, roles.EDIT_LISTING})
MOST_PLACES = 1_000_000


def set_places(
    session: Session, listing: Listing, places: int | None, next_on: dt.date | None, *,
    actor: Actor, now: dt.datetime,
) -> Capacity:  # fmt: skip
    """Say how many places there are in the running period; nothing: the provider does not know.

    Saying the same number again keeps it fresh. Raises ``Invalid`` for fewer places than referrals
    hold or have taken, and ``NotFound`` for a listing of somebody else.
    """
    listing_to_change(session, actor, listing.id, KEEPING)
    period = _locked_period(session, listing, now.date()) or Capacity(
        listing_id=listing.id, held=0, taken=0, updated_at=now
    )
    _check_places(places, next_on, period.held + period.taken, now.date())
    before = period.places
    period.places, period.next_on, period.updated_at = places, next_on, now
    session.add(period)
    session.flush()
    session.expire(listing, ["capacities"])
    mark_if_demo(session, listing, actor)
    mark_changed(session, [listing.id])
    _record(session, listing, actor, "directory:capacity:edit", now, before=before, places=places)
    return period


def set_windows(
    session: Session, listing: Listing, windows: Sequence[Mapping[str, Any]], *, actor: Actor,
    now: dt.datetime,
) -> ListingVersion | None:  # fmt: skip
    """Say when people can apply; the new version, or nothing where nothing changed.

    ``windows`` are rows of ``directory.listing_content`` (``opens_on``, ``closes_on``, …). None at
    all means that nothing is known, unless the listing says that there is no limit.
    """
    listing_to_change(session, actor, listing.id, KEEPING)
    for row in windows:
        _check_window(row)
    offer = content_of(listing)
    wanted = clean({"windows": windows})["windows"]
    if offer["windows"] == wanted:
        return None
    listing.windows = [IntakeWindow(**_dates(row)) for row in wanted]
    listing.number += 1
    version = ListingVersion(
        listing_id=listing.id, number=listing.number, content={**offer, "windows": wanted},
        edited_at=now, edited_by_id=actor.user_id, reason="windows",
    )  # fmt: skip
    session.add(version)
    session.flush()
    mark_if_demo(session, listing, actor)
    mark_changed(session, [listing.id])
    _record(session, listing, actor, "directory:listing:windows", now, version=listing.number)
    return version


def confirm_listing(
    session: Session, listing: Listing, *, actor: Actor, now: dt.datetime
) -> Listing:
    """Say that the listing is still exact: it is fresh again from today."""
    listing_to_change(session, actor, listing.id, KEEPING)
    role = role_for_step(session, actor, listing, "confirm")
    return take_listing_step(session, listing, "confirm", actor=actor, who=role, now=now)


def _locked_period(session: Session, listing: Listing, on: dt.date) -> Capacity | None:
    """The period of ``on``, else the next one: the one in which referrals take places."""
    query = (
        select(Capacity)
        .where(
            Capacity.listing_id == listing.id,
            or_(Capacity.until_on.is_(None), Capacity.until_on >= on),
        )
        .order_by(Capacity.from_on.nulls_first(), Capacity.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def _check_places(places: int | None, next_on: dt.date | None, in_use: int, today: dt.date) -> None:
    problems: dict[str, Text] = {}
    if places is not None and not 0 <= places <= MOST_PLACES:
        problems["places"] = N_("Enter a number of places of 0 or more.")
    elif places is not None and places < in_use:
        problems["places"] = N_(
            "{count} places are promised or taken: there cannot be fewer.", count=in_use
        )
    if next_on is not None and next_on < today:
        problems["next_on"] = N_("Enter a day that is still to come.")
    if problems:
        raise Invalid(problems)


def _check_window(row: Mapping[str, Any]) -> None:
    problems: dict[str, Text] = {}
    days = _dates({**ROWS["windows"], **row})
    opens, closes, starts = days["opens_on"], days["closes_on"], days["starts_on"]
    if opens is None and closes is None and starts is None:
        problems["opens_on"] = N_("Enter at least one date.")
    if opens is not None and closes is not None and closes < opens:
        problems["closes_on"] = N_("The last day cannot be before the first.")
    if opens is not None and starts is not None and starts < opens:
        problems["starts_on"] = N_("The start cannot be before the first day to apply.")
    if days["cut_off_days"] is not None and not 0 <= int(days["cut_off_days"]) <= 366:
        problems["cut_off_days"] = N_("Enter a number of days from 0 to 366.")
    if problems:
        raise Invalid(problems)
    if days["recurrence"]:
        check_recurrence(str(days["recurrence"]))


def _dates(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(row)
    for name in ("opens_on", "closes_on", "starts_on"):
        if isinstance(plain[name], str):
            plain[name] = dt.date.fromisoformat(plain[name])
    return plain


def _record(
    session: Session, listing: Listing, actor: Actor, action: str, now: dt.datetime, **more: Any
) -> None:
    audit.record(session, actor, action, f"listing:{listing.id}", now=now, **more)
