"""The story of one person: from the search to the end of the training, told in a browser.

A young woman wants to learn carpentry. The nearest provider says no because she has moved; she is
told, another provider takes her, and she finishes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Person
from tests.journeys.casework import (
    Spot,
    choose,
    consent,
    due,
    inform,
    kilometres,
    locate,
    offer,
    receive,
    received,
    send,
    soon,
)
from tests.journeys.conftest import Meet

pytestmark = pytest.mark.journey

NEED = "Vocational training"
CARPENTRY = {"fr": "Formation en menuiserie", "en": "Carpentry and joinery training"}
ELIGIBLE = re.compile("offer-eligible")
LABE = Spot(-12.290, 11.320)


@dataclass(frozen=True)
class Provider:
    """A result of the search."""

    listing: str
    spot: Spot


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_from_search_to_closure(meet: Meet, language: str, width: int) -> None:
    tell(*(meet(language, width) for _ in range(3)))


def test_with_the_keyboard_alone(meet: Meet) -> None:
    tell(*(meet().puts_the_mouse_away() for _ in range(3)))


def test_without_javascript(meet: Meet) -> None:
    tell(*(meet(width=360, javascript=False) for _ in range(3)))


def tell(caseworker: Person, enabel: Person, school: Person) -> None:
    """The whole story; whoever takes part sits in front of a screen of their own."""
    carpentry = find_carpentry(caseworker)
    caseworker.sign_in_as("caseworker")
    nearest = find_enabel(caseworker)

    code = receive(
        caseworker,
        age=22,
        lives_at=nearest.spot.away(8),
        need=NEED,
        words="Je veux être menuisière.",
    )
    education_is_asked_first(caseworker)
    is_proposed(caseworker, nearest)
    is_too_far(caseworker, nearest, code)
    choose(caseworker, nearest.listing)
    consent(caseworker)
    receipt = send(caseworker)

    says_she_has_moved(enabel, receipt)

    due(caseworker, code, "Tell the person")
    inform(caseworker, "Elle habite à Labé chez sa tante.")
    caseworker.presses("See all and choose")
    answer_where_she_lives_now(caseworker, carpentry)
    choose(caseworker, carpentry.listing)
    consent(caseworker)
    receipt = send(caseworker)

    takes_her(school, receipt)
    due(caseworker, code, "Tell the person")
    inform(caseworker, "Elle est contente.")
    teaches_her(school, receipt)

    due(caseworker, code, "Ask whether it helped, and close")
    close(caseworker)


def first_result(person: Person, words: str) -> Provider:
    row = person.results.first
    expect(row).to_contain_text(words)
    values = [row.get_attribute(f"data-{name}") for name in ("id", "lon", "lat")]
    listing, lon, lat = (value for value in values if value)
    return Provider(listing, Spot(float(lon), float(lat)))


def find_carpentry(visitor: Person) -> Provider:
    visitor.goes_to("/")
    visitor.search_for("formation menuiserie", near="Labé")
    found = first_result(visitor, CARPENTRY[visitor.language])
    visitor.picture("search")
    visitor.open_first()
    visitor.sees_heading("For whom")
    visitor.picture("service")
    return found


def find_enabel(person: Person) -> Provider:
    """The site at Pita: its position is exact, in the countryside."""
    person.goes_to("/")
    person.search_for("INTEGRA", near="Pita", within="10 km")
    return first_result(person, "Enabel")


def education_is_asked_first(caseworker: Person) -> None:
    question = caseworker.page.locator(".question")
    expect(question).to_contain_text(
        caseworker.says("Which year of school was completed last, and in which country?")
    )
    caseworker.picture("question")
    caseworker.presses("Years {first} to {last}", first=7, last=10)


def is_proposed(caseworker: Person, enabel: Provider) -> None:
    card = offer(caseworker, enabel.listing)
    expect(card).to_have_class(ELIGIBLE)
    assert kilometres(card.inner_text()) == 8.0
    reasons = card.locator("> .reasons > li.reason-yes")
    expect(reasons.filter(has_text="22")).to_have_count(1)
    caseworker.picture("proposals", of=card)
    caseworker.hands.press(card.locator("> details > summary").last)
    expect(card.get_by_text(caseworker.says("Every condition"))).to_be_visible()
    caseworker.picture("why", of=card)


def is_too_far(caseworker: Person, enabel: Provider, code: str) -> None:
    lives(caseworker, code, enabel.spot.away(12))
    card = offer(caseworker, enabel.listing)
    expect(card).to_have_class(re.compile("offer-ineligible"))
    failing = card.locator("> .reasons > li")
    expect(failing).to_have_count(1)
    assert kilometres(failing.inner_text()) == 12.0
    caseworker.picture("too-far", of=card)
    lives(caseworker, code, enabel.spot.away(8))
    expect(offer(caseworker, enabel.listing)).to_have_class(ELIGIBLE)


def lives(caseworker: Person, code: str, spot: Spot) -> None:
    caseworker.hands.press(caseworker.page.locator("main a").filter(has_text=code).first)
    caseworker.sees_heading("What has happened")
    caseworker.picture("person")
    caseworker.hands.press(caseworker.page.locator("main a[href$='/facts/location']").first)
    locate(caseworker, spot)
    caseworker.picture("where-she-lives")
    caseworker.presses("Save")
    caseworker.sees_heading("What has happened")
    caseworker.presses("Find a provider")
    expect(caseworker.page.locator("#offers")).to_be_visible()


def says_she_has_moved(provider: Person, receipt: str) -> None:
    provider.goes_to("/")
    provider.sign_in_as("enabel")
    received(provider, receipt)
    provider.picture("referral-received")
    provider.presses("Decline")
    provider.chooses("Reason", "Has moved")
    provider.picture("decline")
    provider.presses("Refuse")
    provider.sees_heading("Referrals received")


def answer_where_she_lives_now(caseworker: Person, carpentry: Provider) -> None:
    caseworker.sees("See what happened")
    locate(caseworker, LABE)
    caseworker.picture("asked-again")
    caseworker.presses("Save the answer")
    expect(offer(caseworker, carpentry.listing)).to_have_class(ELIGIBLE)
    caseworker.picture("next-proposals")


def takes_her(school: Person, receipt: str) -> None:
    school.goes_to("/")
    school.sign_in_as("centre.labe")
    received(school, receipt)
    school.presses("Accept")
    school.fills("First day", soon())
    school.fills("Where the person goes", "Atelier 2, CFP de Labé")
    school.fills("What to bring", "Une pièce d'identité")
    school.picture("accept")
    school.presses("Accept")
    school.sees_heading("Referrals received")


def teaches_her(school: Person, receipt: str) -> None:
    works_on(school, "Note the first contact", receipt)
    school.chooses("How", "Telephone")
    school.ticks("The person has answered")
    school.picture("first-contact")
    school.presses("Note the first contact")
    works_on(school, "The service has started", receipt)
    school.presses("The service has started")
    works_on(school, "The service is completed", receipt)
    school.picture("in-service")
    school.fills("How it ended", "Certificat de menuisière")
    school.picture("completed")
    school.presses("The service is completed")
    school.sees_heading("Referrals received")


def works_on(school: Person, label: str, receipt: str) -> None:
    school.sees_heading("Referrals received")
    school.hands.press(school.page.get_by_role("link", name=f"{school.says(label)} {receipt}"))
    school.sees_heading(label)


def close(caseworker: Person) -> None:
    caseworker.picture("completed-referral")
    caseworker.presses("Close")
    caseworker.chooses("Did it help?", "It helped a lot")
    caseworker.chooses("Who asked", "The organisation that sent the person")
    caseworker.chooses("How", "Telephone")
    caseworker.ticks("The open needs were looked through")
    caseworker.picture("satisfaction")
    caseworker.presses("Close")
    caseworker.sees("Closed")
    caseworker.picture("closed")
