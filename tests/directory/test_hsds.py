from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.core.clock import now
from directory.core.db import db
from directory.hsds_taxonomies import CATEGORY, SECTOR, TAXONOMIES
from directory.listing_life import State
from directory.models import (
    Account,
    Allowance,
    Capacity,
    FocalPoint,
    IntakeWindow,
    Listing,
    OpeningHours,
    Organisation,
)
from directory.visibility import Precision, Visibility
from tests import factories
from tests.directory.hsds_checking import BASE, HOST, LISTS, ids, page, rows, single
from tests.directory.searching import publish, ready

CANARY = "kanari"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def listing(session: Session) -> Listing:
    """One offer of which everything is known."""
    region = factories.Region()
    site = factories.Site(
        region=region, name="Training centre", place_name="Labé", address="12 Main Road",
        phone="+224620000000", email="centre@example.org", accessibility=["wheelchair"],
    )  # fmt: skip
    found = factories.Listing(
        site=site, cost_model="fee", price=Decimal("50000.50"), currency="GNF",
        cost_note="To pay at the desk", cost_terms={"deposit": 1000}, languages=["fr", "ff", "xx"],
        sectors=["carpentry", "kora-making"], specialties=["surgery"], supports=["child-care"],
        documents_required=["passport", "tax-card"], data_needed=["born"],
        accepts_self_referral=True, promised_hours={"P3": 48}, duration_days=90,
        hours_per_week=20, ends_on=dt.date(2099, 12, 31),
        source={"citation": "Centre", "url": "https://example.org/x", "note": CANARY},
        service=factories.Service(
            description={"en": "Six months", "fr": "Six mois"}, url="https://example.org/training",
            organisation=factories.Organisation(
                website="https://example.org", alternate_names=["Centre", "CFP"],
                help_phone=CANARY, help_hours=CANARY,
            ),
        ),
    )  # fmt: skip
    factories.Condition(listing=found, source="Leaflet")
    factories.Condition(
        listing=found, kind="return-country", asks={"countries": ["LY"]}, is_hard=False
    )
    found.windows.append(IntakeWindow(opens_on=dt.date(2026, 1, 1), recurrence="FREQ=YEARLY"))
    found.allowances.append(Allowance(kind="meals", amount=Decimal(5), currency="GNF", per="day"))
    found.capacities.append(Capacity(places=10, held=1, taken=2, updated_at=now()))
    found.opening_hours += [
        OpeningHours(weekday=day, opens_at=dt.time(8), closes_at=dt.time(16)) for day in range(5)
    ]
    found.opening_hours.append(OpeningHours(weekday=5, opens_at=dt.time(20), closes_at=dt.time(2)))
    found.focal_points.append(
        FocalPoint(
            role_title="Head of intake", person_name=CANARY, deputy_name=CANARY, phone=CANARY,
            email=CANARY, out_of_hours_phone=CANARY, languages=[], promised_hours={},
        )
    )  # fmt: skip
    publish(session, found)
    return found


def full(client: FlaskClient, listing: Listing) -> dict[str, Any]:
    return single(client, "services", listing.service_id)


# ------------------------------------------------------------------------------------------- mapping


def test_a_service_is_told_whole(client: FlaskClient, listing: Listing) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    found = full(client, listing)

    assert found["name"] == "Carpentry training"
    assert found["alternate_name"] == "Formation en menuiserie"
    assert found["translations"]["fr"] == {
        "name": "Formation en menuiserie",
        "description": "Six mois",
    }
    assert found["status"] == "active"
    assert (found["minimum_age"], found["maximum_age"]) == (18, 35)
    assert found["eligibility_description"].splitlines()[0] == "18 to 35 years"
    assert found["eligibility_description"].endswith("(preferred, not required)")
    assert found["application_process"].splitlines()[0] == "One can go there without being sent."
    assert found["fees_description"].splitlines() == [
        "Paid by the person: 50,000.5 GNF", "To pay at the desk", "Deposit: 1,000 GNF",
    ]  # fmt: skip
    assert found["email"] == "centre@example.org"
    assert found["organization"]["website"] == "https://example.org"
    assert [(one["code"], one["name"]) for one in found["languages"]] == [
        ("ff", "Fula (Pular, Pulaar)"), ("fr", "French"), ("xx", "xx"),
    ]  # fmt: skip
    assert [one["document"] for one in found["required_documents"]] == ["Passport", "tax-card"]
    (cost,) = found["cost_options"]
    assert (cost["amount"], cost["currency"]) == (50000.5, "GNF")
    assert "alert" not in found


