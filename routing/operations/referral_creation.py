"""Makes referrals: a draft for a need, and what follows one that came back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.audience import NARROWEST, audience_of
from directory.core import audit
from directory.core.actor import SYSTEM, Actor
from directory.core.errors import Conflict, NotFound
from directory.core.text import N_
from directory.models import Listing
from directory.who import Who
from routing.models import Need, Referral, ReferralEvent
from routing.operations.events import append_event, details_of_last, repeated, scoped_key
from routing.operations.gathering import Asked, Gathering
from routing.operations.listing_versions import version_now
from routing.operations.referral_clocks import clocks_after
from routing.operations.referrals import lock, perform, take_step
from routing.operations.single_runs import run_of_one
from routing.operations.step_facts import values_for
from routing.operations.unique_codes import unused_code
from routing.projection import Happened, Projection
from routing.queries.scope import case_for
from routing.referral_life import LIFE, ReferralFacts, State

NOTHING: Mapping[str, Any] = MappingProxyType({})
TRIED = N_("This service was tried before for this need.")


def create_referral(
    session: Session, need: Need, listing: Listing, *, actor: Actor, now: dt.datetime,
    run_id: UUID | None = None, parent: Referral | None = None,
    reopened_from: Referral | None = None, idempotency_key: str | None = None,
) -> Referral:  # fmt: skip
    """A draft that would send the person of ``need`` to ``listing``; the caller commits.

    ``run_id`` is the run of proposals that it was chosen from; without one, the answer of this one
    listing is recorded as a run. ``parent`` is the returned referral that this one follows.
    A repeated ``idempotency_key`` gives the first referral.
    """
    case_for(session, actor, need.case_id)
    if NARROWEST[listing.visibility] > audience_of(actor):
        raise NotFound
    key = scoped_key(actor, idempotency_key)
    first = repeated(session, key)
    if first is not None:
        return session.get_one(Referral, first.referral_id)
    with session.begin_nested():
        return _create(
            session, need, listing, actor=actor, role=Who.RC, now=now, run_id=run_id,
            parent=parent, reopened_from=reopened_from, depth=0, key=key,
        )  # fmt: skip


def reroute(
    session: Session, referral: Referral, listing: Listing, *, actor: Actor, now: dt.datetime,
    expected_version: int | None = None, idempotency_key: str | None = None,
    details: Mapping[str, Any] = NOTHING,
) -> Referral:  # fmt: skip
    """Send the person of a returned referral to another listing: the new referral, SENT.

    Prepares and sends the child with ``details`` (see ``prepare``), then closes the returned one.
    Refused as a whole, with every reason, if any of it is not allowed; the person must have been
    told, or ``details["announce"]`` lets the news of the new option tell them.
    """
    key = scoped_key(actor, idempotency_key)
    first = repeated(session, key)
    if first is not None:
        return session.get_one(Referral, UUID(str(first.details["child"])))
    with session.begin_nested():
        child = _create(
            session, referral.need, listing, actor=actor, role=Who.RC, now=now, run_id=None,
            parent=referral, reopened_from=None, depth=0, key=None,
        )  # fmt: skip
        for name in ("prepare", "send"):
            take_step(session, child, name, actor=actor, role=Who.RC, now=now, details=details)
        take_step(
            session, referral, "reroute", actor=actor, role=Who.RC, now=now,
            expected_version=expected_version, idempotency_key=idempotency_key,
            details={"child_id": str(child.id), "announce": details.get("announce") is True},
        )  # fmt: skip
    return child


def send_automatically(
    session: Session, parent: Referral, listing: Listing, *, now: dt.datetime
) -> Referral:
    """The clock sends the person on to an alternate that they agreed to beforehand.

    Every guard of preparing and sending is asked; the caseworker's role is borrowed for it.
    """
    child = _create(
        session, parent.need, listing, actor=SYSTEM, role=Who.SYS, now=now, run_id=None,
        parent=parent, reopened_from=None, depth=parent.depth + 1, key=None,
    )  # fmt: skip
    noted = details_of_last(session, parent, "prepare").get("affordability")
    preparation = {"consent_id": str(parent.consent_id), "affordability": noted}
    for name, details in (("prepare", preparation), ("send", NOTHING)):
        lock(session, child)
        perform(
            Asked(
                session=session,
                referral=child,
                name=name,
                actor=SYSTEM,
                role=Who.RC,
                now=now,
                details=details,
            )
        )
    return child


def tried_listings(session: Session, referral: Referral) -> set[UUID]:
    """Listings along the chain of re-routings that led to ``referral``, its own included."""
    tried: set[UUID] = set()
    found: Referral | None = referral
    while found is not None:
        tried.add(found.listing_id)
        found = session.get(Referral, found.parent_id) if found.parent_id is not None else None
    return tried


def _create(
    session: Session, need: Need, listing: Listing, *, actor: Actor, role: Who, now: dt.datetime,
    run_id: UUID | None, parent: Referral | None, reopened_from: Referral | None, depth: int,
    key: str | None,
) -> Referral:  # fmt: skip
    _check_parent(session, parent, need, listing)
    run = run_id or run_of_one(session, need, listing, actor=actor, now=now).id
    referral = Referral(
        id=uuid4(), code=unused_code(session, Referral), case_id=need.case_id, case=need.case,
        member_id=need.member_id, member=need.member, need_id=need.id, need=need,
        listing_id=listing.id, listing=listing, recipient_id=listing.service.organisation_id,
        listing_version_id=version_now(session, listing, now=now).id, run_id=run,
        priority=need.priority, state=State.DRAFT, version=0, created_at=now, depth=depth,
        parent_id=parent.id if parent is not None else None,
        reopened_from_id=reopened_from.id if reopened_from is not None else None,
        is_demo=need.case.is_demo, single_stage=False,
        hold="none", info_rounds=0, contests=0, disputes=0,
    )  # fmt: skip
    _check_creation(session, referral, actor=actor, role=role, now=now)
    _add(session, referral)
    details = {"need": str(need.id), "listing": str(listing.id), "run": str(run)}
    event = append_event(
        session, referral, Happened("create", State.NEW, State.DRAFT, now, details), actor=actor,
        role=role, idempotency_key=key, before=Projection(),
    )  # fmt: skip
    [line] = LIFE.leaving(State.NEW)
    clocks_after(session, referral, line, now=now, agreed={})
    _audit(session, referral, event, actor, now)
    return referral


def _check_creation(
    session: Session, referral: Referral, *, actor: Actor, role: Who, now: dt.datetime
) -> None:
    asked = Asked(
        session=session, referral=referral, name="create", actor=actor, role=role, now=now,
        details=NOTHING,
    )  # fmt: skip
    LIFE.check(State.NEW, "create", Who.RC, ReferralFacts(**values_for(Gathering(asked))))


def _add(session: Session, referral: Referral) -> None:
    """Two drafts made in the same instant for the same person, need and listing: one is refused."""
    try:
        with session.begin_nested():
            session.add(referral)
            session.flush()
    except IntegrityError as error:
        raise Conflict(
            N_("This person already has a referral to this service for this need.")
        ) from error


def _check_parent(session: Session, parent: Referral | None, need: Need, listing: Listing) -> None:
    if parent is None:
        return
    if parent.need_id != need.id:
        raise NotFound
    if listing.id in tried_listings(session, parent):
        raise Conflict(TRIED)


def _audit(
    session: Session, referral: Referral, event: ReferralEvent, actor: Actor, now: dt.datetime
) -> None:
    audit.record(
        session, actor, "routing:referral:create", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, event=str(event.id), listing=str(referral.listing_id),
    )  # fmt: skip
