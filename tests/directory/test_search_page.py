from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from directory.listing_life import State
from directory.models import Account, Listing, Place
from directory.visibility import Precision, Visibility
from tests import factories
from tests.directory.searching import publish, ready

ENGLISH = {"Accept-Language": "en"}
LABE = "11.3167,-12.2833"


@pytest.fixture
def carpentry(session: Session) -> Listing:
    listing = factories.Listing()
    publish(session, listing)
    return listing


@pytest.fixture
def labe(session: Session) -> Place:
    place = Place(
        country="GN", name="Labé", folded="labe", alternate_names=["Labe Ville"], lon=-12.2833,
        lat=11.3167, population=200_000,
    )  # fmt: skip
    session.add(place)
    session.commit()
    return place


def listed(page: str) -> list[str]:
    return re.findall(r'<li class="row-item" data-id="([0-9a-f-]+)"', page)


def on_map(client: FlaskClient, page: str) -> list[str]:
    address = re.search(r'data-points="([^"]+)"', page)
    assert address is not None
    answer = client.get(address[1].replace("&amp;", "&"))
    assert answer.mimetype == "application/geo+json"
    return [feature["id"] for feature in answer.json["features"]]


def test_the_first_visit_shows_the_country_of_the_installation(
    client: FlaskClient, session: Session
) -> None:
    here = factories.Listing(site=factories.Site(country="GM"))
    elsewhere = factories.Listing(site=factories.Site(country="GN"))
    publish(session, here, elsewhere)
    assert listed(client.get("/").text) == [str(here.id)]
    assert len(listed(client.get("/?country=").text)) == 2


def test_an_entry_says_who_where_and_what_it_costs(
    client: FlaskClient, carpentry: Listing, labe: Place
) -> None:
    page = client.get("/?q=menuizerie&near=Labé&within=5", headers=ENGLISH).text
    assert listed(page) == [str(carpentry.id)]
    for words in (
        "Carpentry training",
        carpentry.service.organisation.name,
        "Free",
        "as the crow flies",
    ):
        assert words in page
    assert "“menuizerie” was taken for “menuiserie”." in page
    assert f'href="/listings/{carpentry.id}"' in page


@pytest.mark.parametrize("query", ["q=menuiserie", "country=GN", "sort=name"])
def test_list_and_map_show_the_same(client: FlaskClient, session: Session, query: str) -> None:
    rows = [factories.Listing() for _ in range(45)]
    publish(session, *rows)
    pages = [client.get(f"/?{query}&page={n}").text for n in (1, 2, 3)]
    in_list = [key for page in pages for key in listed(page)]
    assert len(set(in_list)) == 45
    for page in pages:
        assert on_map(client, page) == in_list


def test_pins_carry_the_number_of_their_entry(client: FlaskClient, session: Session) -> None:
    rows = [factories.Listing() for _ in range(25)]
    publish(session, *rows)
    page = client.get("/?country=GN&page=2").text
    numbers = dict(re.findall(r'data-id="([0-9a-f-]+)".*?data-number="(\d+)"', page))
    features = client.get("/listings.geojson?country=GN&page=2").json["features"]
    numbered = {
        one["id"]: str(one["properties"]["number"])
        for one in features
        if one["properties"]["number"]
    }
    assert numbered == numbers
    assert sorted(numbers.values(), key=int) == ["21", "22", "23", "24", "25"]


