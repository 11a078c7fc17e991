"""What caseworkers and providers do on their screens, as verbs over several fields."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect
from pyproj import Geod

from tests.journeys.browsing import Person


@dataclass(frozen=True)
class Spot:
    """A point on the earth."""

    lon: float
    lat: float

    def away(self, kilometres: float) -> Spot:
        """The point so far to the north."""
        lon, lat, _ = Geod(ellps="WGS84").fwd(self.lon, self.lat, 0, kilometres * 1000)
        return Spot(lon, lat)


def receive(caseworker: Person, *, age: int, lives_at: Spot, need: str, words: str) -> str:
    """Write down what the first talk brought; the code that the person got."""
    page = caseworker.page
    caseworker.presses("My caseload")
    caseworker.presses("New person")
    caseworker.sees_heading("New person")
    caseworker.chooses("What does the person need first?", need)
    caseworker.fills("In the person's own words", words)
    caseworker.fills("Age, in years", str(age))
    caseworker.chooses("Female or male?", "Female")
    caseworker.opens_more("On the map, or only the region")
    locate(caseworker, lives_at)
    caseworker.fills("Number, address or place", "+224 620 00 00 00")
    caseworker.chooses(
        "Is the person in danger now, or thinking of suicide, or a child alone?", "No"
    )
    for sentence in (
        "I have told the person of all these kinds of help, in a language they understand.",
        "The needs and the next steps are agreed with the person.",
        "The person agrees to be accompanied. "
        "Sharing anything with others is asked separately, each time.",
    ):
        caseworker.ticks(sentence)
    caseworker.picture("new-person")
    caseworker.presses("Save, and find a provider")
    return page.locator("main .code").first.inner_text()


def locate(caseworker: Person, spot: Spot) -> None:
    """Type where the person lives."""
    caseworker.fills("Latitude", f"{spot.lat:.6f}")
    caseworker.fills("Longitude", f"{spot.lon:.6f}")


def offer(caseworker: Person, words: str) -> Locator:
    """The card of the proposal that has these words."""
    card = caseworker.page.locator("#offers .offer").filter(has_text=words).first
    expect(card).to_be_visible()
    return card


def soon() -> str:
    """A day next week, as a date field takes it."""
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)).isoformat()


def kilometres(text: str) -> float:
    """The first distance in a text."""
    found = re.search(r"(\d+)[.,](\d+)\s*km", text)
    assert found, text
    return float(f"{found[1]}.{found[2]}")