def test_terms_of_taxonomies_are_attributes_also_those_that_a_country_added(
    client: FlaskClient, listing: Listing
) -> None:
    found = full(client, listing)
    carried = {one["value"]: one.get("taxonomy_term_id") for one in found["attributes"]}

    assert carried == {
        "training": str(TAXONOMIES[CATEGORY].term_id("training")),
        "carpentry": str(TAXONOMIES[SECTOR].term_id("carpentry")),
        "kora-making": None,
        "surgery": carried["surgery"],
    }
    assert single(client, "taxonomy_terms", carried["surgery"])["code"] == "surgery"


def test_an_offer_has_its_place_its_hours_and_what_the_profile_adds(
    client: FlaskClient, listing: Listing
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    (offer,) = full(client, listing)["service_at_locations"]
    place = offer["location"]

    assert offer["id"] == str(listing.id)
    assert (place["latitude"], place["longitude"]) == (11.3167, -12.2833)
    (address,) = place["addresses"]
    assert address["address_1"] == "12 Main Road"
    assert (address["city"], address["postal_code"], address["country"]) == ("Labé", "", "GN")
    assert [one["number"] for one in place["phones"]] == ["+224620000000"]
    assert [one["description"] for one in place["accessibility"]] == ["Access by wheelchair"]
    week, night = offer["schedules"]
    assert (week["byday"], week["opens_at"], week["closes_at"]) == (
        "MO,TU,WE,TH,FR",
        "08:00",
        "16:00",
    )
    assert (night["byday"], night["notes"]) == ("SA", "Closes on the next day.")
    assert offer["eligibility_rules"][0] == {
        "kind": "age", "asks": {"min": 18, "max": 35}, "required": True,
        "sentence": "18 to 35 years", "source": "Leaflet",
    }  # fmt: skip
    assert offer["intake_windows"] == [{"opens_on": "2026-01-01", "recurrence": "FREQ=YEARLY"}]
    assert offer["referral_terms"]["accepts_self_referral"] is True
    assert offer["referral_terms"]["answer_within_hours"] == 48
    assert offer["allowances"] == [{"kind": "meals", "amount": 5, "currency": "GNF", "per": "day"}]
    assert offer["source"] == {"citation": "Centre", "url": "https://example.org/x"}


def test_what_is_not_known_is_left_out(client: FlaskClient, session: Session) -> None:
    bare = factories.Listing(cost_model=None, languages=[], verified_at=None, state=State.STALE)
    bare.service.organisation.website = "not an address"
    publish(session, bare)
    found = full(client, bare)

    for name in ("minimum_age", "languages", "cost_options", "schedules", "url", "capacities"):
        assert name not in found
    assert "website" not in found["organization"]
    assert found["alert"]


def test_ids_of_parts_stay_the_same(
    client: FlaskClient, session: Session, listing: Listing
) -> None:
    before = full(client, listing)
    for row in listing.opening_hours:
        session.expunge(row) if row not in session else session.delete(row)
    session.flush()
    session.expire(listing)
    listing.opening_hours += [
        OpeningHours(weekday=day, opens_at=dt.time(8), closes_at=dt.time(16)) for day in range(5)
    ]
    publish(session, listing)
    after = full(client, listing)

    (week, _) = before["service_at_locations"][0]["schedules"]
    assert after["service_at_locations"][0]["schedules"] == [week]
    assert after["cost_options"] == before["cost_options"]


def test_places_with_different_conditions_are_told_apart(
    client: FlaskClient, session: Session
) -> None:
    one = factories.Listing()
    other = factories.Listing(service=one.service, site=factories.Site(name="Mamou"))
    factories.Condition(listing=one)
    factories.Condition(listing=other, asks={"min": 16})
    publish(session, one, other)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    found = full(client, one)

    assert set(found["eligibility_description"].splitlines()) == {
        "Labé: 18 to 35 years", "Mamou: 16 years or older",
    }  # fmt: skip
    assert found["minimum_age"] == 16
    assert "maximum_age" not in found
    assert len(found["service_at_locations"]) == 2


def test_a_service_whose_offers_are_over_is_inactive(client: FlaskClient, session: Session) -> None:
    over = factories.Listing(ends_on=dt.date(2020, 1, 1))
    publish(session, over)

    assert full(client, over)["status"] == "inactive"
    assert page(client, "/services?minimal=true")["contents"][0]["status"] == "inactive"


def test_an_organisation_has_its_places_and_services(client: FlaskClient, listing: Listing) -> None:
    key = listing.service.organisation_id
    found = single(client, "organizations", key)

    assert found["alternate_name"] == "Centre, CFP"
    assert [one["id"] for one in found["locations"]] == [str(listing.site_id)]
    assert set(found["services"][0]) == {"id", "name", "status", "last_modified"}
    whole = client.get(f"{BASE}/organizations/{key}?full_service=true").json
    assert whole["services"][0] == full(client, listing)


# -------------------------------------------------------------------------- who is told what (A.17)


def everything(client: FlaskClient) -> str:
    """Everything that lists tell, in one text."""
    asked = [f"/{name}?{how}" for name in LISTS for how in ("", "full=true", "format=ndjson")]
    asked += [
        "/services?minimal=1",
        "/services?full=1&format=ndjson",
        "/organizations?full_service=1",
    ]
    asked += ["/services?search=kanari", "/organizations?search=kanari"]
    answers = [client.get(BASE + path) for path in asked]
    assert {one.status_code for one in answers} <= {200, 422}
    return "".join(one.text for one in answers)


def test_confidential_services_are_nowhere_also_not_for_protection_staff(
    client: FlaskClient, session: Session, listing: Listing,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
) -> None:  # fmt: skip
    hidden = [
        factories.Listing(
            visibility=kind,
            service=factories.Service(
                name={"en": f"{CANARY} house", "fr": CANARY},
                organisation=factories.Organisation(name=CANARY),
            ),
            site=factories.Site(name=CANARY, place_name=CANARY),
        )
        for kind in (Visibility.PROTECTION_ONLY, Visibility.HIDDEN_ADDRESS)
    ]
    hidden.append(factories.Listing(state=State.DRAFT, cost_note=CANARY))
    listing.service.organisation.parent_id = hidden[0].service.organisation_id
    publish(session, listing, *hidden)

    for who in (client, sign_in(client, ready("PDC"))):
        assert CANARY not in everything(who)
        assert page(who, "/services")["total_items"] == 1
        assert page(who, "/organizations")["total_items"] == 1
        for one in hidden:
            assert who.get(f"{BASE}/services/{one.service_id}").status_code == 404
            assert who.get(f"{BASE}/service_at_locations/{one.id}").status_code == 404
            assert who.get(f"{BASE}/organizations/{one.service.organisation_id}").status_code == 404
            assert ids(who, f"/services?organization_id={one.service.organisation_id}") == set()


def test_a_hidden_offer_of_an_open_service_is_left_out(
    client: FlaskClient, session: Session
) -> None:
    shown = factories.Listing()
    factories.Condition(listing=shown)
    hidden = factories.Listing(
        service=shown.service, visibility=Visibility.PROTECTION_ONLY, edited_at=now(),
        site=factories.Site(name=CANARY, phone=CANARY), languages=["it"], cost_note=CANARY,
        documents_required=["diploma"], sectors=["mining"],
    )  # fmt: skip
    publish(session, shown, hidden)
    found = full(client, shown)

    assert [one["id"] for one in found["service_at_locations"]] == [str(shown.id)]
    assert CANARY not in json.dumps(found)
    assert [one["code"] for one in found["languages"]] == ["fr"]
    assert found["minimum_age"] == 18
    assert found["last_modified"] == factories.NOW.isoformat()
    assert page(client, f"/services?taxonomy_term_id={TAXONOMIES[SECTOR].term_id('mining')}")[
        "empty"
    ]


def test_a_place_whose_address_is_given_later_has_no_position(
    client: FlaskClient, session: Session
) -> None:
    region = factories.Region(name="Mamou")
    site = factories.Site(
        name=CANARY,
        place_name=CANARY,
        region=region,
        precision=Precision.HIDDEN,
        lon=None,
        lat=None,
    )
    publish(session, hidden := factories.Listing(site=site))
    (offer,) = full(client, hidden)["service_at_locations"]

    assert CANARY not in json.dumps(offer)
    assert offer["location"]["name"] == "Mamou"
    assert offer["location"]["disclosure"] == "on_acceptance"
    assert not {"latitude", "longitude", "addresses"} & set(offer["location"])


def test_partners_are_told_of_their_listings_and_of_free_places(
    client: FlaskClient, session: Session, listing: Listing,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
) -> None:  # fmt: skip
    publish(session, other := factories.Listing(visibility=Visibility.PARTNERS))
    public = page(client, "/services")
    assert str(other.service_id) not in {one["id"] for one in public["contents"]}
    assert "capacities" not in full(client, listing)

    sign_in(client, ready("FP"))
    assert ids(client, "/services") == {str(listing.service_id), str(other.service_id)}
    (places,) = full(client, listing)["capacities"]
    assert (places["available"], places["maximum"]) == (7, 10)
    assert full(client, other)["service_at_locations"][0]["location"]["disclosure"] == "partners"
    assert CANARY not in everything(client)


# --------------------------------------------------------------------------------------------- lists


@contextmanager
def counted() -> Iterator[list[str]]:
    """Statements that are sent to the database."""
    sent: list[str] = []
    engine = db.session.connection().engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/services?full=true", "/organizations?full_service=true",
                                  "/service_at_locations?full=true", "/services?minimal=true"])  # fmt: skip
