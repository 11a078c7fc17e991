"""Stories of those around a referral: provider on a phone, person, supervisor, complaints, protection.

What they see is kept as pictures; ``tests.journeys.manual_pictures`` takes some into the manual.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Person
from tests.journeys.casework import choose, consent, receive, received, send
from tests.journeys.conftest import Meet
from tests.journeys.test_referral_story import find_enabel

pytestmark = pytest.mark.journey

LANGUAGES = ("fr", "en")
WORDS = "On m'a demandé de l'argent pour une formation gratuite."
ANSWER = "Le centre vous rend l'argent. Personne n'a le droit d'en demander."
DIGITS = re.compile(r"\d{4}")


def send_somebody(caseworker: Person) -> str:
    """Somebody who wants to learn a trade is sent to the nearest eligible provider."""
    caseworker.goes_to("/")
    caseworker.sign_in_as("caseworker")
    nearest = find_enabel(caseworker)
    receive(
        caseworker, age=24, lives_at=nearest.spot.away(3), need="Vocational training",
        words="Je veux un métier.",
    )  # fmt: skip
    caseworker.presses("Years {first} to {last}", first=7, last=10)
    choose(caseworker, nearest.listing)
    consent(caseworker)
    return send(caseworker)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_person_follows_their_request(meet: Meet, language: str) -> None:
    caseworker, person = meet(language, 1280), meet(language, 360)
    send_somebody(caseworker)
    code = caseworker.page.locator(".tracking").first.inner_text()

    person.goes_to("/")
    person.presses("My request")
    person.fills("Your secret code", "0000-0000-0000")
    person.presses("See where it stands")
    expect(person.page.locator("#code-error")).to_be_visible()
    person.fills("Your secret code", code)
    person.presses("See where it stands")
    person.sees("Whom you can call")
    assert code not in person.page.url
    person.picture("status")
    person.presses("Please call me")
    expect(person.page.locator("[role=status]")).to_be_visible()
    person.picture("call-me")

    caseworker.presses("My caseload")
    caseworker.sees_heading("My caseload")
    caseworker.picture("asked-to-call")


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_on_the_phone(meet: Meet, language: str) -> None:
    caseworker, provider = meet(language, 1280), meet(language, 360)
    receipt = send_somebody(caseworker)
    provider.goes_to("/")
    provider.sign_in_as("enabel")
    received(provider, receipt)
    provider.presses("Decline")
    provider.chooses("Reason", "Beyond what we can do")
    provider.presses("Refuse")
    expect(provider.page.locator(".problems")).to_be_visible()
    provider.fills("What is missing", "Un atelier de soudure")
    provider.picture("refusal")
    provider.presses("Refuse")
    provider.sees_heading("Referrals received")
    provider.presses("Still exact")
    provider.sees_heading("Referrals received")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_without_an_account(meet: Meet, language: str) -> None:
    person, office = meet(language, 360), meet(language, 1280)
    person.goes_to("/")
    person.presses("Complain, or tell us something")
    person.presses("Send")
    person.sees("Please correct this. What you wrote is still here.")
    person.fills("Say it in your words", WORDS)
    person.picks("In which country?", re.compile(r"^Guin[eé]"))
    person.picture("what-happened")
    person.presses("Send")
    person.sees_heading("Your receipt")
    receipt = person.page.locator(".slip .code").inner_text()
    assert len(DIGITS.findall(receipt)) == 4
    person.picture("receipt")

    office.goes_to("/")
    office.sign_in_as("complaints")
    office.presses("Complaints")
    office.sees_heading("Complaints")
    office.picture("complaints")
    open_the_new_one(office)
    for step, answers in (
        ("Read: say how serious it is", {"How serious it is": "C1"}),
        ("Look into it", {"What you do first": "Appeler le centre"}),
        ("Decide", {"What was decided": "", "Why (the person does not read this)": "Payé à tort"}),
        ("Tell the person", {"What the person reads, in simple words": ANSWER}),
    ):
        take(office, step, answers)
    office.picture("answered")

    person.presses("Follow it with the receipt")
    person.fills("The 16 digits of your receipt", receipt)
    person.presses("Show")
    expect(person.page.get_by_text(ANSWER)).to_be_visible()
    assert not DIGITS.search(person.page.url.rpartition(":")[2][5:])
    person.picture("answer")


def open_the_new_one(office: Person) -> None:
    """The complaint with our words, among those of the demonstration."""
    links = office.page.locator(".job a.code")
    for address in [link.get_attribute("href") for link in links.all()]:
        office.goes_to(address or "")
        if office.page.get_by_text(WORDS).count():
            return
    pytest.fail("the complaint is not in the inbox")


def take(office: Person, step: str, answers: dict[str, str]) -> None:
    """Take a step of a complaint: texts are typed, of choices the named or the first is taken."""
    office.presses(step)
    office.sees_heading(step)
    for label, value in answers.items():
        group = office.page.get_by_role("group", name=office.says(label))
        if group.count():
            office.hands.mark(group.first.get_by_role("radio", name=re.compile(value)).first)
        else:
            office.fills(label, value)
    office.hands.press(office.page.locator("main form button.btn-primary").first)
    expect(office.page.get_by_text(WORDS)).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supervisor_looks_after_what_is_late(meet: Meet, language: str) -> None:
    supervisor = meet(language, 1280)
    supervisor.goes_to("/")
    supervisor.sign_in_as("supervisor")
    for place, name in (
        ("Late", "late"), ("To countersign", "to-countersign"), ("Transfers", "transfers"),
        ("Ending soon", "ending-soon"),
    ):  # fmt: skip
        supervisor.presses(place)
        expect(supervisor.page.locator(".shell-nav [aria-current=page]")).to_have_text(
            re.compile(supervisor.says(place))
        )
        supervisor.picture(name)
    supervisor.presses("Late")
    first = supervisor.page.locator(".row-item .code").first
    code = first.inner_text()
    supervisor.hands.press(first)
    expect(supervisor.page.locator("main .code").filter(has_text=code).first).to_be_visible()
    supervisor.picture("the-case")
    supervisor.presses("Team of the case")
    supervisor.sees_heading("Team of the case")
    supervisor.picture("team")


@pytest.mark.parametrize("language", LANGUAGES)
def test_coordination_sees_what_is_missing(meet: Meet, language: str) -> None:
    coordination = meet(language, 1280)
    coordination.goes_to("/")
    coordination.sign_in_as("coordination")
    coordination.presses("Single providers")
    coordination.sees_heading("Single providers")
    coordination.picture("single-providers")
    coordination.presses("Agreements")
    coordination.sees_heading("Agreements")
    coordination.picture("agreements")


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_protection_looks_at_the_record(meet: Meet, language: str) -> None:
    officer = meet(language, 1280)
    officer.goes_to("/")
    officer.sign_in_as("data.protection")
    officer.presses("Data protection")
    officer.sees_heading("Data protection")
    officer.picture("data-protection")


@pytest.mark.parametrize("language", LANGUAGES)
def test_accounts_are_given(meet: Meet, language: str) -> None:
    administrator = meet(language, 1280)
    administrator.goes_to("/")
    administrator.sign_in_as("administrator")
    administrator.presses("Accounts")
    administrator.sees_heading("Accounts")
    administrator.picture("accounts")
