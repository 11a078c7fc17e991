"""Failures that happened to people (protocol A.19), told again: here they cannot happen.

Each carries its number. Others stand with the part that prevents them; ``tests/test_failures.py``
sees that none of the thirty-four is forgotten.
"""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.costs import CostModel
from directory.intake import Window
from directory.who import Who
from routing.conditions import condition
from routing.eligibility import Verdict, assess
from routing.facts import Facts
from routing.offer import Costs, Offer
from routing.operations.disclosures import referral_for_recipient
from routing.queries.caseload import caseload
from routing.referral_life import LIFE, STATES, State
from routing.vocabulary import POPULATION_GROUPS, RETURN_MODES
from tests import factories
from tests.routing.stories import FACTS, NAME, Story

TODAY = dt.date(2026, 3, 15)
ENABEL = (
    condition("age", {"min": 18, "max": 35}),
    condition("education", {"max": "gn:10"}),
)
SUCCESS = State.COMPLETED


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def somebody(**known: object) -> Facts:
    person = {"born": "2004-01-15", "education": "gn:9", "population-group": "returnee"}
    given = {name.replace("_", "-"): value for name, value in known.items()}
    return Facts.read(person | given, today=TODAY)


def test_f01_who_does_not_meet_the_conditions_is_not_sent(story: Story) -> None:
    need, listing = story.need(), story.listing()
    factories.Condition(listing=listing, kind="age", asks={"min": 25, "max": 35})
    story.session.expire(listing)
    story.consent(need, listing)
    referral = story.draft(need, listing)
    with pytest.raises(Conflict) as refusal:
        story.step(referral, "prepare", Who.RC, affordability="talked over")
    assert [str(reason) for reason in refusal.value.reasons] == [
        "The person does not meet the conditions of this service."
    ]
    assert referral.state is State.DRAFT


def test_f01_a_refusal_comes_back_to_somebody_who_has_to_act(story: Story) -> None:
    referral = story.returned("R29")
    assert STATES[referral.state].owner is Who.RC
    found = caseload(story.session, story.actor(Who.RC), now=story.now)
    waiting = {item.code for item in (*found.today, *found.later) if item.referral is referral}
    assert waiting == {"inform", "next-action"}


def test_f03_sent_is_no_success() -> None:
    """Only what was received counts: nothing is completed but what was in service before."""
    assert {source for line in LIFE.steps if line.target is SUCCESS for source in line.sources} == {
        State.IN_SERVICE
    }
    to_closed = {line.name: line.sources for line in LIFE.steps if line.target is State.CLOSED}
    assert to_closed.pop("close") == {SUCCESS}
    assert set(to_closed) == {"exceptional-close"}


def test_f03_sending_never_closes_the_need(story: Story) -> None:
    referral = story.sent()
    assert referral.need.state == "open"
    assert referral.closed_at is None


def test_f04_unknown_schooling_is_asked_and_not_sent_without(story: Story) -> None:
    unschooled = {name: value for name, value in FACTS.items() if name != "education"}
    need = story.need(story.case(unschooled))
    listing = story.listing(data_needed=["education"])
    factories.Condition(listing=listing, kind="education", asks={"max": "gn:10"})
    story.session.expire(listing)
    story.consent(need, listing)
    referral = story.draft(need, listing)
    with pytest.raises(Conflict):
        story.step(referral, "prepare", Who.RC, affordability="talked over")
    found = assess(ENABEL, somebody().without("education"), Offer(), TODAY)
    assert (found.verdict, found.questions) == (Verdict.ASK, ("education",))
    story.learn(need, education="gn:9")
    story.step(referral, "prepare", Who.RC, affordability="talked over")
    story.step(referral, "send", Who.RC)
    story.step(referral, "accept", Who.FP, **story.acceptance())
    view = referral_for_recipient(story.session, story.actor(Who.FP), referral.id, now=story.now)
    assert "education" in view.fields


def test_f05_every_reason_is_named_not_only_the_first() -> None:
    found = assess(ENABEL, somebody(born="1980-01-15", education="gn:12"), Offer(), TODAY)
    assert found.verdict is Verdict.INELIGIBLE
    assert len(found.failing) == len(ENABEL)


