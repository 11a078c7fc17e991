"""What hangs on one organisation, and where nobody is: F16 of protocol A.19."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.dependence import Coverage, Supply, coverage_of, dependences
from directory.listing_life import State
from directory.models import Account
from directory.queries.dependence import dependence_of
from directory.visibility import Visibility
from tests import factories

SignIn = Callable[[FlaskClient, Account], FlaskClient]
A, B, NORTH, SOUTH = uuid4(), uuid4(), uuid4(), uuid4()


def test_f16_one_organisation_with_two_doors_is_still_alone() -> None:
    supplies = [
        Supply("psychosocial", A, NORTH),
        Supply("psychosocial", A, SOUTH),
        Supply("medical", B, NORTH),
    ]
    found = dependences(supplies, ["medical", "psychosocial", "cash"], [NORTH, SOUTH])
    assert [(one.category, one.coverage) for one in found] == [
        ("cash", Coverage.DESERT), ("medical", Coverage.SINGLE), ("psychosocial", Coverage.SINGLE),
    ]  # fmt: skip
    by_name = {one.category: one for one in found}
    assert by_name["psychosocial"].regions(Coverage.SINGLE) == (NORTH, SOUTH)
    assert by_name["medical"].regions(Coverage.DESERT) == (SOUTH,)


def test_a_service_known_for_the_country_only_covers_no_region() -> None:
    found = dependences([Supply("cash", A, None)], ["cash"], [NORTH])
    assert found[0].organisations == {A}
    assert found[0].regions(Coverage.DESERT) == (NORTH,)


def test_two_organisations_are_enough() -> None:
    assert [coverage_of(number) for number in range(4)] == [
        Coverage.DESERT, Coverage.SINGLE, Coverage.COVERED, Coverage.COVERED,
    ]  # fmt: skip


def psychiatry(session: Session) -> str:
    """One public provider in Labé, one that is suspended, one confidential."""
    labe = factories.Region(name="Labé")
    factories.Region(name="Boké")
    prefecture = factories.Region(name="Lélouma", level=2, parent_id=labe.id)
    for name, more in (
        ("Donka", {}), ("Closed", {"state": State.SUSPENDED}),
        ("Refuge", {"visibility": Visibility.PROTECTION_ONLY}),
    ):  # fmt: skip
        organisation = factories.Organisation(name=name)
        service = factories.Service(category="psychosocial", organisation=organisation)
        site = factories.Site(region_id=prefecture.id)
        factories.Listing(service=service, site=site, **more)
    session.commit()
    return "Donka"


def test_f16_closed_and_confidential_services_do_not_count(session: Session) -> None:
    psychiatry(session)
    found = {one.category: one for one in dependence_of(session, "GN", Audience.PARTNERS)}
    assert found["psychosocial"].coverage is Coverage.SINGLE
    assert [len(those) for _, those in found["psychosocial"].by_region] == [0, 1]
    assert found["cash"].coverage is Coverage.DESERT


def test_f16_the_coordination_sees_who_stands_alone(
    session: Session, app: Flask, sign_in: SignIn
) -> None:
    name = psychiatry(session)
    coordination = sign_in(app.test_client(), factories.Account.with_role("NC", country="GN"))
    coordination.get("/language/en")
    page = coordination.get(
        "/coordination/single-providers", headers={"Accept-Language": "en"}
    ).text
    assert "In the whole country only:" in page
    assert name in page
    assert "Refuge" not in page
    done = app.test_cli_runner().invoke(args=["directory", "single-providers", "gn"])
    assert name in done.output
    assert "Refuge" not in done.output
