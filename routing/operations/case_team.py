"""Who accompanies a case: colleagues join, leave, and take over from one another."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.actor import Actor
from directory.core.errors import Forbidden
from directory.core.text import N_
from directory.models import Account
from directory.roles import SUPERVISE
from routing.models import Case
from routing.operations.cases import add_worker, remove_worker
from routing.queries.scope import case_for, in_team

JOINED = "case-yours"
"""Says that a case waits for the account; the case is in the caseload, not in the message."""


def assign(
    session: Session, case: Case, account: Account, *, actor: Actor, now: dt.datetime
) -> None:
    """A colleague joins the team; by somebody of the team, or by a supervisor."""
    _may_arrange(session, case, actor)
    add_worker(session, case, account, actor=actor, now=now)
    if account.id != actor.user_id:
        outbox.announce(
            session, template=JOINED, recipient=account.email, language=account.language,
            subject=f"case_file:{case.id}", now=now,
        )  # fmt: skip


def take_off(
    session: Session, case: Case, account_id: UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """A colleague leaves the team; somebody must stay."""
    _may_arrange(session, case, actor)
    remove_worker(session, case, account_id, actor=actor, now=now)


def hand_over(
    session: Session, case: Case, to: Account, *, former_id: UUID, actor: Actor, now: dt.datetime
) -> None:
    """``to`` takes over from ``former_id``, who leaves the team; nothing of the case changes."""
    with session.begin_nested():
        assign(session, case, to, actor=actor, now=now)
        if former_id != to.id:
            remove_worker(session, case, former_id, actor=actor, now=now)


def _may_arrange(session: Session, case: Case, actor: Actor) -> None:
    case_for(session, actor, case.id)
    if not (in_team(session, actor, case.id) or actor.may(SUPERVISE)):
        raise Forbidden(N_("You are not in the team of this case."))