def test_f12_what_is_billed_directly_makes_nobody_pay_first() -> None:
    costs = Costs(model=CostModel.DIRECT_BILLING, price=500_000)
    billed = assess((), somebody(can_advance=0), Offer(costs=costs), TODAY)
    assert billed.verdict is Verdict.ELIGIBLE
    first = Costs(model=CostModel.PAY_AND_REIMBURSE, price=500_000)
    paid_first = assess((), somebody(can_advance=0), Offer(costs=first), TODAY)
    assert paid_first.verdict is Verdict.INELIGIBLE


def test_f12_the_file_is_there_as_soon_as_it_is_sent(story: Story) -> None:
    """No paper travels: what may be known before acceptance is read at once."""
    referral = story.sent(story.need(category="medical"), story.listing(category="medical"))
    view = referral_for_recipient(story.session, story.actor(Who.FP), referral.id, now=story.now)
    assert view.fields
    assert NAME not in str(view.fields)


def test_f20_outside_a_yearly_campaign_the_answer_is_the_next_opening() -> None:
    """Not a refusal: somebody is prepared for the day it opens."""
    campaign = Window(dt.date(2025, 10, 1), dt.date(2025, 10, 31), recurrence="FREQ=YEARLY")
    found = assess((), somebody(), Offer(windows=(campaign,)), TODAY)
    assert (found.verdict, found.available_on) == (Verdict.NOT_NOW, dt.date(2026, 10, 1))
    opened = assess((), somebody(), Offer(windows=(campaign,)), dt.date(2026, 10, 15))
    assert opened.verdict is Verdict.ELIGIBLE


def test_f24_a_skill_that_nobody_has_seen_is_asked_again() -> None:
    asks = [condition("skill", {"skill": "mechanics", "level": 2, "verified": True})]
    declared = {"value": [{"name": "mechanics", "level": 3}]}
    seen = {"value": [{"name": "mechanics", "level": 3, "verified": True}]}
    assert assess(asks, somebody(skills=declared), Offer(), TODAY).verdict is Verdict.ASK
    assert assess(asks, somebody(skills=seen), Offer(), TODAY).verdict is Verdict.ELIGIBLE


def test_f29_a_referral_is_what_its_states_say_and_nothing_else() -> None:
    """One list of states for every country and programme; each has an owner until it is over."""
    assert set(STATES) == set(LIFE.states)
    without_owner = {state for state, info in STATES.items() if info.owner is None}
    assert without_owner == LIFE.terminal


def test_f31_two_programmes_share_one_directory_and_its_places(story: Story) -> None:
    listing = story.listing(places=1)
    story.accepted(listing=listing)
    other = Story(story.session, story.now)
    need = other.need()
    other.consent(need, listing)
    referral = other.draft(need, listing)
    with pytest.raises(Conflict) as refusal:
        other.step(referral, "prepare", Who.RC, affordability="talked over")
    assert [str(reason) for reason in refusal.value.reasons] == [
        "It is not the time, and there is no waiting list."
    ]


def test_f31_any_programme_can_read_and_write_by_the_described_interface(
    client: FlaskClient,
) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"/api/v1/listings", "/api/v1/cases", "/api/v1/proposals"} <= set(paths)


@pytest.mark.parametrize("mode", sorted(RETURN_MODES))
def test_f34_how_somebody_came_back_decides_only_where_a_service_asks(mode: str) -> None:
    person = somebody(return_mode=mode)
    assert assess(ENABEL, person, Offer(), TODAY).verdict is Verdict.ELIGIBLE
    asks = condition("return-mode", {"any_of": ["avr"]})
    expected = Verdict.ELIGIBLE if mode == "avr" else Verdict.INELIGIBLE
    assert assess([*ENABEL, asks], person, Offer(), TODAY).verdict is expected


@pytest.mark.parametrize("group", sorted(POPULATION_GROUPS))
def test_f34_public_services_are_there_for_everybody(group: str) -> None:
    assert assess((), somebody(population_group=group), Offer(), TODAY).verdict is Verdict.ELIGIBLE
