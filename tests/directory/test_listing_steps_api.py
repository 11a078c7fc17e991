"""The life of a listing through the JSON interface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.listing_life import State
from directory.models import Account, Capacity, FocalPoint, Listing
from tests import factories

SignIn = Callable[[FlaskClient, Account], FlaskClient]


@pytest.fixture
def listing(session: Session) -> Listing:
    """One that lacks only its verification."""
    found: Listing = factories.Listing(
        state=State.STALE, verified_at=None, has_no_end=True, has_no_conditions=True,
        promised_hours={"P3": 48},
    )  # fmt: skip
    point = FocalPoint(role_title="Head", deputy_name="B", languages=["fr"], promised_hours={})
    found.focal_points.append(point)
    found.capacities.append(Capacity(places=3, updated_at=factories.NOW))
    session.commit()
    return found


def somebody(role: str, listing: Listing, **scope: Any) -> Account:
    """Second factor set up, as every account that sees people must have."""
    organisation = None if scope else listing.service.organisation
    account: Account = factories.Account.with_role(role, organisation, **scope)
    account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
    account.mf_recovery_codes, account.language = [], "en"
    return account


def post(client: FlaskClient, listing: Listing, step: str, **more: Any) -> Any:
    return client.post(
        f"/api/v1/listings/{listing.id}/steps",
        json={"step": step, **more},
        headers={"Accept-Language": "en"},
    )


@pytest.fixture
def client(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Form tokens are tested elsewhere."""
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", False)
    return client


def test_coordination_verifies(
    client: FlaskClient, session: Session, sign_in: SignIn, listing: Listing
) -> None:
    coordinator = somebody("NC", listing, country="GN")
    sign_in(client, coordinator)
    address = f"/api/v1/listings/{listing.id}/steps"
    before = client.get(address, headers={"Accept-Language": "en"}).json
    assert (before["state"], [one["step"] for one in before["steps"]]) == (
        "stale",
        ["verify", "suspend", "end"],
    )
    answer = post(client, listing, "verify")
    assert (answer.status_code, answer.json["state"]) == (200, "verified")
    session.expire_all()
    assert (listing.state, listing.verified_by_id) == (State.VERIFIED, coordinator.id)
    query = select(AuditEntry.action).where(AuditEntry.subject == f"listing:{listing.id}")
    assert "directory:listing:verify" in session.scalars(query).all()


def test_a_refusal_names_every_reason_and_changes_nothing(
    client: FlaskClient, session: Session, sign_in: SignIn, listing: Listing
) -> None:
    listing.focal_points.clear()
    sign_in(client, somebody("NC", listing, country="GN"))
    answer = post(client, listing, "suspend")
    assert (answer.status_code, answer.json["reasons"]) == (409, ["Please give a reason."])
    answer = post(client, listing, "verify")
    assert (answer.status_code, answer.json["reasons"]) == (
        409,
        ["Name a focal point and a deputy."],
    )
    session.expire_all()
    assert listing.state is State.STALE


def test_a_focal_point_suspends_and_does_not_verify(
    client: FlaskClient, session: Session, sign_in: SignIn, listing: Listing
) -> None:
    sign_in(client, somebody("FP", listing))
    assert post(client, listing, "verify").status_code == 403
    answer = post(client, listing, "suspend", reason="works")
    assert (answer.status_code, answer.json["state"]) == (200, "suspended")


@pytest.mark.parametrize(
    ("role", "scope"), [("NC", {"country": "ML"}), ("RC", {}), ("PDC", {"country": "GN"})]
)
def test_out_of_reach_does_not_exist(
    client: FlaskClient, sign_in: SignIn, listing: Listing, role: str, scope: dict[str, str]
) -> None:
    sign_in(client, somebody(role, listing, **scope))
    assert post(client, listing, "suspend", reason="x").status_code == 404
    assert client.get(f"/api/v1/listings/{listing.id}/steps").status_code == 404


def test_nobody_without_an_account(client: FlaskClient, listing: Listing) -> None:
    assert post(client, listing, "verify").status_code == 401


def test_an_unknown_step_is_refused(client: FlaskClient, sign_in: SignIn, listing: Listing) -> None:
    sign_in(client, somebody("NC", listing, country="GN"))
    answer = post(client, listing, "load")
    assert (answer.status_code, set(answer.json["fields"])) == (422, {"step"})
