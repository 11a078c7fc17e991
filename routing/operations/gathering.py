"""A step that somebody asks for, and what is looked up for it, each thing once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.who import Who
from routing.facts import Facts
from routing.models import Referral, ReferralClock, ReferralEvent
from routing.operations.events import details_of_last, events_of
from routing.operations.referral_clocks import running_clocks
from routing.queries.disclosure_basis import Basis, basis_for
from routing.queries.eligibility_now import Asks, asks_of
from routing.queries.known_facts import facts_of
from routing.queries.payload import Payload, payload_of


@dataclass(slots=True, kw_only=True)
class Asked:
    """A step that somebody asks for, with what was found out for it."""

    session: Session
    referral: Referral
    name: str
    actor: Actor
    role: Who
    now: dt.datetime
    details: Mapping[str, Any]
    found: dict[str, Any] = field(default_factory=dict)
    """Facts that the operation itself brings about, such as a message that is queued."""

    @property
    def today(self) -> dt.date:
        """The day of the step."""
        return self.now.date()

    def text(self, name: str) -> str:
        """A detail as text; empty if it was not given."""
        value = self.details.get(name)
        return value.strip() if isinstance(value, str) else ""

    def date(self, name: str) -> dt.date | None:
        """A detail as a date."""
        value = self.details.get(name)
        if isinstance(value, dt.date):
            return value
        return dt.date.fromisoformat(value) if isinstance(value, str) and value else None


class Gathering:
    """The facts of one step, each looked up once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.session, self.referral = asked.session, asked.referral

    @cached_property
    def facts(self) -> Facts:
        """What is known about the person."""
        return facts_of(self.session, self.referral.member, today=self.asked.today)

    @cached_property
    def basis(self) -> Basis:
        """The consent or exception; locked, so that a withdrawal waits or is seen."""
        given = self.asked.details.get("consent_id")
        pinned = self.referral.consent_id if self.asked.name != "prepare" else None
        return basis_for(
            self.session, self.referral.need, self.referral.listing, facts=self.facts,
            now=self.asked.now, pinned=UUID(str(given)) if given else pinned, lock=True,
        )  # fmt: skip

    @cached_property
    def payload(self) -> Payload:
        """What would go to the provider today."""
        referral = self.referral
        return payload_of(
            self.session, referral.code, referral.need, referral.listing, self.basis.record,
            facts=self.facts, today=self.asked.today,
        )  # fmt: skip

    @cached_property
    def asks(self) -> Asks:
        """What the listing asks of the person today."""
        sender = self.referral.case.organisation.key
        return asks_of(
            self.session, self.referral.listing, self.facts, sender=sender, today=self.asked.today
        )

    @cached_property
    def events(self) -> list[ReferralEvent]:
        """The history so far."""
        return events_of(self.session, self.referral.id)

    @cached_property
    def clocks(self) -> list[ReferralClock]:
        """The running clocks."""
        return running_clocks(self.session, self.referral)

    @cached_property
    def prepared(self) -> Mapping[str, Any]:
        """What was noted when the file was made ready."""
        return details_of_last(self.session, self.referral, "prepare")

    def noted(self, name: str) -> str:
        """A remark given with this step, else when the file was made ready."""
        if given := self.asked.text(name):
            return given
        kept = self.prepared.get(name)
        return kept if isinstance(kept, str) else ""
