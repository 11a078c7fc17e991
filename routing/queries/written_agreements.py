"""Written agreements that somebody may read or write, and those that bear on a provider."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.core.text import Text
from directory.models import Organisation
from directory.roles import READ_COORDINATION, REPORT_AGREEMENT, WRITE_AGREEMENT
from routing.models import WrittenAgreement
from routing.written_agreements import UNPAID, in_force, payment_warning


def visible_agreements(actor: Actor) -> Select[tuple[WrittenAgreement]]:
    """Agreements of the actor's own organisations and, for coordination, of its country; by title."""
    own = actor.organisations()
    is_party = or_(WrittenAgreement.sender_id.in_(own), WrittenAgreement.provider_id.in_(own))
    coordinated = (_coordinated_by(grant) for grant in actor.grants_for(READ_COORDINATION))
    return (
        select(WrittenAgreement)
        .where(or_(is_party if own else false(), *coordinated))
        .options(joinedload(WrittenAgreement.sender), joinedload(WrittenAgreement.provider))
        .order_by(WrittenAgreement.title, WrittenAgreement.id)
    )


def agreement_for(session: Session, actor: Actor, agreement_id: UUID) -> WrittenAgreement:
    """The agreement, or ``NotFound`` if there is none that ``actor`` may see."""
    query = visible_agreements(actor).where(WrittenAgreement.id == agreement_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def may_write(actor: Actor, sender_id: UUID, provider: Organisation) -> bool:
    """The sender's supervisors and the coordination of the provider's country write agreements."""
    return any(
        grant.organisation_id in (None, sender_id) and grant.country in (None, provider.country)
        for grant in actor.grants_for(WRITE_AGREEMENT)
    )


def may_report(actor: Actor, agreement: WrittenAgreement) -> bool:
    """The provider reports whom it has accepted and whether it is paid; so may who writes."""
    reporters = {grant.organisation_id for grant in actor.grants_for(REPORT_AGREEMENT)}
    is_writer = may_write(actor, agreement.sender_id, agreement.provider)
    return agreement.provider_id in reporters or is_writer


def possible_senders(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations in whose name ``actor`` may write an agreement, by name."""
    scopes = []
    for grant in actor.grants_for(WRITE_AGREEMENT):
        scope: ColumnElement[bool] = true()
        if grant.organisation_id is not None:
            scope &= Organisation.id == grant.organisation_id
        if grant.country is not None:
            scope &= Organisation.country == grant.country
        scopes.append(scope)
    query = select(Organisation).where(or_(false(), *scopes)).order_by(Organisation.name)
    return list(session.scalars(query))


def unpaid_providers(
    session: Session, providers: Collection[UUID], *, today: dt.date
) -> dict[UUID, list[Text]]:
    """For each provider what a caseworker must know of payments that are late; most have nothing."""
    query = select(WrittenAgreement).where(
        WrittenAgreement.provider_id.in_(providers), WrittenAgreement.payment.in_(UNPAID)
    )
    found: defaultdict[UUID, list[Text]] = defaultdict(list)
    for row in session.scalars(query):
        warning = payment_warning(row.payment, row.payment_since, row.payment_expected_on)
        if warning is not None and in_force(row.signed_on, row.ends_on, today):
            found[row.provider_id].append(warning)
    return dict(found)


def _coordinated_by(grant: Grant) -> ColumnElement[bool]:
    """A country's coordination sees all of it; that of an organisation or a region its own only."""
    if grant.organisation_id is not None or grant.region_id is not None:
        return false()
    if grant.country is None:
        return true()
    provider = aliased(Organisation)
    return WrittenAgreement.provider_id.in_(
        select(provider.id).where(provider.country == grant.country)
    )
