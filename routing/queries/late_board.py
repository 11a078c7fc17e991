"""Everything that is late under a supervisor's eyes, by who owes it, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.models import Account
from routing.models import CaseWorker
from routing.queries.caseload import Item, caseload, pressing


class OwnerKind(StrEnum):
    """Whose turn it is."""

    PROVIDER = "provider"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes something: a provider, those who accompany the person, or the supervisors."""

    kind: OwnerKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class OwnerLate:
    """What one owner owes."""

    owner: Owner
    items: tuple[Item, ...]
    """The oldest first."""

    @property
    def escalated(self) -> int:
        """Of how many the clock has told the supervisor."""
        return sum(item.escalated for item in self.items)


def late_board(session: Session, actor: Actor, *, now: dt.datetime) -> list[OwnerLate]:
    """What is late in the cases that ``actor`` sees; a fixed number of queries."""
    items = pressing(caseload(session, actor, now=now).late)
    teams = _teams(session, {item.case.id for item in items})
    owed: dict[Owner, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.due_at, str(item.case.id))):
        owed[_owner(item, teams)].append(item)
    return [OwnerLate(owner, tuple(items)) for owner, items in owed.items()]


def _owner(item: Item, teams: dict[UUID, str]) -> Owner:
    if item.of_provider and item.referral is not None:
        return Owner(OwnerKind.PROVIDER, item.referral.listing.service.organisation.name)
    if item.task is not None and item.task.owner_role == "RS":
        return Owner(OwnerKind.SUPERVISOR)
    team = teams.get(item.case.id, "")
    return Owner(OwnerKind.CASEWORKER, team) if team else Owner(OwnerKind.NOBODY)


def _teams(session: Session, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """The accounts that accompany each case."""
    query = (
        select(CaseWorker.case_id, Account)
        .join(Account, Account.id == CaseWorker.account_id)
        .where(CaseWorker.case_id.in_(case_ids), Account.active)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for case_id, account in session.execute(query):
        names[case_id].append(account.name or account.email)
    return {case_id: ", ".join(sorted(found)) for case_id, found in names.items()}
