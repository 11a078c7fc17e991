"""What tests of the vault share: a shelter, the people of its provider, gatekeepers and others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.models import Account, Listing, Organisation, Site, VaultOpening
from directory.operations.vault import ask_opening, decide_opening, keep_address, read_address
from directory.visibility import Precision, Visibility
from tests import factories

SECRET = "Kanari Lane 7"
WHY = "A woman must be driven there tonight by our own driver."


@dataclass
class House:
    """A shelter in Guinea, its provider's people and gatekeepers."""

    session: Session
    now: dt.datetime
    provider: Organisation
    site: Site
    listing: Listing
    accounts: dict[str, Account]

    def keep(self, role: str = "PA", address: str = SECRET, site: Site | None = None) -> None:
        actor = self.accounts[role].actor
        keep_address(self.session, site or self.site, address, actor=actor, now=self.now)

    def ask(self, role: str = "RS", reason: str = WHY, site: Site | None = None) -> VaultOpening:
        actor = self.accounts[role].actor
        return ask_opening(self.session, site or self.site, reason, actor=actor, now=self.now)

    def decide(self, opening: VaultOpening, role: str = "CPA", **given: Any) -> None:
        said = {"approves": True, "second_factor": True, **given}
        actor = self.accounts[role].actor
        decide_opening(self.session, opening, actor=actor, now=self.now, **said)

    def read(self, opening: VaultOpening, role: str = "RS", *, second_factor: bool = True) -> str:
        return read_address(
            self.session, opening, second_factor=second_factor, actor=self.accounts[role].actor,
            now=self.now,
        )  # fmt: skip

    def lines(self) -> list[str]:
        query = select(AuditEntry).where(AuditEntry.action.like("directory:vault:%"))
        found = self.session.scalars(query.order_by(AuditEntry.number))
        return [line.action.rsplit(":", 1)[1] for line in found]


def hidden_site(provider: Organisation, **given: Any) -> Listing:
    site = factories.Site(
        name="Kandioura", lon=None, lat=None, precision=Precision.HIDDEN, **given
    )  # fmt: skip
    service = factories.Service(
        organisation=provider, category="protection",
        name={"en": "Kandioura House", "fr": "Maison Kandioura"},
    )  # fmt: skip
    listing: Listing = factories.Listing(
        service=service, site=site, visibility=Visibility.HIDDEN_ADDRESS, has_no_end=True
    )
    return listing


def house_of(session: Session, now: dt.datetime) -> House:
    """Everybody named after the role, with the shelter of the provider."""
    factories.use(session)
    provider, sender = factories.Organisation(name="House"), factories.Organisation(name="Sender")
    accounts = {role: factories.Account.with_role(role, provider) for role in ("PA", "FP", "PW")}
    for role in ("RS", "RC", "MHP"):
        accounts[role] = factories.Account.with_role(role, sender)
    accounts["CPA"] = factories.Account.with_role("CPA", None, country="GN")
    accounts["other PA"] = factories.Account.with_role("PA", sender)
    accounts["RS abroad"] = factories.Account.with_role("RS", None, country="SN")
    accounts["CPA of nowhere"] = factories.Account.with_role("CPA")
    for name, account in accounts.items():
        account.name = name
    listing = hidden_site(provider)
    return House(session, now, provider, listing.site, listing, accounts)
