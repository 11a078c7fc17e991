"""The receipt: on paper as on the screen, in the person's language, without anything to find them by.

F10: people did not know whom to contact. The receipt says what happens, by when, and whom to call.
"""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.visibility import Visibility
from directory.who import Who
from routing.models import Referral
from routing.operations.cases import add_worker
from routing.queries.tracking import member_of_tracking_code, tracking_code_of
from routing.tracking_codes import spaced
from tests.printing import Print, read_print
from tests.routing.browser import Browser
from tests.routing.screens import Seat, sent
from tests.routing.stories import HOURS, NAME, NUMBER, Story

PRIVATE = (NAME, NUMBER, HOURS, "canary")
SIZES = {"a6": (105, 148), "a5": (148, 210), "80": (80, None), "58": (58, None)}


@pytest.fixture
def caseworker(seat: Seat) -> Browser:
    return seat(Who.RC)


@pytest.fixture
def referral(story: Story, caseworker: Browser) -> Referral:
    story.sender.help_phone, story.sender.help_hours = "+224 622 00 00 00", "8 h – 17 h"
    found = sent(story, caseworker, story.listing())
    found.member.language = "en"
    story.session.commit()
    return found


def printed(browser: Browser, referral: Referral, sheet: str) -> Print:
    answer = browser.client.get(f"/referrals/{referral.id}/slip/pdf?sheet={sheet}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    return read_print(answer.data)


@pytest.mark.parametrize("sheet", SIZES)
def test_f10_every_size_says_what_happens_by_when_and_whom_to_call(
    caseworker: Browser, referral: Referral, session: Session, sheet: str
) -> None:
    found = printed(caseworker, referral, sheet)
    held = tracking_code_of(session, referral.member)
    assert held is not None
    width, height = SIZES[sheet]
    assert found.pages == 1
    assert found.width_mm == width
    assert found.height_mm == height if height else 150 < found.height_mm < 500
    for words in (
        spaced(held.code), referral.code, "They answer by", "We tell you the answer",
        "+224 622 00 00 00", "take your agreement back", "complain", "ask you for money",
        "/status",
    ):  # fmt: skip
        assert words in found.text, words
    assert not [word for word in PRIVATE if word in found.text]


def test_the_address_on_it_does_not_hold_the_code(
    caseworker: Browser, referral: Referral, session: Session
) -> None:
    held = tracking_code_of(session, referral.member)
    assert held is not None
    page = caseworker.get(f"/referrals/{referral.id}/slip")
    assert spaced(held.code) in page
    links = [address for address in caseworker.addresses if held.code in address.replace("-", "")]
    assert links == []


def test_it_is_in_the_language_of_the_person(
    story: Story, caseworker: Browser, referral: Referral
) -> None:
    referral.member.language = "fr"
    story.session.commit()
    text = printed(caseworker, referral, "a5").text
    assert "Votre code secret" in text
    assert "They answer" not in text


@pytest.mark.parametrize(
    ("category", "visibility"),
    [("psychosocial", Visibility.PUBLIC), ("training", Visibility.PROTECTION_ONLY)],
)
def test_it_names_no_service_that_others_must_not_read(
    story: Story, caseworker: Browser, category: str, visibility: Visibility
) -> None:
    listing = story.listing(category=category, visibility=visibility)
    need = story.need(category=category)
    member = story.member(need)
    member.language = "en"
    referral = story.sent(need, listing)
    add_worker(
        story.session, need.case, story.accounts["RC"], actor=story.actor(Who.RC), now=story.now
    )
    story.session.commit()
    text = printed(caseworker, referral, "58").text
    assert "Your caseworker tells you which one." in text
    assert "Provider" not in text


def test_a_renewed_code_is_on_the_next_receipt_only(
    caseworker: Browser, referral: Referral, session: Session
) -> None:
    held = tracking_code_of(session, referral.member)
    assert held is not None
    old = held.code
    caseworker.get(f"/referrals/{referral.id}/slip")
    caseworker.post(f"/referrals/{referral.id}/slip/code")
    assert "The old one does not work any more" in caseworker.follow()
    assert spaced(old) not in printed(caseworker, referral, "a6").text
    assert member_of_tracking_code(session, old) is None


def test_a_size_that_does_not_exist_is_refused(caseworker: Browser, referral: Referral) -> None:
    assert "Please choose" in caseworker.get(f"/referrals/{referral.id}/slip/pdf?sheet=a0", 422)


def test_nobody_prints_a_receipt_without_an_account(
    client: FlaskClient, referral: Referral
) -> None:
    answer = client.get(f"/referrals/{referral.id}/slip/pdf")
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]
