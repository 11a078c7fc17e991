"""What a person was told and shown before they chose: kept, shown, and asked for where it is missing.

F23: services existed and nobody told people of them. F25: counselling that leaves no choice. F26: what
was promised and what was offered were two things.
"""

from __future__ import annotations

import datetime as dt
import html
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, NotFound
from directory.models import Allowance
from directory.visibility import Visibility
from directory.who import Who
from routing.counselling import Counselled, Option, must_be_counselled, read_option
from routing.eligibility import Verdict
from routing.models import (
    Case,
    Disclosure,
    Need,
    OptionsCounselling,
    SelfReferralCard,
    ServicesInformation,
)
from routing.operations.counselling import give_card, record_information
from routing.priorities import Priority
from tests.printing import read_print
from tests.routing.browser import Browser
from tests.routing.screens import Seat, chosen, the_referral
from tests.routing.stories import NAME, NUMBER, Story

OPTION = Option(
    listing=uuid4(), version=3, name={"fr": "Menuiserie"}, organisation="Centre",
    verdict=Verdict.ELIGIBLE, metres=(100.0, 200.0), starts_on=dt.date(2026, 5, 1),
    duration_days=90, hours_per_week=35, cost_model="fee", price="15000.00", currency="GNF",
    gap=(0.0, 15000.0), free=4,
)  # fmt: skip


@pytest.fixture
def caseworker(seat: Seat) -> Browser:
    return seat(Who.RC)


def counselled(**given: Any) -> Counselled:
    values: dict[str, Any] = {
        "shown": (OPTION,), "existed": 1, "chosen": OPTION.listing, "words": "C'est près",
        "was_neutral": True,
    }  # fmt: skip
    return Counselled(**values | given)


def test_an_option_reads_as_it_was_written() -> None:
    assert read_option(OPTION.written()) == OPTION


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"words": "  "}, "words"),
        ({"was_neutral": False}, "was_neutral"),
        ({"chosen": uuid4()}, "chosen"),
        ({"chosen": None}, None),
        ({"existed": 2}, "why_one"),
        ({"existed": 2, "why_one": "ferme ce soir"}, None),
        ({"existed": 2, "shown": (OPTION, OPTION)}, None),
        ({"existed": 0, "shown": ()}, "chosen"),
    ],
)
def test_f25_a_talk_lacks(given: dict[str, Any], field: str | None) -> None:
    assert set(counselled(**given).problems()) == ({field} if field else set())


def test_amounts_for_children_are_summed_by_their_age(
    story: Story, session: Session, caseworker: Browser
) -> None:
    """S2, box 1: one amount up to 13 years, another from 14 to 18."""
    listing = story.listing(category="cash")
    for amount, ages in ((1_000, {"age_to": 13}), (5_000, {"age_from": 14, "age_to": 18})):
        listing.allowances.append(
            Allowance(kind="subsistence", amount=amount, currency="XOF", per="child-once", **ages)
        )
    session.flush()
    need = story.need(category="cash")
    address = f"/needs/{need.id}/compare?listing={listing.id}"
    page = caseworker.get(address)
    assert "Living allowance: 1,000 XOF once for each child up to 13 years" in page
    assert "5,000 XOF once for each child of 14 to 18 years" in page
    assert "for this person" not in page
    story.learn(need, **{"child-ages": [2, 13, 14]})
    page = caseworker.get(address)
    assert "for this person's children (2): 2,000 XOF" in html.unescape(page)
    assert "for this person's children (1): 5,000 XOF" in html.unescape(page)


@pytest.mark.parametrize(
    ("existed", "priority", "asked"),
    [
        (0, Priority.P3, False), (1, Priority.P3, False), (2, Priority.P3, True),
        (2, Priority.P2, True), (2, Priority.P1, False), (9, Priority.P0, False),
    ],
)  # fmt: skip
def test_danger_does_not_wait_for_counselling(
    existed: int, priority: Priority, *, asked: bool
) -> None:
    assert must_be_counselled(existed, priority) is asked