def test_many_rows_take_as_many_statements_as_few(
    client: FlaskClient, session: Session, path: str
) -> None:
    publish(session, *(factories.Listing() for _ in range(2)))
    client.get(BASE + path)
    session.expire_all()
    with counted() as few:
        page(client, path)
    publish(session, *(factories.Listing() for _ in range(20)))
    client.get(BASE + path)
    session.expire_all()
    with counted() as many:
        assert page(client, f"{path}&per_page=50")["size"] == 22

    assert few
    assert len(many) == len(few)


def test_pages_hold_everything_once_in_a_stable_order(
    client: FlaskClient, session: Session
) -> None:
    publish(session, *(factories.Listing() for _ in range(5)))
    pages = [page(client, f"/services?per_page=2&page={number}") for number in (1, 2, 3, 4)]

    seen = [one["id"] for found in pages for one in found["contents"]]
    assert seen == sorted(set(seen))
    assert len(seen) == 5
    told = [
        (one["page_number"], one["size"], one["first_page"], one["last_page"], one["empty"])
        for one in pages
    ]
    assert told == [
        (1, 2, True, False, False), (2, 2, False, False, False), (3, 1, False, True, False),
        (4, 0, False, True, True),
    ]  # fmt: skip
    assert {(one["total_items"], one["total_pages"]) for one in pages} == {(5, 3)}


