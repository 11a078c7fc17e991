"""Through the JSON interface: what a person was told, shown and chose, kept as the screens keep it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.clock import now
from directory.operations.changes import mark_changed
from directory.visibility import Visibility
from directory.who import Who
from routing.models import OptionsCounselling, Referral, SelfReferralCard
from tests.routing.browser import SignIn
from tests.routing.stories import Story
from tests.routing.test_casework_api import Caller


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, now())


@pytest.fixture
def caseworker(story: Story, app: object, sign_in: SignIn, without_form_tokens: None) -> Caller:
    return Caller(sign_in(app.test_client(), story.accounts[Who.RC.value]))  # type: ignore[attr-defined]


WORDS = "It is near my mother."


def test_every_kind_of_help_is_told(story: Story, caseworker: Caller) -> None:
    listing, case = story.listing(), story.case()
    assert caseworker.get(f"/cases/{case.id}/information") == {"items": []}
    told = caseworker.post(f"/cases/{case.id}/information", 201, material="printed")
    assert str(listing.id) in told["listings"]
    assert listing.service.category in told["categories"]
    assert caseworker.get(f"/cases/{case.id}/information") == {"items": [told]}
    wrong = caseworker.post(f"/cases/{case.id}/information", 422, material="sung")
    assert set(wrong["fields"]) == {"material"}


def test_a_choice_among_two_becomes_a_draft(
    story: Story, session: Session, caseworker: Caller
) -> None:
    listing, other, need = story.listing(), story.other_listing(), story.need()
    asked = {
        "shown": [str(listing.id), str(other.id)], "chosen": str(other.id), "words": WORDS,
        "was_neutral": True, "idempotency_key": "the-first-talk",
    }  # fmt: skip
    talk = caseworker.post(f"/needs/{need.id}/counselling", 201, **asked)
    referral = session.scalars(select(Referral)).one()
    assert (talk["referral"], talk["chosen"]) == (str(referral.id), str(other.id))
    assert referral.listing_id == other.id
    assert (talk["eligible_shown"], talk["eligible_existed"]) == (2, 2)
    assert {one["listing"] for one in talk["shown"]} == {str(listing.id), str(other.id)}
    assert all(one["metres"]["low"] <= one["metres"]["high"] for one in talk["shown"])
    assert caseworker.get(f"/needs/{need.id}/counselling") == {"items": [talk]}


def test_the_same_talk_sent_again_makes_no_second_draft(
    story: Story, session: Session, caseworker: Caller
) -> None:
    listing, need = story.listing(), story.need()
    asked = {
        "shown": [str(listing.id)], "chosen": str(listing.id), "words": WORDS,
        "was_neutral": True, "idempotency_key": "the-first-talk",
    }  # fmt: skip
    for _ in range(2):
        caseworker.post(f"/needs/{need.id}/counselling", 201, **asked)
    assert len(session.scalars(select(Referral)).all()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": " "}, "words"),
        ({"was_neutral": False}, "was_neutral"),
        ({"chosen": str(uuid4())}, "chosen"),
        ({"shown": [str(uuid4())]}, "shown"),
        ({"shown": []}, "shown"),
        ({"shown": [str(uuid4()) for _ in range(4)]}, "shown"),
    ],
)
def test_what_a_talk_lacks_is_said_and_nothing_is_kept(
    story: Story, session: Session, caseworker: Caller, given: dict[str, object], field: str
) -> None:
    listing, need = story.listing(), story.need()
    asked: dict[str, object] = {
        "shown": [str(listing.id)], "chosen": str(listing.id), "words": WORDS, "was_neutral": True,
    }  # fmt: skip
    refused = caseworker.post(f"/needs/{need.id}/counselling", 422, **asked | given)
    assert set(refused["fields"]) == {field}
    assert session.scalars(select(OptionsCounselling)).all() == []
    assert session.scalars(select(Referral)).all() == []


def test_none_of_them_is_kept_as_said(story: Story, session: Session, caseworker: Caller) -> None:
    listing, need = story.listing(), story.need()
    talk = caseworker.post(
        f"/needs/{need.id}/counselling", 201, shown=[str(listing.id)], chosen=None, words=WORDS,
        was_neutral=True,
    )  # fmt: skip
    assert (talk["chosen"], talk["referral"], talk["words"]) == (None, None, WORDS)
    assert session.scalars(select(Referral)).all() == []


def test_services_for_protection_staff_are_neither_shown_nor_named(
    story: Story, session: Session, caseworker: Caller
) -> None:
    listing, need = story.listing(), story.need()
    talk = {"shown": [str(listing.id)], "chosen": None, "words": WORDS, "was_neutral": True}
    kept = caseworker.post(f"/needs/{need.id}/counselling", 201, **talk)
    assert (len(kept["shown"]), kept["unnamed"]) == (1, 0)
    listing.visibility = Visibility.HIDDEN_ADDRESS
    mark_changed(session, [listing.id])
    session.commit()
    caseworker.post(f"/needs/{need.id}/counselling", 422, **talk)
    (later,) = caseworker.get(f"/needs/{need.id}/counselling")["items"]
    assert (later["shown"], later["unnamed"], later["words"]) == ([], 1, WORDS)
    assert str(listing.id) not in str(later)


def test_a_card_is_given_for_a_public_service_only(
    story: Story, session: Session, caseworker: Caller
) -> None:
    listing, need = story.listing(accepts_self_referral=True), story.need()
    card = caseworker.post(f"/needs/{need.id}/cards", 201, listing=str(listing.id))
    assert session.scalars(select(SelfReferralCard)).one().id.hex == card["id"].replace("-", "")
    listing.accepts_self_referral = False
    session.flush()
    caseworker.post(f"/needs/{need.id}/cards", 409, listing=str(listing.id))
    partners = story.other_listing(visibility=Visibility.PARTNERS)
    caseworker.post(f"/needs/{need.id}/cards", 404, listing=str(partners.id))


def test_others_needs_do_not_exist(
    story: Story, app: object, sign_in: SignIn, without_form_tokens: None
) -> None:
    need = story.need()
    provider = Caller(sign_in(app.test_client(), story.accounts[Who.FP.value]))  # type: ignore[attr-defined]
    for path in (f"/needs/{need.id}/counselling", f"/cases/{need.case_id}/information"):
        assert provider.client.get(f"/api/v1{path}").status_code in {403, 404}