def test_f25_where_two_are_possible_two_are_shown_before_one_is_chosen(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, other = story.listing(), story.other_listing()
    need = story.need()
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/referrals", {"listing_id": str(listing.id)})
    page = caseworker.follow()
    assert "Provider" in page
    assert "Other provider" in page
    chosen(caseworker, need, other, words="canary: it is near my mother", note="canary note")
    referral = the_referral(session)
    assert caseworker.location == f"/referrals/{referral.id}/consent"
    assert referral.listing_id == other.id
    row = session.scalars(select(OptionsCounselling)).one()
    assert (row.referral_id, row.eligible_shown, row.eligible_existed) == (referral.id, 2, 2)
    assert (row.had_choice, row.offered_choice) == (True, True)
    page = caseworker.get(f"/referrals/{referral.id}")
    assert "« canary: it is near my mother »" in page
    assert "2 of 2 possible services were shown" in page


def test_f25_one_shown_of_two_asks_for_the_reason_and_keeps_what_was_typed(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing = story.listing()
    story.other_listing()
    need = story.need()
    page = caseworker.get(f"/needs/{need.id}/compare?listing={listing.id}&chosen={listing.id}")
    assert "2 services are possible today. Why was only one shown?" in page
    said = {
        "listing": [str(listing.id)], "chosen": str(listing.id), "words": "canary words",
        "was_neutral": "1",
    }  # fmt: skip
    page = caseworker.post(f"/needs/{need.id}/counselling", said, status=422)
    assert "show two at least, or say why not" in page
    assert "canary words" in page
    caseworker.post(f"/needs/{need.id}/counselling", {**said, "why_one": "The other is full soon"})
    row = session.scalars(select(OptionsCounselling)).one()
    assert (row.had_choice, row.offered_choice) == (True, False)
    assert "The other is full soon" in caseworker.get(f"/referrals/{row.referral_id}")


def test_with_one_service_only_nothing_more_is_asked(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, need = story.listing(), story.need()
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/referrals", {"listing_id": str(listing.id)})
    assert caseworker.location.endswith("/consent")
    assert session.scalars(select(OptionsCounselling)).all() == []


def test_a_person_may_want_none_of_them(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, other = story.listing(), story.other_listing()
    need = story.need()
    caseworker.get(f"/needs/{need.id}/compare?listing={listing.id}&listing={other.id}")
    chosen(caseworker, need, listing, chosen="none")
    assert caseworker.location == f"/needs/{need.id}/proposals"
    row = session.scalars(select(OptionsCounselling)).one()
    assert (row.chosen_listing_id, row.referral_id) == (None, None)


def test_the_same_choice_sent_twice_is_one_referral(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, other = story.listing(), story.other_listing()
    need = story.need()
    caseworker.get(f"/needs/{need.id}/compare?listing={listing.id}&listing={other.id}")
    for _ in range(2):
        chosen(caseworker, need, listing)
    referral = the_referral(session)
    rows = session.scalars(
        select(OptionsCounselling).where(OptionsCounselling.referral_id == referral.id)
    ).all()
    assert len(rows) == 1


def test_f26_the_offer_stays_as_it_was_shown_when_the_listing_changes(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, other = story.listing(duration_days=90), story.other_listing()
    need = story.need()
    caseworker.get(f"/needs/{need.id}/compare?listing={listing.id}&listing={other.id}")
    chosen(caseworker, need, listing)
    session.expire_all()
    listing.duration_days = 10
    session.commit()
    assert "90 days" in caseworker.get(f"/referrals/{the_referral(session).id}")


# --------------------------------------------------------------------------------- information step


def test_f23_reception_notes_every_kind_of_help_that_was_told(
    story: Story, session: Session
) -> None:
    listing = story.listing()
    story.listing(visibility=Visibility.PROTECTION_ONLY, category="protection")
    case = story.need().case
    row = record_information(
        session, case, material="printed", actor=story.actor(Who.RC), now=story.now
    )
    assert "training" in row.categories
    assert "protection" in row.categories
    assert row.listings == [str(listing.id)]


def test_f23_the_list_is_printed_and_noted_on_the_case(
    story: Story, session: Session, caseworker: Browser
) -> None:
    story.listing()
    story.listing(factories_hidden(), visibility=Visibility.PROTECTION_ONLY)
    case: Case = story.need().case
    case.members[0].language = "fr"
    session.commit()
    page = caseworker.get(f"/cases/{case.id}")
    assert "Not noted yet." in page
    answer = caseworker.client.get(f"/cases/{case.id}/information/pdf")
    found = read_print(answer.data)
    assert (found.width_mm, found.height_mm) == (210, 297)
    assert "Formation professionnelle" in found.text
    assert "Provider" in found.text
    assert "Hidden house" not in found.text
    assert NAME not in found.text
    caseworker.get(f"/cases/{case.id}")
    caseworker.post(f"/cases/{case.id}/information", {"material": "printed"})
    assert "on paper" in caseworker.follow()
    assert len(session.scalars(select(ServicesInformation)).all()) == 1


def factories_hidden() -> Any:
    from tests import factories  # noqa: PLC0415 -- needs the session of the test

    return factories.Organisation(name="Hidden house")


# -------------------------------------------------------------------------------------------- cards


def test_a_card_sends_nothing_and_is_noted_on_the_need(
    story: Story, session: Session, caseworker: Browser
) -> None:
    listing, need = story.listing(), story.need()
    story.member(need).language = "en"
    session.commit()
    caseworker.get(f"/cases/{need.case_id}")
    answer = caseworker.client.post(
        f"/needs/{need.id}/cards", data={**caseworker.hidden, "listing_id": str(listing.id)}
    )
    assert answer.status_code == 200
    found = read_print(answer.data)
    assert (found.width_mm, found.pages) == (105, 1)
    assert "we have told them nothing about you" in found.text
    assert [word for word in (NAME, NUMBER, need.case.code, "canary") if word in found.text] == []
    assert session.scalars(select(Disclosure)).all() == []
    row = session.scalars(select(SelfReferralCard)).one()
    assert row.need_id == need.id
    assert "Card to go alone" in caseworker.get(f"/cases/{need.case_id}")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"visibility": Visibility.PARTNERS}, NotFound),
        ({"visibility": Visibility.PROTECTION_ONLY}, NotFound),
        ({"accepts_self_referral": False}, Conflict),
    ],
)
def test_no_card_for_what_not_everybody_may_know_or_that_receives_nobody(
    story: Story, session: Session, given: dict[str, Any], error: type[Exception]
) -> None:
    need: Need = story.need()
    listing = story.listing(**given)
    with pytest.raises(error):
        give_card(session, need, listing.id, actor=story.actor(Who.RC), now=story.now)
