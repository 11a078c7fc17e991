"""Keeps what a person was told and shown before they chose, and the cards with which they go alone."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.text import N_
from directory.models import Listing
from directory.queries.listings import listing_for
from routing.counselling import Counselled
from routing.models import (
    Case,
    Need,
    OptionsCounselling,
    Referral,
    SelfReferralCard,
    ServicesInformation,
)
from routing.queries.counselling import counselling_of, services_in
from routing.queries.scope import case_for

MATERIALS = ("spoken", "printed")


def record_counselling(
    session: Session, need: Need, found: Counselled, *, run_id: UUID | None, actor: Actor,
    now: dt.datetime,
) -> OptionsCounselling:  # fmt: skip
    """The options as they were shown and the choice as it was said; raises ``Invalid`` by field."""
    case = case_for(session, actor, need.case_id)
    if problems := found.problems():
        raise Invalid(problems)
    row = OptionsCounselling(
        need_id=need.id, member_id=need.member_id, run_id=run_id, chosen_listing_id=found.chosen,
        at=now, by_id=actor.user_id, shown=[option.written() for option in found.shown],
        eligible_shown=found.eligible_shown, eligible_existed=found.existed,
        words=found.words.strip(), was_neutral=found.was_neutral,
        note=found.note.strip() or None, why_one=found.why_one.strip() or None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "routing:counselling:record", f"need:{need.id}", now=now,
        chain=case.organisation_id, counselling=str(row.id), shown=row.eligible_shown,
        existed=row.eligible_existed,
    )  # fmt: skip
    return row


def follow_counselling(session: Session, row: OptionsCounselling, referral: Referral) -> None:
    """The referral that came of the choice; a repeated request keeps the first talk."""
    if counselling_of(session, referral) is None:
        row.referral_id = referral.id
        session.flush()


def record_information(
    session: Session, case: Case, *, material: str, actor: Actor, now: dt.datetime
) -> ServicesInformation:
    """Every kind of help that exists was told today: the families, and the public services of each.

    The list is the one that ``services_in`` gives and that the printed sheet shows.
    """
    case_for(session, actor, case.id)
    if material not in MATERIALS:
        raise Invalid({"material": N_("Please choose one of the list.")})
    families = services_in(session, case.country)
    row = ServicesInformation(
        case_id=case.id, at=now, by_id=actor.user_id, language=case.members[0].language,
        categories=list(families),
        listings=[str(card.id) for cards in families.values() for card in cards],
        material=material,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "routing:information:record", f"case_file:{case.id}", now=now,
        chain=case.organisation_id, families=len(row.categories), listings=len(row.listings),
    )  # fmt: skip
    return row


def give_card(
    session: Session, need: Need, listing_id: UUID, *, actor: Actor, now: dt.datetime
) -> SelfReferralCard:
    """A card with the public contact of a service; nothing about the person leaves (A.4 rule 5).

    Only for services that everybody may know of, and that receive people who were not sent.
    """
    case = case_for(session, actor, need.case_id)
    listing: Listing = listing_for(session, listing_id, Audience.EVERYBODY)
    if listing.accepts_self_referral is False:
        raise Conflict(N_("This service receives only people who are sent by an organisation."))
    row = SelfReferralCard(
        need_id=need.id, listing_id=listing.id, given_at=now, by_id=actor.user_id
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "routing:card:give", f"need:{need.id}", now=now,
        chain=case.organisation_id, listing=str(listing.id),
    )  # fmt: skip
    return row
