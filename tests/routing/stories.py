"""A provider, a caseworker and a person to tell stories with: rows as the operations make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM, Actor
from directory.models import Account, AccountGrant, Capacity, Listing, Organisation
from directory.who import Who
from routing.consent import ConsentKind, Giver
from routing.models import (
    Case,
    CaseMember,
    ConsentRecipient,
    ConsentRecord,
    Need,
    Referral,
    ReferralEvent,
)
from routing.operations.case_steps import admit
from routing.operations.cases import Route, open_case
from routing.operations.consents import Agreement, Named, give_consent
from routing.operations.facts import record_facts
from routing.operations.informing import inform
from routing.operations.needs import open_need
from routing.operations.referral_creation import create_referral
from routing.operations.referrals import take_step
from routing.priorities import Priority
from tests import factories

DAY = dt.timedelta(days=1)
FACTS: Mapping[str, object] = {
    "born": "2004-01-15",
    "sex": "female",
    "education": "gn:9",
    "location": {"lon": -12.29, "lat": 11.32, "radius": 0},
    "population-group": "returnee",
    "languages": ["fr", "ff"],
}
NUMBER = "+224620123456"
NAME = "Canary Diallo"
HOURS = "canary hours"


def guardian_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Who agrees in the child's place, where somebody does."""
    if given.get("giver", Giver.BEN) is Giver.BEN:
        return {}
    return {"giver_name": "Canary Bah", "giver_relation": "mother", "assent_mode": "oral"}


