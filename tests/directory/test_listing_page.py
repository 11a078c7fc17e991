from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.listing_life import State
from directory.models import (
    Account,
    Allowance,
    FocalPoint,
    IntakeWindow,
    Listing,
    OpeningHours,
    Programme,
)
from directory.visibility import Precision, Visibility
from tests import factories
from tests.directory.searching import publish, ready

ENGLISH = {"Accept-Language": "en"}


def page(client: FlaskClient, listing: Listing, query: str = "") -> str:
    answer = client.get(f"/listings/{listing.id}{query}", headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


@pytest.fixture
def full(session: Session) -> Listing:
    programme = Programme(
        key="p", name="INTEGRA", funder="European Union", ends_on=dt.date(2027, 6, 30), source={}
    )
    site = factories.Site(
        region=factories.Region(name="Labé"), address="Rue 1", phone="+224 600 00 00 00",
        place_name="Labé", accessibility=["wheelchair"],
    )  # fmt: skip
    listing = factories.Listing(
        service=factories.Service(
            programme=programme, description={"en": "A course."}, url="https://example.org/course"
        ),
        site=site,
        cost_model="fee", price=15_000, currency="GNF", cost_note="Each month.",
        languages=["fr", "ff"], sectors=["carpentry"], supports=["escort"],
        documents_required=["national-id"], data_needed=["education"], accepts_self_referral=True,
        duration_days=270, hours_per_week=20, promised_hours={"P3": 48},
        source={"citation": "Guide 2020", "url": "https://example.org", "date": "2020-01-01"},
    )  # fmt: skip
    listing.windows.append(IntakeWindow(opens_on=dt.date(2020, 1, 1), note="Bring a friend."))
    listing.allowances.append(Allowance(kind="transport", amount=5_000, currency="GNF", per="day"))
    listing.allowances.append(
        Allowance(kind="child-care", amount=900, currency="GNF", per="child", age_from=6)
    )
    listing.opening_hours.append(
        OpeningHours(weekday=0, opens_at=dt.time(8), closes_at=dt.time(16))
    )
    listing.focal_points.append(
        FocalPoint(
            role_title="Head of training", person_name="A. Person", phone="+224 611 11 11 11",
            languages=["fr"], promised_hours={},
        )
    )  # fmt: skip
    factories.Condition(listing=listing, kind="age", asks={"min": 18, "max": 35})
    either = factories.Condition(listing=listing, kind="any", asks={})
    for asks in ({"min": 15, "max": 24}, {"min": 50, "max": 60}):
        factories.Condition(listing=listing, kind="age", asks=asks, parent_id=either.id)
    factories.Condition(listing=listing, kind="sex", asks={"any_of": ["female"]}, is_hard=False)
    publish(session, listing)
    return listing


def test_it_says_everything_in_the_order_in_which_people_ask(
    client: FlaskClient, full: Listing
) -> None:
    text = page(client, full)
    headings = re.findall(r"<h2>.*?</svg> ([^<]+)</h2>", text)
    assert headings == ["Cost", "For whom", "When", "How", "Where", "Who answers", "Source"]
    for words in (
        "Paid by the person: 15,000 GNF", "Each month.", "Transport: 5,000 GNF a day",
        "Care for children: 900 GNF a month for each child of 6 years and more", "A course.",
        "<li>18 to 35 years</li>", "<li>one of: 15 to 24 years, 50 to 60 years</li>",
        "(preferred, not required)", "Trades: Carpentry", "Languages spoken: French, Fula",
        "Access by wheelchair", "Enrolment is open", "Bring a friend.", "Lasts 270 days.",
        "The offer ends on 30 Jun 2027.", "Monday: 08:00–16:00", "National identity card",
        "Schooling", "One can go there without being sent.", "Rue 1", "+224 600 00 00 00",
        "Head of training", "Promises an answer within 48 hours.", "INTEGRA (European Union)",
        "Guide 2020", "https://example.org/course",
    ):  # fmt: skip
        assert words in text, words


def test_names_and_numbers_of_people_are_for_partners(
    client: FlaskClient,
    full: Listing,
    session: Session,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
) -> None:
    assert "+224 611 11 11 11" not in page(client, full)
    sign_in(client, ready("PDC"))
    text = page(client, full)
    assert "+224 611 11 11 11" in text
    assert "A. Person" not in text


def test_what_nobody_told_is_said(client: FlaskClient, session: Session) -> None:
    listing = factories.Listing(cost_model=None, languages=[], verified_at=None)
    publish(session, listing)
    text = page(client, listing)
    for words in (
        "Cost not known", "Nobody has verified this yet.", "Nobody has told the conditions",
        "Nobody has told when people can apply.", "No focal point is named yet.", "whom to call",
    ):  # fmt: skip
        assert words in text, words


def test_a_stale_listing_warns(client: FlaskClient, session: Session) -> None:
    listing = factories.Listing(state=State.STALE)
    publish(session, listing)
    assert "This has not been confirmed for a long time." in page(client, listing)


def test_it_can_be_printed(client: FlaskClient, full: Listing) -> None:
    text = page(client, full, "?print=1")
    assert "data-map=" not in text
    assert f"http://localhost/listings/{full.id}" in text
    assert "data-map=" in page(client, full)


def test_only_addresses_of_the_web_become_links(client: FlaskClient, session: Session) -> None:
    listing = factories.Listing(
        service=factories.Service(url="javascript:alert(1)"),
        source={"citation": "<script>x</script>", "url": "javascript:alert(2)"},
    )
    publish(session, listing)
    text = page(client, listing)
    assert "javascript:" not in text
    assert "<script>x" not in text


def test_errors_can_be_reported_where_somebody_reads_them(
    app: Flask, client: FlaskClient, full: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Report an error" not in page(client, full)
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", _with(settings, contact_email="help@example.org"))
    link = re.search(r'href="(mailto:help@example\.org\?[^"]+)"', page(client, full))
    assert link is not None
    assert str(full.id) in link[1]


def _with(settings: Any, **changes: Any) -> Any:
    return replace(settings, **changes)


def test_a_hidden_service_tells_its_region_and_a_gateway_number_only(
    client: FlaskClient, session: Session, sign_in: Callable[[FlaskClient, Account], FlaskClient]
) -> None:
    wide = factories.Region(name="Labé", lon=-12.28, lat=11.32)
    narrow = factories.Region(name="Koubia", level=2, parent_id=wide.id, lon=-11.9, lat=11.58)
    listing = factories.Listing(
        site=factories.Site(
            region=narrow, lon=None, lat=None, precision=Precision.HIDDEN, name="Maison X",
            phone="+224 622 00 00 00", place_name="Quartier Y",
        ),
        visibility=Visibility.HIDDEN_ADDRESS,
    )  # fmt: skip
    publish(session, listing)
    sign_in(client, ready("RC"))
    text = page(client, listing)
    assert "Address given after acceptance" in text
    assert "+224 622 00 00 00" in text
    assert 'data-lon="-12.28000" data-lat="11.32000"' in text
    for secret in ("Koubia", "Maison X", "Quartier Y"):
        assert secret not in text


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.SUSPENDED, State.ENDED])
def test_what_is_not_offered_has_no_page(
    client: FlaskClient, session: Session, state: State
) -> None:
    listing = factories.Listing(state=state)
    publish(session, listing)
    assert client.get(f"/listings/{listing.id}").status_code == 404
    assert client.get(f"/organisations/{listing.service.organisation_id}").status_code == 404


def test_nothing_there_is_nothing_there(client: FlaskClient) -> None:
    for address in (f"/listings/{uuid4()}", "/listings/1", f"/organisations/{uuid4()}"):
        assert client.get(address).status_code == 404


def test_an_organisation_shows_what_it_offers(client: FlaskClient, full: Listing) -> None:
    organisation = full.service.organisation
    answer = client.get(f"/organisations/{organisation.id}", headers=ENGLISH)
    assert organisation.name in answer.text
    assert f'href="/listings/{full.id}"' in answer.text
