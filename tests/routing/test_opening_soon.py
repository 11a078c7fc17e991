"""F20: whom to prepare before a yearly campaign opens, on the screen, as JSON and at the console."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from sqlalchemy.orm import Session

from directory.core.clock import today
from directory.models import IntakeWindow, Listing
from directory.operations.changes import mark_changed
from directory.who import Who
from routing.models import Need
from routing.queries.opening_soon import AHEAD_DAYS, opening_soon
from tests.routing.screens import Seat
from tests.routing.stories import Story


def campaign(story: Story, days: int, **given: object) -> Listing:
    """A service that can be applied for from so many days on, for a month."""
    listing = story.listing(**given)
    opens = today() + dt.timedelta(days=days)
    listing.windows = [IntakeWindow(opens_on=opens, closes_on=opens + dt.timedelta(days=30))]
    story.session.flush()
    mark_changed(story.session, [listing.id])
    return listing


def found(story: Story, who: Who = Who.RC) -> dict[object, list[Need]]:
    campaigns = opening_soon(story.session, story.actor(who), today=today())
    return {one.listing.id: [person.need for person in one.people] for one in campaigns}


def test_f20_people_are_named_before_the_campaign_opens(story: Story) -> None:
    need = story.need()
    story.need(category="housing")
    soon, later = campaign(story, 20), campaign(story, AHEAD_DAYS + 1)
    story.session.commit()

    assert found(story) == {soon.id: [need]}
    assert later.id not in found(story)


def test_f20_who_is_sent_already_needs_no_preparing(story: Story) -> None:
    need, listing = story.need(), story.listing()
    campaign(story, 20)
    story.sent(need, listing)
    story.session.commit()

    assert found(story) == {}


def test_f20_an_open_service_and_cases_of_others_are_not_there(story: Story) -> None:
    story.need()
    campaign(story, -5)
    soon = campaign(story, 20)
    story.session.commit()

    assert set(found(story)) == {soon.id}
    assert found(Story(story.session, story.now)) == {}


def test_f20_what_is_still_to_ask_stands_beside_the_person(
    story: Story, session: Session, seat: Seat, app: Flask
) -> None:
    need = story.need()
    listing = campaign(
        story, 20, data_needed=["education", "numeracy"], documents_required=["birth-certificate"]
    )
    session.commit()
    caseworker = seat(Who.RC)

    page = caseworker.get("/cases/opening-soon")
    answer = caseworker.client.get("/api/v1/cases/opening-soon")
    console = app.test_cli_runner().invoke(
        args=["routing", "opening-soon", "--as", story.accounts["RC"].email]
    )

    assert need.case.code in page
    assert f"/people/{need.member_id}/facts/numeracy" in page
    assert f"/people/{need.member_id}/facts/education" not in page
    [row] = answer.json["items"]
    assert row["listing"] == str(listing.id)
    assert [one["missing"] for one in row["people"]] == [["numeracy"]]
    assert f"\t{need.case.code}\tnumeracy" in console.output


def test_f20_nobody_waits(seat: Seat) -> None:
    assert "Nobody waits for an opening" in seat(Who.RC).get("/cases/opening-soon")
    seat(Who.FP).get("/cases/opening-soon", 403)
