"""A referral after the answer: what came back, who is told, what comes next, the end."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.who import Who
from routing.models import Referral
from routing.referral_states import State
from tests.routing.screens import (
    Seat,
    agreement,
    sent,
    the_referral,
)
from tests.routing.stories import Story


def test_what_came_back_is_told_first_and_the_next_is_ready(story: Story, seat: Seat) -> None:
    referral = story.returned("R05", new_area="Dalaba")
    story.other_listing()
    caseworker = seat(Who.RC)
    page = caseworker.get(f"/referrals/{referral.id}")
    assert "The provider said no" in page
    assert "Dalaba" in page
    assert page.index("First: tell the person") < page.index("What else there is")
    assert "Ask again: Where the person lives" in page
    assert "Other provider" in page
    caseworker.post(
        f"/referrals/{referral.id}/inform", {"channel": "phone", "reached": "yes", "reply": "ok"}
    )
    page = caseworker.follow()
    assert "The person knows." in page
    assert "First: tell the person" not in page


def test_not_reached_leaves_the_news_to_be_told(story: Story, seat: Seat) -> None:
    referral = story.returned()
    caseworker = seat(Who.RC)
    caseworker.get(f"/referrals/{referral.id}")
    caseworker.post(f"/referrals/{referral.id}/inform", {"channel": "phone", "reached": "no"})
    assert "First: tell the person" in caseworker.follow()


def test_sending_the_next_one_closes_the_returned_one(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = story.returned()
    story.tell(referral)
    other = story.other_listing()
    caseworker = seat(Who.RC)
    page = caseworker.get(f"/needs/{referral.need_id}/proposals")
    assert "This need has come back from Provider." in page
    assert "Tried before" in page
    caseworker.post(f"/needs/{referral.need_id}/referrals", {"listing_id": str(other.id)})
    address = caseworker.location
    caseworker.get(address)
    caseworker.post(address, agreement(other))
    caseworker.follow()
    caseworker.post(address.replace("consent", "sending"))
    session.expire_all()
    assert referral.state is State.REROUTED
    child = session.scalars(select(Referral).where(Referral.parent_id == referral.id)).one()
    assert child.state is State.SENT


def test_what_was_tried_is_not_chosen_again(story: Story, session: Session, seat: Seat) -> None:
    referral = story.returned()
    story.tell(referral)
    caseworker = seat(Who.RC)
    caseworker.get(f"/needs/{referral.need_id}/proposals")
    caseworker.post(
        f"/needs/{referral.need_id}/referrals", {"listing_id": str(referral.listing_id)}
    )
    assert "This service was tried before for this need." in caseworker.follow()
    assert session.scalars(select(func.count(Referral.id))).one() == 1


def test_a_withdrawal_ends_the_reading_at_once(story: Story, session: Session, seat: Seat) -> None:
    referral = story.accepted()
    caseworker, provider = seat(Who.RC), seat(Who.FP)
    provider.get(f"/inbox/{referral.id}")
    caseworker.get(f"/referrals/{referral.id}")
    caseworker.post(f"/referrals/{referral.id}/withdrawal", {"channel": "phone"})
    assert "The provider reads nothing any more." in caseworker.follow()
    assert the_referral(session).state is State.REVOKED
    provider.get(f"/inbox/{referral.id}", 404)


def test_a_caseworker_notes_what_the_provider_said_on_the_phone(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = sent(story, seat(Who.RC), story.listing())
    caseworker, address = seat(Who.RC), f"/referrals/{referral.id}/steps/acknowledge"
    page = caseworker.get(address)
    assert "You note this for the provider" in page
    assert "Please fill this in." in caseworker.post(address, {"by_proxy": "1"}, 422)
    caseworker.post(address, {"by_proxy": "1", "proxy_contact": "Mme Bah, 620"})
    assert the_referral(session).state is State.ACK
    assert "noted by telephone" in caseworker.follow()


def test_a_referral_is_followed_to_its_end(story: Story, session: Session, seat: Seat) -> None:
    referral = story.accepted()
    story.tell(referral)
    session.commit()
    provider, caseworker = seat(Who.FP), seat(Who.RC)
    for step, given in (
        ("first-contact", {"channel": "phone", "two_way": "1"}),
        ("start", {"started_on": story.now.date().isoformat()}),
        ("complete", {"outcome": "certificate"}),
    ):
        address = f"/referrals/{referral.id}/steps/{step}"
        provider.get(address)
        provider.post(address, given)
    address = f"/referrals/{referral.id}/steps/close"
    caseworker.get(address)
    answered = {"satisfaction": "4", "asker": "referring-organisation", "channel": "phone"}
    page = caseworker.post(address, answered, 422)
    assert "The open needs were looked through" in page
    caseworker.post(address, answered | {"needs_reviewed": "1"})
    page = caseworker.follow()
    assert the_referral(session).state is State.CLOSED
    assert "Did it help? <strong>It helped</strong>" in page


def test_every_available_step_has_a_form(story: Story, seat: Seat) -> None:
    referral = story.accepted()
    caseworker, provider = seat(Who.RC), seat(Who.FP)
    for browser, page in ((caseworker, "referrals"), (provider, "inbox")):
        browser.get(f"/{page}/{referral.id}")
        steps = {found for found in browser.addresses if "/steps/" in found}
        assert steps
        for address in steps:
            browser.get(address)


def test_reading_a_referral_leaves_a_line(story: Story, session: Session, seat: Seat) -> None:
    referral = story.sent()
    seat(Who.RC).get(f"/referrals/{referral.id}")
    lines = select(func.count(AuditEntry.id)).where(AuditEntry.action == "routing:referral:read")
    assert session.scalars(lines).one() == 1
