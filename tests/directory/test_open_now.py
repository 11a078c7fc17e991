from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from directory.models import IntakeWindow, Listing
from directory.queries.opportunities import opportunities
from tests import factories
from tests.directory.searching import NOW, find, publish

ENGLISH = {"Accept-Language": "en"}
TODAY = NOW.date()
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("directory.pages.open_now", "directory.api.listings"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def with_window(name: str, **window: Any) -> Listing:
    listing = factories.Listing(service=factories.Service(name={"en": name}))
    listing.windows.append(IntakeWindow(**window))
    return listing


@pytest.fixture
def listings(session: Session) -> dict[str, Listing]:
    found = {
        "open": with_window("Open", opens_on=day(-5), closes_on=day(10), starts_on=day(30)),
        "last day": with_window("Last day", opens_on=day(-5), closes_on=day(0)),
        "no deadline": with_window("No deadline", opens_on=day(-5)),
        "soon": with_window("Soon", opens_on=day(3), closes_on=day(20)),
        "yearly": with_window(
            "Yearly",
            opens_on=day(-360),
            closes_on=day(-340),
            recurrence="FREQ=YEARLY",
        ),
        "far": with_window("Far", opens_on=day(400)),
        "over": with_window("Over", opens_on=day(-20), closes_on=day(-1)),
        "ends": factories.Listing(service=factories.Service(name={"en": "Ends"}), ends_on=day(15)),
        "ended": factories.Listing(
            service=factories.Service(name={"en": "Ended"}), ends_on=day(-1)
        ),
        "always": factories.Listing(service=factories.Service(name={"en": "Always"})),
    }
    publish(session, *found.values())
    return found


IN_ORDER = ["last day", "open", "ends", "no deadline", "soon", "yearly"]


def test_what_is_open_or_opens_soon_comes_by_its_day(
    session: Session, listings: dict[str, Listing]
) -> None:
    news = opportunities(session, find(session), TODAY)
    assert [one.card.id for one in news] == [listings[name].id for name in IN_ORDER]
    days = {one.card.id: (one.is_open, one.opens_on, one.last_day, one.starts_on) for one in news}
    assert days[listings["open"].id] == (True, None, day(10), day(30))
    assert days[listings["soon"].id] == (False, day(3), day(20), None)
    assert days[listings["ends"].id] == (True, None, day(15), None)
    assert days[listings["yearly"].id][1] == day(5)


def test_the_page_says_until_when(client: FlaskClient, listings: dict[str, Listing]) -> None:
    page = client.get("/open-now?country=GN", headers=ENGLISH).text
    assert "6 opportunities" in page
    for words in ("Last day to apply: 12 Mar 2026", "opens on 5 Mar 2026", "The offer ends on"):
        assert words in page
    assert "Always" not in page


def test_it_takes_the_filters_of_the_search(
    client: FlaskClient, listings: dict[str, Listing]
) -> None:
    assert "1 opportunity" in client.get("/open-now?q=deadline&country=GN", headers=ENGLISH).text
    empty = client.get("/open-now?country=ML", headers=ENGLISH).text
    assert "Nothing is open with these filters" in empty
    assert client.get("/open-now?within=x").status_code == 422


def test_htmx_gets_the_list_only(client: FlaskClient, listings: dict[str, Listing]) -> None:
    page = client.get("/open-now?country=GN", headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert page.count('<li class="row-item"') == 6


def test_the_calendar_has_an_event_for_each_day(
    client: FlaskClient, listings: dict[str, Listing]
) -> None:
    answer = client.get("/open-now.ics?country=GN&lang=en")
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    days = {(str(event["SUMMARY"]).split(" (")[0], event["DTSTART"].dt) for event in events}
    assert days == {
        ("Last day to apply: Open", day(10)),
        ("Starts: Open", day(30)),
        ("Last day to apply: Last day", day(0)),
        ("Enrolment opens: Soon", day(3)),
        ("Last day to apply: Soon", day(20)),
        ("Enrolment opens: Yearly", day(5)),
        ("Last day to apply: Yearly", day(25)),
        ("The offer ends: Ends", day(15)),
    }
    assert len({event["UID"] for event in events}) == len(events)
    again = Calendar.from_ical(client.get("/open-now.ics?country=GN&lang=en").data)
    assert [one["UID"] for one in again.walk("VEVENT")] == [one["UID"] for one in events]


def test_the_feed_has_an_entry_for_each_service(
    client: FlaskClient, listings: dict[str, Listing]
) -> None:
    answer = client.get("/open-now.atom?country=GN&lang=en")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)  # noqa: S314 -- our own
    entries = feed.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}id") for one in entries] == [
        f"urn:uuid:{listings[name].id}" for name in IN_ORDER
    ]
    link = entries[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"http://localhost/listings/{listings['last day'].id}"


def test_an_unchanged_feed_is_not_sent_again(
    client: FlaskClient, listings: dict[str, Listing]
) -> None:
    for address in ("/open-now.ics?country=GN&lang=en", "/open-now.atom?country=GN&lang=en"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_signs_that_files_cannot_carry_do_no_harm(client: FlaskClient, session: Session) -> None:
    listing = with_window("Bell \x07 & <b>\r\nEND:VEVENT", opens_on=day(-1), closes_on=day(1))
    publish(session, listing)
    events = Calendar.from_ical(client.get("/open-now.ics?country=GN").data).walk("VEVENT")
    assert len(events) == 1
    feed = ElementTree.fromstring(client.get("/open-now.atom?country=GN").data)  # noqa: S314 -- our own
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_the_interface_says_the_same(client: FlaskClient, listings: dict[str, Listing]) -> None:
    items = client.get("/api/v1/open-now?country=GN").json["items"]
    assert [one["listing"]["id"] for one in items] == [str(listings[n].id) for n in IN_ORDER]
    assert items[1]["last_day"] == day(10).isoformat()