@dataclass
class Story:
    """The people of one story. ``provider`` answers, ``caseworker`` sends."""

    session: Session
    now: dt.datetime
    sender: Organisation = field(init=False)
    provider: Organisation = field(init=False)
    accounts: dict[str, Account] = field(default_factory=dict)
    readers: dict[UUID, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        factories.use(self.session)
        self.sender = factories.Organisation(name="Sender")
        self.provider = factories.Organisation(name="Provider")
        for role in ("RC", "RS"):
            self.accounts[role] = factories.Account.with_role(role, self.sender)
        for role in ("FP", "PW"):
            self.accounts[role] = factories.Account.with_role(role, self.provider)
        self.accounts["DPO"] = factories.Account.with_role("DPO", None, country="GN")
        for account in self.accounts.values():
            account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
            account.mf_recovery_codes = []
        self.session.flush()

    def actor(self, who: Who) -> Actor:
        if who is Who.SYS:
            return SYSTEM
        if who is Who.BEN:
            return self.accounts["RC"].actor
        return self.accounts[who.value].actor

    def reader_at(self, organisation_id: UUID) -> Actor:
        """Somebody who answers and works at any provider."""
        if organisation_id not in self.readers:
            organisation = self.session.get_one(Organisation, organisation_id)
            account = factories.Account.with_role("FP", organisation)
            role = factories.AccountRole(name="PW")
            account.grants.append(AccountGrant(role=role, organisation_id=organisation_id))
            self.session.flush()
            self.readers[organisation_id] = account.actor
        return self.readers[organisation_id]

    def acting(self, who: Who, referral: Referral) -> Actor:
        """Who acts in a role: for the provider, somebody of the one that has the referral."""
        if who in (Who.FP, Who.PW) and referral.recipient_id != self.provider.id:
            return self.reader_at(referral.recipient_id)
        return self.actor(who)

    def listing(
        self, provider: Organisation | None = None, places: int | None = 4, **given: Any
    ) -> Listing:
        service = factories.Service(
            organisation=provider or self.provider, category=given.pop("category", "training")
        )
        listing: Listing = factories.Listing(service=service, **given)
        self.session.add(
            Capacity(listing_id=listing.id, places=places, held=0, taken=0, updated_at=self.now)
        )
        self.session.flush()
        self.session.expire(listing)
        return listing

    def case(self, facts: Mapping[str, object] = FACTS, routes: int = 1) -> Case:
        rc = self.actor(Who.RC)
        numbers = [f"+22462012{n:04}" for n in range(1, routes)]
        case = open_case(
            self.session, actor=rc, now=self.now, organisation_id=self.sender.id, country="GN",
            name=NAME,
            routes=tuple(
                Route(kind="phone", value=number, safe_to_call=True, safe_to_text=True, hours=HOURS)
                for number in (NUMBER, *numbers)
            ),
        )  # fmt: skip
        record_facts(self.session, case.members[0], facts, actor=rc, now=self.now)
        give_consent(
            self.session,
            case.members[0],
            Agreement(kind=ConsentKind.SERVICES),
            actor=rc,
            now=self.now,
        )
        return case

    def need(
        self, case: Case | None = None, priority: Priority = Priority.P3, category: str = "training"
    ) -> Need:
        rc = self.actor(Who.RC)
        case = case or self.case()
        need = open_need(
            self.session, case.members[0], actor=rc, now=self.now, category=category,
            priority=priority, detail="canary detail",
        )  # fmt: skip
        if case.state == "registered":
            admit(
                self.session,
                case,
                actor=rc,
                now=self.now,
                screening="v1",
                services_shown=("training",),
            )
        return need

    def consent(
        self, need: Need, *listings: Listing, refused: tuple[Listing, ...] = (), **given: Any
    ) -> ConsentRecord:
        return give_consent(
            self.session,
            self.member(need),
            Agreement(
                need_id=need.id,
                dataset=given.pop("dataset", need.category),
                recipients=tuple(
                    Named(
                        organisation_id=listing.service.organisation_id, listing_id=listing.id,
                        accepted=listing not in refused,
                    )
                    for listing in (*listings, *refused)
                ),
                **guardian_of(given) | given,
            ),
            actor=self.actor(Who.RC),
            now=self.now,
        )  # fmt: skip

    def member(self, need: Need) -> CaseMember:
        return self.session.get_one(CaseMember, need.member_id)

    def learn(self, need: Need, **facts: object) -> None:
        entries = {name.replace("_", "-"): value for name, value in facts.items()}
        record_facts(
            self.session, self.member(need), entries, actor=self.actor(Who.RC), now=self.now
        )

    def consent_of(self, referral: Referral) -> ConsentRecord:
        return self.session.get_one(ConsentRecord, referral.consent_id)

    def other_listing(self, **given: Any) -> Listing:
        return self.listing(factories.Organisation(name="Other provider"), **given)

    def add_alternate(self, consent: ConsentRecord, listing: Listing) -> None:
        rank = len(consent.recipients) + 1
        consent.recipients.append(
            ConsentRecipient(
                rank=rank, organisation_id=listing.service.organisation_id, listing_id=listing.id,
                accepted=True,
            )
        )  # fmt: skip
        self.session.flush()

    def draft(self, need: Need, listing: Listing, **given: Any) -> Referral:
        return create_referral(
            self.session, need, listing, actor=self.actor(Who.RC), now=self.now, **given
        )

    def step(self, referral: Referral, name: str, who: Who, **details: Any) -> ReferralEvent:
        return take_step(
            self.session,
            referral,
            name,
            actor=self.acting(who, referral),
            role=who,
            now=self.now,
            details=details,
        )

    def tell(self, referral: Referral, *, reached: bool = True) -> ReferralEvent:
        return inform(
            self.session, referral, actor=self.actor(Who.RC), role=Who.RC, now=self.now,
            channel="phone",
            reached=reached,
        )  # fmt: skip

    def sent(self, need: Need | None = None, listing: Listing | None = None) -> Referral:
        need = need or self.need()
        listing = listing or self.listing()
        self.consent(need, listing)
        referral = self.draft(need, listing)
        self.step(referral, "prepare", Who.RC, affordability="talked over")
        self.step(referral, "send", Who.RC)
        return referral

    def accepted(self, **given: Any) -> Referral:
        referral = self.sent(**given)
        self.step(referral, "accept", Who.FP, **self.acceptance())
        return referral

    def acceptance(self) -> dict[str, str]:
        start = (self.now + 7 * DAY).date().isoformat()
        return {"start_on": start, "place": "Labé", "to_bring": "identity card"}

    def returned(self, code: str = "R20", **detail: Any) -> Referral:
        referral = self.sent()
        self.step(referral, "reject", Who.FP, code=code, detail=detail)
        return referral
