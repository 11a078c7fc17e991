"""Places: whose they are, in which period, and for which groups."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.models import Capacity, GroupPlaces, Listing
from directory.queries.directory_version import directory_number
from directory.who import Who
from routing.models import Referral
from routing.referral_life import State
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, FACTS, Story


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def counts(story: Story, listing: Listing) -> tuple[int | None, int, int]:
    period = story.session.scalars(select(Capacity).where(Capacity.listing_id == listing.id)).one()
    story.session.refresh(period)
    return period.places, period.held, period.taken


def test_a_place_is_held_taken_and_given_back(story: Story) -> None:
    listing = story.listing(places=3, duration_days=30)
    referral = story.sent(listing=listing)
    assert (counts(story, listing), referral.hold) == ((3, 1, 0), "held")
    journeys.plainly(story, referral, "accept")
    assert (counts(story, listing), referral.hold) == ((3, 0, 1), "taken")
    for name in ("start", "complete"):
        journeys.plainly(story, referral, name)
    assert (counts(story, listing), referral.hold) == ((3, 0, 0), "none")


def test_an_unknown_number_of_places_is_no_obstacle(story: Story) -> None:
    listing = story.listing(places=None)
    for _ in range(3):
        story.accepted(listing=listing)
    assert counts(story, listing) == (None, 0, 3)
    story.session.execute(text("DELETE FROM group_places"))
    story.session.execute(text("UPDATE capacity SET taken = 0"))
    unwritten = story.listing()
    story.session.execute(
        text("DELETE FROM capacity WHERE listing_id = :key").bindparams(key=unwritten.id.hex)
        if story.session.get_bind().dialect.name == "sqlite"
        else text("DELETE FROM capacity WHERE listing_id = :key").bindparams(key=unwritten.id)
    )
    referral = story.accepted(listing=unwritten)
    assert (referral.hold, referral.capacity_id) == ("none", None)


def test_a_full_service_without_a_waiting_list_takes_nobody(story: Story) -> None:
    listing = story.listing(places=1)
    story.sent(listing=listing)
    need = story.need()
    story.consent(need, listing)
    referral = story.draft(need, listing)
    with pytest.raises(Conflict):
        journeys.plainly(story, referral, "prepare")
    assert counts(story, listing) == (1, 1, 0)


def test_a_full_service_with_a_waiting_list_is_sent_people_without_a_place(story: Story) -> None:
    listing = story.listing(places=1, waitlist_days=30)
    first, second = story.sent(listing=listing), story.sent(listing=listing)
    assert (first.hold, second.hold, counts(story, listing)) == ("held", "none", (1, 1, 0))
    assert second.events[-1].details["hold"] == "waiting-list"
    with pytest.raises(Conflict) as refusal:
        journeys.plainly(story, second, "accept")
    assert [str(reason) for reason in refusal.value.reasons] == ["No place is free."]
    for name in ("acknowledge", "waitlist"):
        journeys.plainly(story, second, name)
    assert second.events[-1].details["position"] == 1
    journeys.plainly(story, first, "reject")
    journeys.plainly(story, second, "offer")
    assert counts(story, listing) == (1, 0, 1)


def person(story: Story, **facts: object) -> Any:
    known = {**FACTS, **{name.replace("_", "-"): value for name, value in facts.items()}}
    return story.need(story.case(known))


def test_reserved_places_are_kept_for_their_group(story: Story) -> None:
    """30 % of ten places: three are kept for returnees until returnees have taken three."""
    listing = story.listing(places=10)
    factories.Condition(listing=listing, kind="quota", asks={"share": 30, "group": "returnee"})
    story.session.expire(listing)
    hosts = [person(story, population_group="host-community") for _ in range(8)]
    for need in hosts[:7]:
        story.accepted(need=need, listing=listing)
    assert counts(story, listing) == (10, 0, 7)
    with pytest.raises(Conflict), story.session.begin_nested():
        story.sent(hosts[7], listing)
    for _ in range(3):
        story.accepted(need=person(story), listing=listing)
    assert counts(story, listing) == (10, 0, 10)
    taken = dict(
        story.session.execute(select(GroupPlaces.population_group, GroupPlaces.taken)).all()
    )
    assert taken == {"host-community": 7, "returnee": 3, "women": 10}


def test_reserved_places_are_kept_even_from_somebody_made_ready_before(story: Story) -> None:
    listing = story.listing(places=4)
    factories.Condition(listing=listing, kind="quota", asks={"share": 50, "group": "returnee"})
    story.session.expire(listing)
    waiting = person(story, population_group="host-community")
    story.consent(waiting, listing)
    ready = story.draft(waiting, listing)
    journeys.plainly(story, ready, "prepare")
    for _ in range(2):
        story.sent(person(story, population_group="host-community"), listing)
    with pytest.raises(Conflict) as refusal:
        journeys.plainly(story, ready, "send")
    assert "No place is free." in map(str, refusal.value.reasons)
    assert counts(story, listing) == (4, 2, 0)


def test_at_most_a_share_for_a_group(story: Story) -> None:
    listing = story.listing(places=4)
    asks = {"share": 25, "group": "returnee", "at_most": True}
    factories.Condition(listing=listing, kind="quota", asks=asks)
    story.session.expire(listing)
    story.accepted(need=person(story), listing=listing)
    with pytest.raises(Conflict), story.session.begin_nested():
        story.sent(person(story), listing)
    story.accepted(need=person(story, population_group="host-community"), listing=listing)


def test_a_place_is_taken_in_the_period_of_the_start(story: Story) -> None:
    listing = story.listing(places=2)
    [present] = listing.capacities
    present.until_on = story.now.date() + 3 * DAY
    coming = Capacity(
        listing_id=listing.id, places=1, held=0, taken=0, updated_at=story.now,
        from_on=story.now.date() + 4 * DAY,
    )  # fmt: skip
    story.session.add(coming)
    story.session.flush()
    story.session.expire(listing)
    referral = story.sent(listing=listing)
    assert (present.held, coming.held) == (1, 0)
    journeys.plainly(story, referral, "accept")
    for period in (present, coming):
        story.session.refresh(period)
    assert (present.held, present.taken, coming.taken) == (0, 0, 1)
    assert referral.capacity_id == coming.id


def test_the_database_itself_refuses_more_than_there_is(story: Story) -> None:
    listing = story.listing(places=1)
    with pytest.raises(IntegrityError), story.session.begin_nested():
        story.session.execute(text("UPDATE capacity SET held = 1, taken = 1"))
    with pytest.raises(IntegrityError), story.session.begin_nested():
        story.session.execute(text("UPDATE capacity SET held = -1"))
    assert counts(story, listing) == (1, 0, 0)


def test_a_change_of_places_reaches_other_processes(story: Story) -> None:
    referral = journeys.in_state(story, State.READY)
    story.session.commit()
    before = directory_number(story.session)
    journeys.plainly(story, referral, "send")
    story.session.commit()
    assert directory_number(story.session) == before + 1
    story.session.refresh(referral.listing)
    assert referral.listing.changed_in == before + 1


def test_every_state_counts_for_what_it_is(story: Story) -> None:
    holds = {state: journeys.in_state(story, state).hold for state in journeys.PATHS}
    taken = {state for state, hold in holds.items() if hold == "taken"}
    assert taken == {State.ACCEPTED, State.CONTACTED, State.IN_SERVICE, State.ON_HOLD}
    held = {state for state, hold in holds.items() if hold == "held"}
    assert held == {State.SENT, State.ACK, State.INFO_REQ}


def test_who_is_acting_does_not_matter_to_a_place_but_the_referral_does(story: Story) -> None:
    listing = story.listing(places=1)
    referral = story.sent(listing=listing)
    event = story.step(
        referral, "accept", Who.RC, by_proxy=True, proxy_contact="Mr Sow 620", **story.acceptance()
    )
    assert event.details["place_count"]["hold"] == "taken"
    found = story.session.scalars(select(Referral.capacity_id)).one()
    assert str(found) == event.details["place_count"]["capacity"]
