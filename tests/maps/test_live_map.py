"""The map in a real browser: the same things as the list, with and without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from directory.core.db import db, transaction
from tests import factories
from tests.directory.searching import publish
from tests.maps.ground import put_ground
from wsgi import create_app

pytestmark = pytest.mark.journey

TOWNS = {"Conakry": (-13.6773, 9.53795), "Kankan": (-9.3057, 10.3854), "Labé": (-12.2833, 11.3167)}
FIRST_PAGE_BYTES = 150_000
Open = Callable[..., Page]


@pytest.fixture
def site(own_database: str) -> Iterator[str]:
    """The address of an application with five services in three towns of Guinea."""
    app = create_app({"database_url": own_database, "environment": "test", "default_country": "GN"})
    with app.app_context(), transaction() as session:
        factories.use(session)
        put_ground(session, "GN")
        region = factories.Region()
        listings = [
            factories.Listing(
                service=factories.Service(name={"fr": f"Formation à {town}"}),
                site=factories.Site(name=town, lon=lon, lat=lat, region=region),
            )
            for town, (lon, lat) in TOWNS.items()
            for _ in range(1 if town != "Labé" else 3)
        ]
        publish(session, *listings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(site: str) -> Iterator[Browser]:
    """Chromium, started after the application: its event loop would stop the database sessions."""
    assert site
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open the search; what the browser complains about fails the test."""
    complaints: list[str] = []

    def do(width: int, query: str = "/?country=GN", *, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="fr-FR", java_script_enabled=script
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + query)
        return page

    yield do
    assert complaints == []


def services_on(page: Page) -> int:
    """Services that the map shows, groups counted."""
    page.wait_for_selector(".map-pin, .map-group")
    groups = page.locator(".map-group").all_inner_texts()
    return page.locator(".map-pin").count() + sum(int(text) for text in groups)


def test_map_shows_the_services_of_the_list(visit: Open) -> None:
    page = visit(1280)

    assert page.locator("#results [data-id]").count() == 5
    assert services_on(page) == 5


def test_services_on_one_spot_are_spread_out_when_one_is_chosen(visit: Open) -> None:
    page = visit(1280, "/?country=GN&near=Lab%C3%A9&sort=distance")
    services_on(page)

    page.locator("#results [data-id] .pin").first.click()

    page.wait_for_selector(".leaflet-popup-content a")
    row = page.locator("#results .is-chosen")
    assert row.count() == 1
    assert (
        page.locator(".leaflet-popup-content a").inner_text() == row.locator("a").first.inner_text()
    )
    assert page.locator(".map-pin.is-chosen").count() == 1


def test_marker_is_reached_and_opened_with_the_keyboard(visit: Open) -> None:
    page = visit(1280)
    services_on(page)
    pin = page.locator(".map-pin").first

    pin.focus()
    pin.press("Enter")

    page.wait_for_selector(".leaflet-popup-content a")
    name = page.locator(".leaflet-popup-content a").inner_text()
    assert name in (pin.get_attribute("aria-label") or "")
    assert name in page.locator("#results .is-chosen").inner_text()


def test_on_a_phone_the_list_comes_first_and_the_map_is_pulled_up(visit: Open) -> None:
    page = visit(360)
    toggle = page.locator(".map-toggle")
    assert not page.locator(".map-live").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("typeof L") == "undefined"

    toggle.click()

    assert services_on(page) == 5
    assert toggle.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.locator(".map-live").is_visible()


def test_without_javascript_there_is_a_picture(visit: Open) -> None:
    page = visit(360, script=False)

    assert page.locator("#results [data-id]").count() == 5
    picture = page.locator("img.map-picture")
    assert picture.is_visible()
    assert picture.bounding_box()["width"] > 300  # type: ignore[index]  # it is visible
    assert not page.locator(".map-toggle").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_first_page_is_light(browser: Browser, site: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    page.goto(site, wait_until="networkidle")

    assert len(sizes) > 5
    assert sum(sizes) <= FIRST_PAGE_BYTES