def test_nothing_is_an_empty_page(client: FlaskClient, session: Session) -> None:
    found = page(client, "/services")
    assert found["empty"] is found["first_page"] is found["last_page"] is True
    assert found["contents"] == []
    assert found["total_items"] == found["total_pages"] == 0


def test_rows_are_brief_unless_full_is_asked_for(client: FlaskClient, listing: Listing) -> None:
    (brief,) = page(client, "/services")["contents"]
    (whole,) = page(client, "/services?full=true")["contents"]
    (least,) = page(client, "/services?minimal=true&full=true&per_page=5000")["contents"]

    assert not any(isinstance(value, list) for value in brief.values())
    assert brief["organization"]["id"] == str(listing.service.organisation_id)
    assert whole == full(client, listing)
    assert set(least) == {"id", "name", "status", "last_modified"}
    assert least["last_modified"] == brief["last_modified"]
    (offer,) = page(client, "/service_at_locations")["contents"]
    assert "schedules" not in offer
    assert "addresses" not in offer["location"]
    assert offer["service"]["last_modified"] == brief["last_modified"]
    assert offer["service"]["description"] == brief["description"]


@pytest.mark.parametrize("name", LISTS)
def test_lines_hold_all_that_pages_hold(
    client: FlaskClient, session: Session, listing: Listing, name: str
) -> None:
    publish(session, *(factories.Listing() for _ in range(3)))
    answer = client.get(f"{BASE}/{name}?format=ndjson&per_page=1")

    assert answer.mimetype == "application/x-ndjson"
    assert rows(answer.text) == page(client, f"/{name}?per_page=100")["contents"]
    assert len(rows(answer.text)) >= 4


def test_lines_are_sent_as_they_are_read(app: Flask, client: FlaskClient, listing: Listing) -> None:
    answer = client.get(f"{BASE}/services?format=ndjson&full=true", buffered=False)
    assert answer.is_streamed
    assert rows(answer.get_data(as_text=True)) == [full(client, listing)]


def test_answers_are_in_the_language_that_is_asked_for(
    client: FlaskClient, listing: Listing
) -> None:
    for code, name in (("en", "Carpentry training"), ("fr", "Formation en menuiserie")):
        answer = client.get(f"{BASE}/services?format=ndjson", headers={"Accept-Language": code})
        assert rows(answer.text)[0]["name"] == name
        assert answer.headers["Content-Language"] == code
        assert "Accept-Language" in answer.headers["Vary"]


# ----------------------------------------------------------------------------------------- documents


def test_root_says_what_is_published(client: FlaskClient, session: Session) -> None:
    found = client.get(f"{BASE}/").json
    assert found["version"] == "3.1"
    assert found["publisher"]["name"]
    for name in ("profile", "openapi_url"):
        assert found[name].startswith(HOST)
        assert client.get(found[name]).status_code == 200
    assert client.get(BASE, follow_redirects=True).json == found


@pytest.mark.parametrize("name", LISTS)
def test_what_nobody_has_is_not_found(client: FlaskClient, session: Session, name: str) -> None:
    answer = client.get(f"{BASE}/{name}/{uuid4()}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert client.get(f"{BASE}/{name}/x").status_code == 404


def test_an_organisation_without_visible_offers_is_not_listed(
    client: FlaskClient, session: Session
) -> None:
    nobody: Organisation = factories.Organisation()
    session.commit()
    assert page(client, "/organizations")["empty"]
    assert client.get(f"{BASE}/organizations/{nobody.id}").status_code == 404
