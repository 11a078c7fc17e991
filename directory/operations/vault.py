"""Keeps the true address of a hidden service, and shows it to one person whom a second approved.

There is no JSON interface and no command for this, on purpose: an address must pass neither through
programs, which keep what they receive, nor through a terminal and its history. Nothing of it goes into
audit lines, logs or messages. Opening a file in an emergency opens no address either (trust.md C.4.1).
Whoever calls has proved the second factor just before; operations know nothing of sessions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.text import N_, Text
from directory.models import Account, HiddenAddress, Site, VaultOpening
from directory.queries.vault import has_address, keeps, openings_of, reaches
from directory.vault import (
    address_problems,
    deciding_refusal,
    reading_refusal,
    reason_problems,
)

LOCKED = ("decided_by_id", "decided_at", "is_approved", "read_at")
"""Read again under the row's lock: two readings at once would both see an unused approval."""


def keep_address(
    session: Session, site: Site, address: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Write the true address of a hidden site, in place of an earlier one; nothing shows it again."""
    if not keeps(session, actor, site.id):
        raise Forbidden(N_("The address is written by the provider’s editor or a gatekeeper."))
    _must_be(address_problems(address))
    kept = session.get(HiddenAddress, site.id, with_for_update=True)
    replaces = kept is not None
    if kept is None:
        kept = HiddenAddress(site_id=site.id)
        session.add(kept)
    kept.address = address.strip()
    _audit(session, "keep", site.id, actor, now, replaces=replaces)


def ask_opening(
    session: Session, site: Site, reason: str, *, actor: Actor, now: dt.datetime
) -> VaultOpening:
    """Ask to read the address of a site; one request at a time for each person and site."""
    _must_reach(session, actor, site.id)
    _must_be(reason_problems(reason))
    if actor.user_id is None or not has_address(session, site.id):
        raise Conflict(N_("No address is kept for this place."))
    if has_asked(openings_of(session, site.id), actor, now):
        raise Conflict(N_("You have asked already: your request is on this page."))
    opening = VaultOpening(
        site_id=site.id, reason=reason.strip(), asked_by_id=actor.user_id, asked_at=now
    )
    session.add(opening)
    session.flush()
    _audit(session, "ask", site.id, actor, now, opening=str(opening.id))
    return opening


def has_asked(openings: Iterable[VaultOpening], actor: Actor, now: dt.datetime) -> bool:
    """Whether something can still come of a request of ``actor`` among these."""
    return any(one.asked_by_id == actor.user_id and one.plain.is_open(now) for one in openings)


def decide_opening(
    session: Session, opening: VaultOpening, *, approves: bool, second_factor: bool, actor: Actor,
    now: dt.datetime,
) -> VaultOpening:  # fmt: skip
    """The second person approves or refuses; nobody answers themselves, and nobody answers twice."""
    _lock(session, opening)
    _must_reach(session, actor, opening.site_id)
    refusal = deciding_refusal(opening.plain, actor.user_id, now)
    if refusal is not None:
        raise Conflict(refusal)
    _must_be(second_factor_problems(second_factor))
    opening.decided_by_id, opening.decided_at, opening.is_approved = actor.user_id, now, approves
    verb = "approve" if approves else "refuse"
    _audit(session, verb, opening.site_id, actor, now, opening=str(opening.id))
    return opening


def read_address(
    session: Session, opening: VaultOpening, *, second_factor: bool, actor: Actor, now: dt.datetime
) -> str:
    """The address of the site that was asked for; the approval is used up.

    ``Conflict`` says why not. Without its audit line (``Unavailable``) nothing is shown.
    """
    _lock(session, opening)
    _must_reach(session, actor, opening.site_id)
    refusal = reading_refusal(
        opening.plain, actor.user_id, now, approver_may=_approver_may(session, opening)
    )
    if refusal is not None:
        raise Conflict(refusal)
    _must_be(second_factor_problems(second_factor))
    opening.read_at = now
    _audit(session, "read", opening.site_id, actor, now, opening=str(opening.id),
           approved_by=str(opening.decided_by_id))  # fmt: skip
    kept = session.get(HiddenAddress, opening.site_id, populate_existing=True)
    if kept is None:
        raise NotFound
    return str(kept.address)


def list_openings(
    session: Session, site: Site, *, actor: Actor, now: dt.datetime
) -> Sequence[VaultOpening]:
    """The requests for a site with their reasons, which may speak of people: a line is written."""
    _must_reach(session, actor, site.id)
    _audit(session, "list", site.id, actor, now)
    return openings_of(session, site.id)


def second_factor_problems(proved: bool) -> dict[str, Text]:
    """What is missing when the second factor was not proved, by field."""
    return {} if proved else {"second_factor": N_("Type the present code of your second factor.")}


def _approver_may(session: Session, opening: VaultOpening) -> bool:
    """Whether the approver, as the account stands now, could still open this site."""
    if opening.decided_by_id is None:
        return False
    approver = session.get(Account, opening.decided_by_id, populate_existing=True)
    return approver is not None and reaches(session, approver.actor, opening.site_id)


def _lock(session: Session, opening: VaultOpening) -> None:
    session.flush()
    session.refresh(opening, LOCKED, with_for_update=True)


def _must_reach(session: Session, actor: Actor, site_id: UUID) -> None:
    if not reaches(session, actor, site_id):
        raise NotFound


def _must_be(problems: dict[str, Text]) -> None:
    if problems:
        raise Invalid(problems)


def _audit(
    session: Session, verb: str, site_id: UUID, actor: Actor, now: dt.datetime, **details: object
) -> None:
    audit.record(
        session, actor, f"directory:vault:{verb}", f"site:{site_id}", now=now, chain=None, **details,
    )  # fmt: skip
