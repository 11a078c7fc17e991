from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from directory.who import Who
from routing.referral_life import State
from tests.routing.stories import Story


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def test_a_referral_goes_from_draft_to_closure(story: Story) -> None:
    referral = story.accepted()
    story.tell(referral)
    story.step(referral, "first-contact", Who.PW, channel="phone", two_way=True)
    story.step(referral, "start", Who.PW, started_on="2026-03-03")
    story.step(referral, "complete", Who.PW, outcome="finished")
    story.step(
        referral, "close", Who.RC, satisfaction="4", channel="phone",
        asker="referring-organisation",
        needs_reviewed=True,
    )  # fmt: skip
    assert referral.state is State.CLOSED
    assert referral.need.state == "met"
