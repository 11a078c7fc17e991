"""What a consent is about: the fields with their present values, and the organisations named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from directory.core.clock import today
from directory.core.db import db
from directory.core.text import Text
from directory.models import Listing
from routing.consent import MAX_RECIPIENTS
from routing.disclosure import Field, Mark, overview
from routing.models import Referral
from routing.operations.referral_creation import tried_listings
from routing.pages.casework import told
from routing.pages.proposals import proposals_for
from routing.queries.eligibility_now import asks_of
from routing.queries.known_facts import facts_of
from routing.queries.payload import payload_values
from routing.queries.proposals import cards


@dataclass(frozen=True, slots=True)
class Line:
    """One field with what it would say today."""

    field: Field
    words: Text | None
    """Nothing: not known today, so nothing goes."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Everything that a service of this kind is told, by when."""

    preview: list[Line]
    full: list[Line]
    explicit: list[Line]
    via_caseworker: list[Line]
    never: list[Line]

    @property
    def offered(self) -> frozenset[str]:
        """Names of the fields that go unless they are struck."""
        return frozenset(line.field.name for line in (*self.preview, *self.full))


def shared_fields(referral: Referral) -> Shared:
    """The fields of the service's data set with their values."""
    need, listing = referral.need, referral.listing
    facts = facts_of(db.session, referral.member, today=today())
    asks = asks_of(db.session, listing, facts, sender="", today=today())
    values = payload_values(
        db.session, referral.code, need, listing, asks, facts=facts, today=today()
    )
    marks = overview(
        listing.service.category, conditions_read=asks.facts_read(), priority=need.priority
    )
    return Shared(
        _lines(marks[Mark.PREVIEW], values), _lines(marks[Mark.FULL], values),
        _lines(marks[Mark.EXPLICIT], values), _lines(marks[Mark.VIA_CASEWORKER], {}),
        _lines(marks[Mark.NEVER], {}),
    )  # fmt: skip


def alternates_for(referral: Referral) -> list[Listing]:
    """The next eligible services of other organisations, to be agreed on beforehand."""
    found = proposals_for(referral.need, k=3 * MAX_RECIPIENTS)
    listings = cards(db.session, found.eligible)
    tried = tried_listings(db.session, referral)
    chosen: dict[UUID, Listing] = {}
    for proposal in found.eligible:
        listing = listings.get(proposal.listing_id)
        if listing is None or listing.id in tried:
            continue
        if listing.service.category != referral.listing.service.category:
            continue
        organisation = listing.service.organisation_id
        if organisation not in (referral.recipient_id, *chosen):
            chosen[organisation] = listing
    return list(chosen.values())[: MAX_RECIPIENTS - 1]


def _lines(fields: tuple[Field, ...], values: Mapping[str, Any]) -> list[Line]:
    return [Line(field, _words(field.name, values.get(field.name))) for field in fields]


def _words(name: str, value: Any) -> Text | None:
    return None if value in (None, "", (), []) else told(name, value)
