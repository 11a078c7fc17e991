"""Who is told when something happens to a referral: addresses, by role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from directory.models import Account, AccountGrant, AccountRole, Region
from directory.roles import SEND_REFERRAL
from routing.clocks import Audience
from routing.models import Case, CaseWorker, ContactRoute, Referral


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a message goes, and in which language."""

    recipient: str
    language: str


def addresses(session: Session, referral: Referral, audience: Audience) -> list[Address]:
    """The accounts that belong to an audience of the referral.

    If there is none, one address that names the role: the message then shows that nobody holds it.
    """
    if audience is Audience.RC:
        found = case_team(session, referral.case_id)
    elif audience in (Audience.FP, Audience.DEPUTY):
        found = _holders(session, "FP", _of_recipient(referral))
    elif audience in (Audience.PW, Audience.PA):
        found = _holders(session, audience.value, _of_recipient(referral))
    else:
        found = _holders(session, audience.value, _around_case(session, referral.case))
    if found:
        return sorted(found)
    side = referral.case.organisation_id if audience in SENDER else referral.recipient_id
    return [Address(f"{audience.value} of organisation:{side}", "fr")]


def case_team(session: Session, case_id: UUID) -> list[Address]:
    """The caseworkers in the team of a case."""
    query = (
        select(Account)
        .join(CaseWorker, CaseWorker.account_id == Account.id)
        .where(CaseWorker.case_id == case_id, Account.active)
    )
    workers = (row for row in session.scalars(query) if row.actor.may(SEND_REFERRAL))
    return sorted(Address(row.email, row.language) for row in workers)


def holders_in(session: Session, role: str, organisation_id: UUID) -> list[Address]:
    """Who holds a role in an organisation; one address that names the role if nobody does."""
    found = _holders(session, role, AccountGrant.organisation_id == organisation_id)
    return sorted(found) or [Address(f"{role} of organisation:{organisation_id}", "fr")]


def supervisors_around(session: Session, case: Case, role: str = "RS") -> list[Address]:
    """Who holds a role whose scope holds the case; supervisors if not said otherwise."""
    found = _holders(session, role, _around_case(session, case))
    return sorted(found) or [Address(f"{role} of organisation:{case.organisation_id}", "fr")]


SENDER = frozenset({Audience.RC, Audience.RS, Audience.RCO})


def safe_text_route(referral: Referral) -> ContactRoute | None:
    """The first way to write to the person that they said is safe."""
    return next((r for r in referral.member.routes if r.kind == "phone" and r.safe_to_text), None)


def _holders(session: Session, role: str, scope: ColumnElement[bool]) -> list[Address]:
    query = (
        select(Account.email, Account.language)
        .join(AccountGrant, AccountGrant.account_id == Account.id)
        .join(AccountRole, AccountRole.id == AccountGrant.role_id)
        .where(AccountRole.name == role, Account.active, scope)
        .distinct()
    )
    return [Address(email, language) for email, language in session.execute(query)]


def _of_recipient(referral: Referral) -> ColumnElement[bool]:
    return AccountGrant.organisation_id == referral.recipient_id


def _around_case(session: Session, case: Case) -> ColumnElement[bool]:
    """Grants whose scope holds the case; a scope field that is empty does not narrow."""
    regions = list(_regions_around(session, case.region_id))
    in_region = AccountGrant.region_id.in_(regions) if regions else false()
    return and_(
        or_(
            AccountGrant.organisation_id.is_(None),
            AccountGrant.organisation_id == case.organisation_id,
        ),
        or_(AccountGrant.region_id.is_(None), in_region),
        or_(AccountGrant.country.is_(None), AccountGrant.country == case.country),
    )


def _regions_around(session: Session, region_id: object) -> Iterable[object]:
    while region_id is not None:
        yield region_id
        region = session.get(Region, region_id)
        region_id = region.parent_id if region is not None else None
