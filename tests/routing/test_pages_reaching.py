"""Looking for a person from their page, and the tap that confirms what was noted by telephone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from directory.who import Who
from routing.models import AnnouncedCall, ContactAttempt, ProxyConfirmation
from tests import factories
from tests.routing.screens import Seat
from tests.routing.stories import DAY, Story


def test_a_try_and_an_announced_call_are_noted_on_the_page_of_the_person(
    story: Story, seat: Seat
) -> None:
    referral = story.sent()
    story.session.commit()
    caseworker, member = seat(Who.RC), referral.member
    address, route = f"/cases/{referral.case_id}", str(member.routes[0].id)
    page = caseworker.get(address)
    assert "Announce a call by message" in page
    assert "tries since" not in page
    caseworker.post(f"/people/{member.id}/attempts", {"route": route, "outcome": "off"})
    page = caseworker.follow()
    assert "1 try since the person was last in touch." in page
    assert "Attempts still to make: 5" in page
    day = (story.now + 2 * DAY).date().isoformat()
    given = {"route": route, "day": day, "hour": "18:30"}
    caseworker.post(f"/people/{member.id}/announced-calls", given)
    assert "Announced call:" in caseworker.follow()
    call = story.session.scalars(select(AnnouncedCall)).one()
    assert call.call_at.time() == dt.time(18, 30)
    caseworker.post(f"/people/{member.id}/announced-calls", {**given, "day": "yesterday"})
    assert "Choose the way, the day and the hour of the call." in caseworker.follow()
    caseworker.post(f"/people/{member.id}/attempts", {"route": route, "outcome": "maybe"})
    assert len(story.session.scalars(select(ContactAttempt)).all()) == 1


def test_one_tap_confirms_what_was_noted_by_telephone(story: Story, seat: Seat) -> None:
    referral = story.sent()
    story.step(
        referral, "acknowledge", Who.RC, by_proxy=True, proxy_contact="Mme Barry, 622 00 00 00"
    )
    story.session.commit()
    provider = seat(Who.FP)
    page = provider.get("/inbox")
    assert "Noted by telephone for you" in page
    assert "Mme Barry" in page
    row = story.session.scalars(select(ProxyConfirmation)).one()
    caseworker = seat(Who.RC)
    assert "not yet confirmed by the provider" in caseworker.get(f"/referrals/{referral.id}")
    provider.post(f"/inbox/proxies/{row.id}", {"answer": "yes"})
    assert "Noted by telephone for you" not in provider.follow()
    assert "confirmed by the provider" in caseworker.get(f"/referrals/{referral.id}")


def test_the_contest_begins_with_the_comparison(story: Story, seat: Seat) -> None:
    listing = story.listing()
    factories.Condition(listing=listing, kind="age", asks={"max": 35})
    story.session.flush()
    story.session.expire(listing)
    referral = story.sent(story.need(), listing)
    story.step(referral, "reject", Who.FP, code="R01", detail={"max": 20})
    story.session.commit()
    supervisor = seat(Who.RS)
    page = supervisor.get(f"/referrals/{referral.id}")
    assert "The supervisor may contest it once" in page
    address = f"/referrals/{referral.id}/steps/contest"
    assert "stricter than the listing: 35" in supervisor.get(address)
    supervisor.post(address, {"evidence": "35 is written"})
    listing.unlisted_criteria_at, listing.unlisted_criteria_code = story.now, "R01"
    story.session.commit()
    page = supervisor.get(f"/listings/{listing.id}")
    assert "Applies conditions that are not written here." in page
    assert "Outside the age limits" in page
    supervisor.post(f"/listings/{listing.id}/unlisted-criteria")
    assert "Applies conditions" not in supervisor.get(f"/listings/{listing.id}")
