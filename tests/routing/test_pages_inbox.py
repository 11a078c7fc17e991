"""The provider's inbox: no identity before acceptance, four answers, places kept true."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Capacity
from directory.who import Who
from routing.models import Disclosure, ReferralEvent
from routing.referral_states import State
from tests.routing.screens import (
    Seat,
    sent,
    the_referral,
)
from tests.routing.stories import NAME, NUMBER, Story


def test_the_inbox_shows_no_identity_before_acceptance(story: Story, seat: Seat) -> None:
    referral = sent(story, seat(Who.RC), story.listing())
    provider = seat(Who.FP)
    for address in ("/inbox", f"/inbox/{referral.id}"):
        page = provider.get(address)
        assert "Female, 18 to 24 years" in page
        assert NAME not in page
        assert NUMBER not in page
        assert "canary" not in page.replace("Canary Diallo", "")
    assert "Name and contact appear after you accept." in page


def test_reading_the_inbox_is_logged_as_a_disclosure(
    story: Story, session: Session, seat: Seat
) -> None:
    sent(story, seat(Who.RC), story.listing())
    seat(Who.FP).get("/inbox")
    views = session.scalars(select(Disclosure).where(Disclosure.channel == "screen")).all()
    assert [view.account_id for view in views] == [story.accounts["FP"].id]


def test_accepting_opens_name_and_contact(story: Story, seat: Seat) -> None:
    referral = sent(story, seat(Who.RC), story.listing())
    provider, address = seat(Who.FP), f"/referrals/{referral.id}/steps/accept"
    provider.get(address)
    page = provider.post(address, {"place": "Donka"}, status=422)
    assert "First day: Please fill this in." in page
    assert 'value="Donka"' in page
    day = (story.now + dt.timedelta(days=9)).date().isoformat()
    provider.post(address, {"start_on": day, "place": "Donka", "to_bring": "card"})
    assert provider.location == "/inbox"
    assert NAME in provider.follow()
    page = provider.get(f"/inbox/{referral.id}")
    assert f'href="tel:{NUMBER}"' in page
    assert "canary hours" in page


def test_a_no_needs_its_structured_detail(story: Story, session: Session, seat: Seat) -> None:
    referral = sent(story, seat(Who.RC), story.listing())
    provider, address = seat(Who.FP), f"/referrals/{referral.id}/steps/reject"
    page = provider.get(address)
    assert "What happens to the person" in page
    page = provider.post(
        address, {"code": "R04", "detail-R04-limit_km": "far", "detail-R05-new_area": "x"}, 422
    )
    assert "Please give a number, 0 or more." in page
    assert 'value="far"' in page
    provider.post(
        address, {"code": "R04", "detail-R04-limit_km": "5", "detail-R04-distance_km": "7,5"}
    )
    assert "Thank you." in provider.follow()
    event = session.scalars(select(ReferralEvent).where(ReferralEvent.step == "reject")).one()
    assert event.details["detail"] == {"limit_km": 5, "distance_km": 7.5}


def test_a_question_confirms_receipt_and_asks_only_what_was_declared(
    story: Story, session: Session, seat: Seat
) -> None:
    listing = story.listing(data_needed=["education", "sex"])
    referral = sent(story, seat(Who.RC), listing)
    provider, address = seat(Who.FP), f"/referrals/{referral.id}/steps/ask-info"
    page = provider.get(address)
    assert 'value="education"' in page
    assert 'value="income"' not in page
    provider.post(address, {"fields": ["education"], "question": "Which certificate?"})
    assert the_referral(session).state is State.INFO_REQ
    steps = session.scalars(select(ReferralEvent.step).order_by(ReferralEvent.number)).all()
    assert list(steps)[-2:] == ["acknowledge", "ask-info"]


def test_somebody_faster_is_shown_and_what_was_typed_is_kept(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = sent(story, seat(Who.RC), story.listing())
    provider, address = seat(Who.FP), f"/referrals/{referral.id}/steps/accept"
    provider.get(address)
    story.step(referral, "acknowledge", Who.FP)
    session.commit()
    page = provider.post(
        address, {"start_on": "2027-01-04", "place": "Donka", "to_bring": "card"}, 409
    )
    assert "Somebody else was faster: the status is now “Received”." in page
    assert 'value="Donka"' in page
    assert the_referral(session).state is State.ACK


def test_a_step_that_left_is_a_conflict_not_a_crash(story: Story, seat: Seat) -> None:
    referral = story.returned()
    story.tell(referral)
    caseworker = seat(Who.RC)
    caseworker.get(f"/referrals/{referral.id}")
    page = caseworker.post(f"/referrals/{referral.id}/steps/person-refuses", {}, 409)
    assert "the status is “Returned”" in page


def test_places_are_kept_true_in_place(story: Story, session: Session, seat: Seat) -> None:
    listing = story.listing(places=4)
    provider, address = seat(Who.FP), f"/inbox/places/{listing.id}"
    provider.get("/inbox")
    provider.post(address, {"change": "1"})
    provider.post(address, {"change": "1"})
    provider.post(address, {"change": "-1"})
    period = select(Capacity).where(Capacity.listing_id == listing.id)
    session.expire_all()
    assert session.scalars(period).one().places == 5
    provider.post(address, {"places": "2"})
    session.expire_all()
    assert session.scalars(period).one().places == 2


def test_nobody_keeps_the_places_of_another_provider(story: Story, seat: Seat) -> None:
    provider = seat(Who.FP)
    provider.get("/inbox")
    provider.post(f"/inbox/places/{story.other_listing().id}", {"change": "1"}, 404)


def test_tries_to_reach_the_person_are_noted_on_both_sides(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = story.accepted()
    route = referral.member.routes[0]
    tried = {"route": str(route.id), "outcome": "no-answer"}
    provider, caseworker = seat(Who.FP), seat(Who.RC)
    provider.get(f"/inbox/{referral.id}")
    provider.post(f"/inbox/{referral.id}/attempts", tried)
    caseworker.get(f"/referrals/{referral.id}")
    caseworker.post(f"/referrals/{referral.id}/attempts", tried | {"announced": "1"})
    session.expire_all()
    assert [(row.by_role, row.announced) for row in referral.attempts] == [
        ("PW", False), ("RC", True),
    ]  # fmt: skip
    caseworker.post(f"/referrals/{referral.id}/attempts", {"outcome": "no-answer"})
    assert "Choose which way was tried" in caseworker.follow()
