"""Consent field by field, the last look, sending, and the receipt."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.visibility import Visibility
from directory.who import Who
from routing.models import Disclosure, ReferralEvent
from routing.referral_states import State
from tests import factories
from tests.routing.screens import (
    Seat,
    agreement,
    drafted,
    sent,
    the_referral,
)
from tests.routing.stories import NAME, Story


def test_what_is_struck_does_not_go_and_the_rest_is_shown_exactly(
    story: Story, session: Session, seat: Seat
) -> None:
    listing = story.listing()
    need = story.need()
    story.member(need).language = "en"
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing, need)
    page = caseworker.get(address)
    assert "We would like to ask Provider to help you with this" in page
    caseworker.post(address, agreement(listing, but=("education",)))
    page = caseworker.follow()
    assert "Exactly this goes to Provider" in page
    assert "Year 9 (Guinea)" not in page
    assert page.index("18 to 24 years") < page.index("Only after acceptance") < page.index(NAME)
    assert "education" not in the_referral(session).payload["full"]


def test_the_spoken_text_is_in_the_language_of_the_person(story: Story, seat: Seat) -> None:
    need = story.need()
    story.member(need).language = "ff"
    caseworker = seat(Who.RC)
    page = caseworker.get(drafted(story, caseworker, story.listing(), need))
    assert "not yet written in the person's language" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"understood": ""}, "Make sure that the person has understood"),
        ({"mode": ""}, "Please choose one of the list."),
        ({"mode": "oral-with-witness"}, "Name the witness."),
        ({"extra": ["medical-summary"]}, "One of these fields never goes"),
    ],
)
def test_a_consent_that_lacks_something_is_not_kept(
    story: Story, seat: Seat, change: dict[str, Any], sentence: str
) -> None:
    listing = story.listing()
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    page = caseworker.post(address, agreement(listing, **change), status=422)
    assert sentence in page
    assert "talked over" in page


def test_each_organisation_is_asked_for_and_one_may_be_refused(
    story: Story, session: Session, seat: Seat
) -> None:
    listing, other = story.listing(), story.other_listing()
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    assert "2. Other provider" in caseworker.get(address)
    page = caseworker.post(address, agreement(listing), status=422)
    assert "Ask about Other provider: yes or no." in page
    refused = {f"accepts-{other.id}": "no"}
    caseworker.post(address, agreement(listing, **refused))
    recipients = story.consent_of(the_referral(session)).recipients
    assert [row.accepted for row in recipients] == [True, False]


def test_whoever_refuses_the_chosen_one_is_sent_nowhere(
    story: Story, session: Session, seat: Seat
) -> None:
    listing = story.listing()
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(address, agreement(listing) | {f"accepts-{listing.id}": "no"})
    assert "Nothing goes there." in caseworker.follow()
    assert the_referral(session).state is State.DRAFT


def test_no_public_body_in_one_tap(story: Story, session: Session, seat: Seat) -> None:
    listing = story.listing(factories.Organisation(kind="public"))
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(f"{address}/government")
    assert "This provider is a public body" in caseworker.follow()
    assert the_referral(session).case.excludes_government


def test_consent_stays_when_something_else_is_missing(
    story: Story, session: Session, seat: Seat
) -> None:
    listing = story.listing(data_needed=["documents"])
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(address, agreement(listing))
    page = caseworker.follow()
    assert "What is still missing" in page
    assert "Missing for this provider: Documents held." in page
    assert "Consent is recorded" in page
    [ask] = [found for found in caseworker.addresses if "/facts/documents" in found]
    caseworker.get(ask)
    question, back = ask.split("?back=")
    caseworker.post(question, {"documents-value": "passport", "back": back})
    assert "What is still missing" in caseworker.follow()
    caseworker.post(address.replace("consent", "sending"), {"affordability": "talked over"})
    assert "Exactly this goes to Provider" in caseworker.follow()
    assert the_referral(session).state is State.READY


def test_sending_discloses_the_preview_and_gives_a_receipt(
    story: Story, session: Session, seat: Seat
) -> None:
    caseworker = seat(Who.RC)
    referral = sent(story, caseworker, story.listing())
    assert caseworker.location == f"/referrals/{referral.id}/slip"
    slip = caseworker.follow()
    assert referral.code in slip
    assert NAME not in slip
    assert referral.state is State.SENT
    [line] = session.scalars(select(Disclosure)).all()
    assert line.stage == 1
    assert "name" not in line.field_names


def test_the_receipt_names_no_confidential_service(story: Story, seat: Seat) -> None:
    listing = story.listing(visibility=Visibility.PROTECTION_ONLY)
    caseworker = seat(Who.RC)
    member = sent(story, caseworker, listing).member
    member.language = "en"
    story.session.commit()
    slip = caseworker.follow()
    assert "Your caseworker tells you which one." in slip
    assert ">Provider<" not in slip


def test_the_same_form_sent_twice_sends_once(story: Story, session: Session, seat: Seat) -> None:
    listing = story.listing()
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(address, agreement(listing))
    sending = caseworker.location
    caseworker.follow()
    form = caseworker.hidden
    caseworker.post(sending, form)
    caseworker.post(sending, form)
    events = select(func.count(ReferralEvent.id)).where(ReferralEvent.step == "send")
    assert session.scalars(events).one() == 1


def test_a_file_that_is_ready_can_be_changed(story: Story, session: Session, seat: Seat) -> None:
    listing = story.listing()
    caseworker = seat(Who.RC)
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(address, agreement(listing))
    caseworker.follow()
    caseworker.post(address.replace("consent", "sending") + "/change")
    assert the_referral(session).state is State.DRAFT
