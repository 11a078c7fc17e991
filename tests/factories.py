"""Rows for tests, with no surprises: what is not said is the plainest possible value."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any
from uuid import uuid4

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy import func
from sqlalchemy.orm import Session

from directory import models
from directory.core.db import WGS84
from directory.listing_life import State as ListingState
from directory.organisation_kinds import OrganisationKind
from directory.roles import ROLES
from directory.visibility import Precision, Visibility
from routing.models import WrittenAgreement as WrittenAgreementRow

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class Factory(SQLAlchemyModelFactory):
    """Adds to the test's session and flushes."""

    class Meta:
        abstract = True
        sqlalchemy_session_persistence = "flush"


def use(session: Session) -> None:
    """Let every factory write to ``session``."""
    pending = [Factory]
    while pending:
        kind = pending.pop()
        kind._meta.sqlalchemy_session = session
        pending.extend(kind.__subclasses__())


class Region(Factory):
    """Labé in Guinea unless said otherwise; no shape."""

    class Meta:
        model = models.Region

    country = "GN"
    level = 1
    code = factory.Sequence(lambda n: f"GN-T{n}")
    name = "Labé"
    lon = -12.28
    lat = 11.32


class Organisation(Factory):
    """A non-governmental organisation in Guinea."""

    class Meta:
        model = models.Organisation

    key = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    alternate_names: list[str] = []
    kind = OrganisationKind.NGO
    country = "GN"
    source = {"citation": "test"}


class Service(Factory):
    """Vocational training."""

    class Meta:
        model = models.Service

    key = factory.Sequence(lambda n: f"service-{n}")
    organisation = factory.SubFactory(Organisation)
    category = "training"
    name = {"en": "Carpentry training", "fr": "Formation en menuiserie"}
    description: dict[str, str] = {}


class Site(Factory):
    """A site in Labé whose position is exact; give ``lon`` and ``lat`` for another."""

    class Meta:
        model = models.Site

    key = factory.Sequence(lambda n: f"site-{n}")
    name = "Labé"
    country = "GN"
    lon: float | None = -12.2833
    lat: float | None = 11.3167
    precision = Precision.SITE
    is_urban = True
    accessibility: list[str] = []
    source = {"citation": "test"}

    @factory.lazy_attribute
    def point(self) -> Any:
        if self.lon is None:
            return None
        return func.ST_GeomFromText(f"POINT({self.lon!r} {self.lat!r})", WGS84)


class Listing(Factory):
    """A verified public listing without conditions, in places that nobody counted."""

    class Meta:
        model = models.Listing

    service = factory.SubFactory(Service)
    site = factory.SubFactory(Site)
    state = ListingState.VERIFIED
    visibility = Visibility.PUBLIC
    verified_at = NOW
    edited_at = NOW
    source = {"citation": "test"}
    cost_model = "free"
    languages = ["fr"]
    supports: list[str] = []
    specialties: list[str] = []
    sectors: list[str] = []
    saturated_sectors: list[str] = []
    documents_required: list[str] = []
    data_needed: list[str] = []
    allowed_senders: list[str] = []
    promised_hours: dict[str, int] = {}


class Condition(Factory):
    """A hard condition; say which ``kind`` and what it ``asks``."""

    class Meta:
        model = models.Condition

    listing = factory.SubFactory(Listing)
    position = factory.Sequence(int)
    kind = "age"
    asks = {"min": 18, "max": 35}


class WrittenAgreement(Factory):
    """Signed a year ago, without an end, a quota or payments."""

    class Meta:
        model = WrittenAgreementRow

    key = factory.Sequence(lambda n: f"agreement-{n}")
    title = "Training of returnees"
    sender = factory.SubFactory(Organisation)
    provider = factory.SubFactory(Organisation)
    signed_on = dt.date(2025, 3, 2)
    categories = factory.LazyFunction(list)


class AccountRole(Factory):
    """A role of the table of roles."""

    class Meta:
        model = models.AccountRole
        sqlalchemy_get_or_create = ("name",)

    name = "RC"
    permissions = factory.LazyAttribute(lambda row: sorted(ROLES[row.name].permissions))
    sees_people = factory.LazyAttribute(lambda row: ROLES[row.name].sees_people)


class Account(Factory):
    """An account that can sign in; ``Account.with_role("RC", organisation)`` gives it a grant."""

    class Meta:
        model = models.Account

    email = factory.Sequence(lambda n: f"account{n}@example.org")
    name = "Account"
    fs_uniquifier = factory.LazyFunction(lambda: uuid4().hex)
    fs_token_uniquifier = factory.LazyFunction(lambda: secrets.token_hex(16))

    @classmethod
    def with_role(
        cls, role: str, organisation: models.Organisation | None = None, **scope: Any
    ) -> models.Account:
        """An account holding ``role`` within ``organisation`` (or ``region_id``, ``country``)."""
        account: models.Account = cls()
        grant = models.AccountGrant(
            role=AccountRole(name=role),
            organisation_id=organisation.id if organisation else None,
            **scope,
        )
        account.grants.append(grant)
        session: Session = cls._meta.sqlalchemy_session
        session.flush()
        return account
