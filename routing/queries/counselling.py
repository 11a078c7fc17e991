"""What a person was told and shown, and what they chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import Audience, visible_to
from directory.categories import CATEGORIES
from directory.listing_life import SEARCHABLE
from directory.models import Listing, Service, Site
from directory.queries.listings import Card, cards
from routing.counselling import Option, read_option
from routing.models import (
    Case,
    Need,
    OptionsCounselling,
    Referral,
    SelfReferralCard,
    ServicesInformation,
)


def counselling_of(session: Session, referral: Referral) -> OptionsCounselling | None:
    """The talk that led to the referral, if it was kept."""
    query = select(OptionsCounselling).where(OptionsCounselling.referral_id == referral.id)
    return session.scalars(query).first()


def counsellings_of_need(session: Session, need: Need) -> list[OptionsCounselling]:
    """Every talk about the options for a need, the newest first."""
    query = select(OptionsCounselling).where(OptionsCounselling.need_id == need.id)
    return list(session.scalars(query.order_by(OptionsCounselling.at.desc())))


def told_options(
    session: Session, talks: Sequence[OptionsCounselling], audience: Audience
) -> Mapping[UUID, Sequence[Option]]:
    """The options of each talk whose services a circle may know of today, by id of the talk."""
    options = {talk.id: [read_option(stored) for stored in talk.shown] for talk in talks}
    wanted = {one.listing for shown in options.values() for one in shown}
    query = select(Listing.id).where(
        Listing.id.in_(wanted), Listing.visibility.in_(visible_to(audience))
    )
    known = set(session.scalars(query))
    return {key: [one for one in shown if one.listing in known] for key, shown in options.items()}


def information_of(session: Session, case: Case) -> list[ServicesInformation]:
    """When every kind of help was told, the newest first (indicator I-03)."""
    query = select(ServicesInformation).where(ServicesInformation.case_id == case.id)
    return list(session.scalars(query.order_by(ServicesInformation.at.desc())))


def cards_of_case(session: Session, case: Case) -> list[SelfReferralCard]:
    """The cards with which people of the case went alone, the newest first."""
    query = (
        select(SelfReferralCard)
        .join(Need, Need.id == SelfReferralCard.need_id)
        .where(Need.case_id == case.id)
    )
    return list(session.scalars(query.order_by(SelfReferralCard.given_at.desc())))


def services_in(session: Session, country: str) -> Mapping[str, Sequence[Card]]:
    """The public services of a country by family, families in their usual order, empty ones too."""
    query = (
        select(Listing.id)
        .join(Service, Service.id == Listing.service_id)
        .join(Site, Site.id == Listing.site_id)
        .where(
            Site.country == country,
            Listing.state.in_(SEARCHABLE),
            Listing.visibility.in_(visible_to(Audience.EVERYBODY)),
        )
    )
    found: dict[str, list[Card]] = {name: [] for name in CATEGORIES}
    for card in cards(session, list(session.scalars(query))):
        if card.category in found:
            found[card.category].append(card)
    return {
        name: sorted(rows, key=lambda card: (card.place or "", card.organisation))
        for name, rows in found.items()
    }
