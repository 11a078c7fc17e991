"""C-T06: whatever went out of date between two steps is caught by the guard of the next (F6).

People move and grow older while a referral is on its way. Each fact that the listing reads is let
expire before each step that looks at it.
"""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.who import Who
from routing.models import FactRecord, Referral
from routing.queries.known_facts import current_facts
from routing.referral_life import State
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, FACTS, Story

READ = {
    "born": ("age", {"min": 18, "max": 35}),
    "education": ("education", {"max": "gn:10"}),
    "sex": ("sex", {"any_of": ["female"]}),
    "location": ("distance", {"km_urban": 5, "km_rural": 10}),
    "population-group": ("population-group", {"any_of": ["returnee"]}),
    "languages": ("language", {"any_of": ["fr"]}),
}
LOOKING = {
    "prepare": (State.DRAFT, Who.RC, {"affordability": "talked over"}),
    "send": (State.READY, Who.RC, {}),
    "accept": (State.SENT, Who.FP, None),
    "offer": (State.WAITLIST, Who.FP, None),
}
"""The steps of C-T06: before each of them something goes out of date."""


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def before(story: Story, step: str, fact: str) -> Referral:
    """A referral just before ``step``, to a listing that reads ``fact``."""
    need = story.need()
    listing = story.listing(waitlist_days=200, duration_days=30)
    kind, asks = READ[fact]
    factories.Condition(listing=listing, kind=kind, asks=asks)
    story.session.expire(listing)
    story.consent(need, listing)
    referral = story.draft(need, listing)
    path = {"prepare": (), "send": ("prepare",), "accept": ("prepare", "send"),
            "offer": ("prepare", "send", "acknowledge", "waitlist")}  # fmt: skip
    for name in path[step]:
        journeys.plainly(story, referral, name)
    assert referral.state is LOOKING[step][0]
    return referral


def take(story: Story, referral: Referral, step: str) -> None:
    _, who, details = LOOKING[step]
    given = story.acceptance() if details is None else dict(details)
    if step == "offer":
        given["still_wanted"] = True
    story.step(referral, step, who, **given)


def row_of(story: Story, referral: Referral, fact: str) -> FactRecord:
    return next(r for r in current_facts(story.session, referral.member_id) if r.name == fact)


@pytest.mark.parametrize("fact", sorted(READ))
@pytest.mark.parametrize("step", LOOKING)
def test_f06_a_fact_that_has_expired_is_caught_at_the_next_step(
    story: Story, step: str, fact: str
) -> None:
    referral = before(story, step, fact)
    row_of(story, referral, fact).expires_on = story.now.date()
    story.session.flush()
    state, story.now = referral.state, story.now + DAY
    with pytest.raises(Conflict) as refusal:
        take(story, referral, step)
    assert any("too old" in str(reason) for reason in refusal.value.reasons)
    assert referral.state is state

    story.learn(referral.need, **{fact.replace("-", "_"): FACTS[fact]})
    take(story, referral, step)
    assert referral.state is not state


def test_f06_a_location_is_asked_again_after_ninety_days(story: Story) -> None:
    referral = before(story, "offer", "location")
    story.now += 91 * DAY
    with pytest.raises(Conflict):
        take(story, referral, "offer")
    story.learn(referral.need, location=FACTS["location"])
    take(story, referral, "offer")
    assert referral.state is State.ACCEPTED
