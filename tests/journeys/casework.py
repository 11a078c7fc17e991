"""What caseworkers and providers do on their screens, as verbs over several fields."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect
from pyproj import Geod

from tests.journeys.browsing import Person

AGREED = (
    "I have told the person of all these kinds of help, in a language they understand.",
    "The needs and the next steps are agreed with the person.",
    (
        "The person agrees to be accompanied."
        " Sharing anything with others is asked separately, each time."
    ),
)


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
    locate(caseworker, lives_at)
    caseworker.fills("Number, address or place", "+224 620 00 00 00")
    caseworker.chooses(
        "Is the person in danger now, or thinking of suicide, or a child alone?", "No"
    )
    for sentence in AGREED:
        caseworker.ticks(sentence)
    caseworker.picture("new-person")
    caseworker.presses("Save, and find a provider")
    return page.locator("main .code").first.inner_text()


def locate(caseworker: Person, spot: Spot) -> None:
    """Type where the person lives."""
    if not caseworker.page.get_by_label(caseworker.says("Latitude")).is_visible():
        caseworker.opens_more("On the map, or only the region")
    caseworker.fills("Latitude", f"{spot.lat:.6f}")
    caseworker.fills("Longitude", f"{spot.lon:.6f}")


def offer(caseworker: Person, listing: str) -> Locator:
    """The card of the proposal of this listing; a closed part of the page is opened for it."""
    card = caseworker.page.locator(f".offer[data-id='{listing}']")
    expect(card).to_be_attached()
    closed = caseworker.page.locator("#offers details:not([open])").filter(has=card)
    if closed.count():
        caseworker.hands.press(closed.first.locator("summary").first)
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


def choose(caseworker: Person, listing: str) -> None:
    """Choose the proposal of this listing, talk it over where others are possible, come to the consent."""
    page, hears = caseworker.page, caseworker.says("1. What the person hears")
    name = re.compile(rf"^\s*{re.escape(caseworker.says('Choose'))}")
    caseworker.hands.press(offer(caseworker, listing).get_by_role("button", name=name))
    expect(page.locator("#choice").or_(page.get_by_role("heading", name=hears))).to_be_visible()
    if page.locator("#choice").count():
        talk_over(caseworker)
    caseworker.sees_heading("1. What the person hears")


def talk_over(caseworker: Person) -> None:
    """Two or three services are possible: the person says which one, and why."""
    caseworker.fills("In the person's own words", "Celui-ci est près de ma mère")
    caseworker.ticks(
        "The choice is the person's own. I recommended nothing for anybody else's sake,"
        " and nothing depends on it."
    )
    caseworker.picture("counselling")
    caseworker.presses("Keep the choice and go on")


def consent(caseworker: Person) -> None:
    """The person says yes to everybody who is named, and signs."""
    yes = re.compile(rf"^\s*{re.escape(caseworker.says('Yes'))}")
    for group in caseworker.page.locator("fieldset[id^=accepts-]").all():
        caseworker.hands.mark(group.get_by_role("radio", name=yes))
    caseworker.fills("What was said about the cost", "Rien à payer, repas compris")
    caseworker.ticks("Read aloud")
    caseworker.ticks("Understood: the person has said it in their own words")
    caseworker.chooses("Sign of agreement", "Signature")
    caseworker.picture("consent")
    caseworker.presses("Keep this, and see what will go")


def send(caseworker: Person) -> str:
    """Look at what will go, and send it; the code on the receipt."""
    caseworker.sees_heading("Only after acceptance, besides")
    caseworker.picture("before-sending")
    caseworker.presses("Send")
    caseworker.sees(
        "It is sent. Give this receipt to the person, read it aloud, then close the page."
    )
    caseworker.picture("receipt")
    return caseworker.page.locator(".slip .code").inner_text()


def due(caseworker: Person, code: str, action: str) -> None:
    """Go on with what is to do for a person, from the caseload."""
    caseworker.presses("My caseload")
    caseworker.sees_heading("My caseload")
    caseworker.picture("caseload")
    job = caseworker.page.locator(".job").filter(has_text=code)
    caseworker.hands.press(job.get_by_role("link", name=caseworker.says(action)).first)


def inform(caseworker: Person, reply: str) -> None:
    """Tell the person what has happened, and note it."""
    caseworker.sees_heading("First: tell the person")
    caseworker.chooses("How", "By telephone")
    caseworker.chooses("Did you speak to the person?", "Yes, the person knows")
    caseworker.fills("What the person said", reply)
    caseworker.picture("tell-the-person")
    caseworker.presses("Note it")
    caseworker.sees("The person knows.")


def received(provider: Person, code: str) -> None:
    """Open a referral that has come."""
    provider.presses("Referrals received")
    provider.sees_heading("Referrals received")
    provider.picture("received")
    article = provider.page.locator("article, .row-item").filter(has_text=code)
    provider.hands.press(article.get_by_role("link").last)
    expect(provider.page.locator("main .code").filter(has_text=code).first).to_be_visible()
