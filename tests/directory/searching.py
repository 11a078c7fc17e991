"""What tests of the search share: publishing listings, and searching as somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.models import Account, Listing
from directory.operations.changes import mark_changed
from directory.operations.search_index import refresh
from directory.queries.filters import Moment
from directory.queries.search import Found, found_listings
from directory.search_request import Search
from tests import factories

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MOMENT = Moment(NOW)


def publish(session: Session, *listings: Listing) -> None:
    ids = [listing.id for listing in listings]
    mark_changed(session, ids)
    refresh(session, ids)
    session.commit()


def find(
    session: Session, audience: Audience = Audience.EVERYBODY, language: str = "fr", **asked: Any
) -> Found:
    return found_listings(
        session, Search(**asked), audience=audience, moment=MOMENT, language=language
    )


def ready(role: str) -> Account:
    """An account that has done everything asked of a new one."""
    account = factories.Account.with_role(role)
    account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
    account.mf_recovery_codes = []
    account.language = "en"
    return account


def ids(session: Session, audience: Audience = Audience.EVERYBODY, **asked: Any) -> list[UUID]:
    return find(session, audience, **asked).ids()
