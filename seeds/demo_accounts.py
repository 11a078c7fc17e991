"""Accounts of the demonstration: invented people in real organisations, refused in production."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.models import Account, Organisation
from directory.operations.accounts import create_account, give_role, synchronise_roles

PASSWORD = "passerelle-demo"  # noqa: S105 -- printed for everybody who tries the demonstration


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who can be tried out."""

    word: str
    """Before the @ of the address."""
    name: str
    role: str
    organisation: str | None = None
    """Key in the curated directory."""
    country: str | None = None
    language: str = "fr"
    also: str | None = None
    """A second role in the same organisation."""


DEMO_ACCOUNTS = (
    DemoAccount("caseworker", "Aïssatou (démo)", "RC", "gn-iom"),
    DemoAccount("supervisor", "Mamadou (démo)", "RS", "gn-iom"),
    DemoAccount("enabel", "Fatoumata (démo)", "FP", "gn-enabel", also="PW"),
    DemoAccount("onfpp", "Ibrahima (démo)", "FP", "gn-onfpp", also="PW"),
    DemoAccount("centre.labe", "Saïkou (démo)", "FP", "gn-cfp-labe", also="PW"),
    DemoAccount("centre.mamou", "Hadja (démo)", "FP", "gn-cfp-mamou", also="PW"),
    DemoAccount("cash", "Moussa (démo)", "FP", "gn-anies", also="PW"),
    DemoAccount("caseworker.gambia", "Lamin (demo)", "RC", "gm-iom", language="en"),
    DemoAccount("editor", "Kadiatou (démo)", "PA", "gn-onfpp"),
    DemoAccount("coordination", "Alpha (démo)", "NC", country="GN"),
    DemoAccount("data.protection", "Mariama (démo)", "DPO", "gn-iom"),
    DemoAccount("complaints", "Binta (démo)", "CH", country="GN"),
    DemoAccount("psea", "Djénabou (démo)", "PSEA", country="GN"),
    DemoAccount("supervisor.undp", "Sékou (démo)", "RS", "gn-undp"),
    DemoAccount("caseworker.undp", "Mariame (démo)", "RC", "gn-undp"),
    DemoAccount("mental.health", "Dr Diallo (démo)", "MHP", "gn-iom"),
    DemoAccount("before.departure", "Fatou (demo)", "PDC", "gm-iom", language="en"),
    DemoAccount("administrator", "Ousmane (démo)", "ADMIN", "gn-iom"),
)


def address_of(entry: DemoAccount) -> str:
    """Where the account signs in; the domain can never exist."""
    return f"{entry.word}@demo.example"


def load_demo_accounts(session: Session, *, now: dt.datetime) -> int:
    """Add the accounts that are not there yet; how many were added."""
    synchronise_roles(session)
    known = set(session.scalars(select(Account.email)))
    organisations = {row.key: row.id for row in session.scalars(select(Organisation))}
    added = 0
    for entry in DEMO_ACCOUNTS:
        if address_of(entry) in known:
            continue
        account = create_account(
            session,
            email=address_of(entry),
            name=entry.name,
            password_hash=hash_password(PASSWORD),
            language=entry.language,
            is_demo=True,
            actor=SYSTEM,
            now=now,
        )
        organisation = organisations[entry.organisation] if entry.organisation else None
        for role in filter(None, (entry.role, entry.also)):
            give_role(
                session,
                account,
                role,
                actor=SYSTEM,
                now=now,
                organisation_id=organisation,
                country=entry.country,
            )
        added += 1
    return added