def test_very_many_points_become_groups(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.pages.search.MOST_POINTS", 3)
    near = [factories.Listing() for _ in range(3)]
    far = [factories.Listing(site=factories.Site(lon=-10.0, lat=10.0)) for _ in range(2)]
    publish(session, *near, *far)
    features = client.get("/listings.geojson?country=GN").json["features"]
    counts = {tuple(one["geometry"]["coordinates"]): one["properties"] for one in features}
    assert {place: one["number"] for place, one in counts.items()} == {
        (-12.2833, 11.3167): 3,
        (-10.0, 10.0): 2,
    }
    inside = client.get(counts[-10.0, 10.0]["url"])
    assert sorted(listed(inside.text)) == sorted(str(row.id) for row in far)


def test_a_place_in_another_country_takes_the_search_there(
    client: FlaskClient, session: Session, carpentry: Listing
) -> None:
    for name, country in (("Pita", "GN"), ("Basse", "GM")):
        session.add(
            Place(
                name=name, folded=name.lower(), country=country, alternate_names=[], lon=-12.4,
                lat=11.06,
            )
        )  # fmt: skip
    session.commit()
    assert listed(client.get("/?near=Basse&country=GM").text) == []
    there = client.get("/?near=Pita&country=GM").text
    assert listed(there) == [str(carpentry.id)] == on_map(client, there)


def test_htmx_gets_results_and_counts_only(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get("/?q=menuiserie", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert listed(answer.text) == [str(carpentry.id)]
    assert 'id="filters" hx-swap-oob="true"' in answer.text


def test_nothing_found_shows_ways_on(client: FlaskClient, carpentry: Listing) -> None:
    page = client.get("/?q=menuiserie&near=11.9,-12.2833&within=5&country=GN", headers=ENGLISH)
    assert page.text.count('id="results"') == 1
    assert "No service found" in page.text
    assert "The nearest, outside the distance you chose" in page.text
    assert listed(page.text) == [str(carpentry.id)]
    assert 'href="/needs-without-service?country=GN"' in page.text
    without = client.get("/?q=menuiserie&category=medical", headers=ENGLISH).text
    assert "Without filters: 1 service" in without


def test_the_same_need_elsewhere_is_counted_by_region(
    client: FlaskClient, session: Session
) -> None:
    region = factories.Region(name="Kayes", code="ML-1", country="ML")
    row = factories.Listing(site=factories.Site(region=region, country="ML"))
    publish(session, row)
    page = client.get("/?q=menuiserie&country=GN", headers=ENGLISH).text
    assert listed(page) == []
    link = re.search(r'href="(/\?[^"]*region=ML-1[^"]*)">Kayes \(Mali\)</a>: 1 service', page)
    assert link is not None
    assert listed(client.get(link[1].replace("&amp;", "&")).text) == [str(row.id)]


@pytest.mark.parametrize(
    "query",
    [
        "within=abc", "verified=-3", "category=cooking", "lat=1", "lat=99&lon=0", "near=Xyzzyxa",
        "region=GN-99", "place=1", "bbox=1,2", "sort=random", "country=Guinea", "open_now=perhaps",
        "accessibility=unknown",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_and_left_out(
    client: FlaskClient, carpentry: Listing, query: str
) -> None:
    answer = client.get(f"/?q=menuiserie&{query}", headers=ENGLISH)
    assert answer.status_code == 422
    assert "Part of the search was not understood" in answer.text
    assert listed(answer.text) == [str(carpentry.id)]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=" + "é" * 3000, "page=99999999999999999999", "page=-1", "endpoint=x",
        "_external=1", "q=%3Cscript%3E", "near=%F0%9F%98%80", "values=1&_anchor=2&_method=POST",
        "&".join(f"category=c{n}" for n in range(200)),
    ],
)  # fmt: skip
def test_garbage_breaks_nothing(client: FlaskClient, carpentry: Listing, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code in {200, 422}
    assert "<script>" not in answer.text


def test_other_places_of_the_name_are_offered(client: FlaskClient, session: Session) -> None:
    for country in ("GN", "ML"):
        session.add(
            Place(country=country, name="Kita", folded="kita", alternate_names=[], lon=-9, lat=13)
        )
    session.commit()
    page = client.get("/?near=Kita&country=ML", headers=ENGLISH).text
    assert 'value="Kita, ML"' in page
    assert re.search(r'<a href="/\?country=ML&amp;place=[0-9a-f-]+">Kita, GN</a>', page)


def test_places_are_suggested_while_typing(client: FlaskClient, labe: Place) -> None:
    assert client.get("/places/suggest?near=lab").text.strip() == (
        '<option value="Labé, GN"></option>'
    )
    for typed in ("laabe", "LABE ville", "labee"):
        assert "Labé, GN" in client.get("/places/suggest", query_string={"near": typed}).text
    for typed in ("", "%", "_", "x" * 500):
        assert client.get("/places/suggest", query_string={"near": typed}).text.strip() == ""


@pytest.mark.parametrize("address", ["/?region=%00", "/?place=%00", "/places/suggest?near=%00"])
def test_what_cannot_be_stored_is_refused_at_the_edge(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == 422
    assert "The text holds a character that cannot be stored." in answer.text


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []
    engine = session.get_bind().engine

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_statements_whatever_it_shows(
    client: FlaskClient, session: Session, statements: list[str], count: int
) -> None:
    publish(session, *[factories.Listing() for _ in range(count)])
    address = f"/?q=menuiserie&near={LABE}&within=5"
    client.get(address)
    statements.clear()
    assert len(listed(client.get(address).text)) == count
    ground = ("web_session", "basemap_line", "FROM place", "region.code IN")
    directory = [text for text in statements if not any(one in text for one in ground)]
    # the region of the centre, the version, the cards, the word to count
    assert len(directory) == 1 + 1 + 1 + 1


# What nobody without the right may notice (protocol A.17)

NARROW = [Visibility.PARTNERS, Visibility.PROTECTION_ONLY, Visibility.HIDDEN_ADDRESS]
ADDRESSES = [
    "/?country=GN", "/?q=menuiserie", "/?q=kandioura", f"/?near={LABE}&within=500&sort=distance",
    "/?category=protection&region=GN-L", "/?kind=ngo&cost=free&language=fr",
    "/listings.geojson?country=GN", "/open-now?country=GN", "/open-now.ics?country=GN",
    "/open-now.atom?country=GN",
    "/api/v1/listings?q=kandioura", "/api/v1/listings?country=GN", "/api/v1/open-now?country=GN",
    "/places/suggest?near=lab",
]  # fmt: skip


def secret(session: Session, visibility: Visibility, **site: object) -> Listing:
    region = factories.Region(name="Labé", code="GN-L")
    hidden = visibility is Visibility.HIDDEN_ADDRESS
    found = factories.Listing(
        service=factories.Service(
            name={"fr": "Maison Kandioura", "en": "Kandioura House"}, category="protection"
        ),
        site=factories.Site(
            name="Kandioura",
            region=region,
            lon=None if hidden else -12.2,
            lat=None if hidden else 11.3,
            precision=Precision.HIDDEN if hidden else Precision.SITE,
            **site,
        ),
        visibility=visibility,
        ends_on=None,
        has_no_end=True,
    )
    publish(session, found, factories.Listing(service=factories.Service(category="training")))
    return found


def withdrawn(session: Session, listing: Listing) -> None:
    listing.state = State.SUSPENDED
    publish(session, listing)


def stable(client: FlaskClient, address: str) -> bytes:
    """The answer without what is new in every answer."""
    return re.sub(rb'name="csrf_token" value="[^"]*"', b"", client.get(address).data)


@pytest.mark.parametrize("visibility", NARROW)
def test_with_and_without_a_confidential_service_every_answer_is_the_same(
    client: FlaskClient, session: Session, visibility: Visibility
) -> None:
    listing = secret(session, visibility)
    there = {address: stable(client, address) for address in ADDRESSES}
    missing = client.get(f"/listings/{listing.id}")
    withdrawn(session, listing)
    gone = {address: stable(client, address) for address in ADDRESSES}
    assert there == gone
    assert (missing.status_code, client.get(f"/listings/{listing.id}").data) == (404, missing.data)
    organisation = client.get(f"/organisations/{listing.service.organisation_id}")
    assert organisation.status_code == 404


@pytest.mark.parametrize(
    ("visibility", "role", "seen"),
    [
        (Visibility.PARTNERS, "PDC", True),
        (Visibility.PROTECTION_ONLY, "PDC", False),
        (Visibility.HIDDEN_ADDRESS, "PDC", False),
        (Visibility.PROTECTION_ONLY, "RC", True),
        (Visibility.HIDDEN_ADDRESS, "RC", True),
    ],
)
def test_those_with_the_right_see_it(
    client: FlaskClient,
    session: Session,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
    visibility: Visibility,
    role: str,
    seen: bool,
) -> None:
    listing = secret(session, visibility)
    sign_in(client, ready(role))
    page = client.get("/?q=kandioura", headers=ENGLISH).text
    assert (str(listing.id) in listed(page)) is seen
    detail = client.get(f"/listings/{listing.id}", headers=ENGLISH)
    assert detail.status_code == (200 if seen else 404)


def test_a_hidden_service_stands_on_the_label_of_its_region_only(
    client: FlaskClient,
    session: Session,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
) -> None:
    listing = secret(session, Visibility.HIDDEN_ADDRESS, place_name="Quartier secret")
    sign_in(client, ready("RC"))
    feature = next(
        one
        for one in client.get("/listings.geojson?q=kandioura").json["features"]
        if one["id"] == str(listing.id)
    )
    assert feature["geometry"]["coordinates"] == [-12.28, 11.32]
    for address in (f"/listings/{listing.id}", "/?q=kandioura"):
        page = client.get(address, headers=ENGLISH).text
        assert "Address given after acceptance" in page
        assert "Quartier secret" not in page
    near = client.get(f"/?near={LABE}&within=100&sort=distance&country=", headers=ENGLISH).text
    assert listed(near)[-1] != str(listing.id) or "data-id" in near


def test_the_page_weighs_little(app: Flask, client: FlaskClient, session: Session) -> None:
    publish(session, *[factories.Listing() for _ in range(60)])
    assert len(client.get("/?country=GN").data) < 90_000
