"""How to bring a referral into every state, and how to take every step from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from directory.listing_life import State as ListingState
from directory.who import Who
from routing.attempts import Outcome
from routing.case_life import State as CaseState
from routing.models import Referral, ReferralEvent
from routing.operations.informing import approve_void, record_attempt
from routing.operations.tick import tick
from routing.operations.withdrawals import withdraw_consent
from routing.referral_life import LIFE, State
from tests.routing.reachable import by_sms
from tests.routing.stories import DAY, Story

S = State


def in_state(story: Story, state: State) -> Referral:
    """A referral that has come to ``state`` the usual way."""
    return PATHS[state](story)


def draft(story: Story) -> Referral:
    need = story.need()
    listing = story.listing(waitlist_days=60, data_needed=["education"], duration_days=90)
    story.consent(need, listing)
    return story.draft(need, listing)


def ready(story: Story) -> Referral:
    referral = draft(story)
    story.step(referral, "prepare", Who.RC, affordability="talked over")
    return referral


def sent(story: Story) -> Referral:
    referral = ready(story)
    story.step(referral, "send", Who.RC)
    return referral


def then(before: Callable[[Story], Referral], *names: str) -> Callable[[Story], Referral]:
    def go(story: Story) -> Referral:
        referral = before(story)
        for name in names:
            plainly(story, referral, name)
        return referral

    return go


def plainly(story: Story, referral: Referral, name: str) -> ReferralEvent:
    """Take a step that people take, with what it asks."""
    who, details = PLAIN[name]
    found = details(story) if callable(details) else details
    return story.step(referral, name, who, **found)


def satisfaction() -> dict[str, Any]:
    return {
        "satisfaction": "4",
        "channel": "phone",
        "asker": "referring-organisation",
        "needs_reviewed": True,
    }


PLAIN: dict[str, tuple[Who, Any]] = {
    "prepare": (Who.RC, {"affordability": "talked over"}),
    "edit": (Who.RC, {}),
    "send": (Who.RC, {}),
    "cancel": (Who.RC, {"reason": "not needed"}),
    "acknowledge": (Who.FP, {}),
    "accept": (Who.FP, Story.acceptance),
    "reject": (Who.FP, {"code": "R29", "detail": {}}),
    "ask-info": (Who.FP, {"fields": ["education"]}),
    "waitlist": (Who.FP, lambda story: {"next_on": (story.now + 20 * DAY).date().isoformat()}),
    "provide-info": (Who.RC, {}),
    "offer": (Who.FP, lambda story: {**story.acceptance(), "still_wanted": True}),
    "person-refuses": (Who.RC, {"statement": "prefers something else", "code": "D11"}),
    "first-contact": (Who.PW, {"channel": "phone", "two_way": True}),
    "dispute": (Who.RC, {"statement": "nobody called", "asker": "third-party", "channel": "phone"}),
    "start": (Who.PW, lambda story: {"started_on": story.now.date().isoformat()}),
    "provider-withdraws": (Who.FP, {"code": "R13", "detail": {"next_date": "none"}}),
    "not-started": (Who.PW, {"code": "D05"}),
    "pause": (
        Who.PW,
        lambda s: {"reason": "illness", "resume_on": (s.now + 10 * DAY).date().isoformat()},
    ),
    "resume": (Who.PW, {}),
    "complete": (Who.PW, {"outcome": "finished"}),
    "drop-out": (Who.PW, {"code": "D01"}),
    "close": (Who.RC, satisfaction()),
    "direct-assist": (Who.RC, {"assistance": "transport was paid"}),
    "person-declines": (Who.RC, {"statement": "enough", "informed_of_options": True}),
    "contest": (Who.RS, {"evidence": "the listing says otherwise"}),
    "recall": (Who.RC, {"reason": "sent-by-mistake", "task_due_on": "2027-01-01"}),
    "exceptional-close": (Who.RS, {"code": "court-order"}),
}
PATHS: dict[State, Callable[[Story], Referral]] = {
    S.DRAFT: draft,
    S.READY: ready,
    S.SENT: sent,
    S.ACK: then(sent, "acknowledge"),
    S.INFO_REQ: then(sent, "acknowledge", "ask-info"),
    S.WAITLIST: then(sent, "acknowledge", "waitlist"),
    S.ACCEPTED: then(sent, "accept"),
    S.CONTACTED: then(sent, "accept", "first-contact"),
    S.IN_SERVICE: then(sent, "accept", "start"),
    S.ON_HOLD: then(sent, "accept", "start", "pause"),
    S.COMPLETED: then(sent, "accept", "start", "complete"),
    S.RETURNED: then(sent, "reject"),
}
TOLD_FIRST = frozenset({"direct-assist", "person-declines", "recall", "reroute", "register-gap"})


def take(story: Story, referral: Referral, name: str) -> ReferralEvent | None:
    """Take any step from where the referral is, whatever must come before it."""
    if name in SPECIAL:
        return SPECIAL[name](story, referral)
    if name in BY_CLOCK:
        return by_clock(story, referral, name)
    if name in TOLD_FIRST:
        story.tell(referral)
    return plainly(story, referral, name)


BY_CLOCK = frozenset(line.name for line in LIFE.steps if Who.SYS in line.actors)


def by_clock(story: Story, referral: Referral, name: str) -> None:
    """Let time pass until the clock has taken the step."""
    if name == "provider-end":
        referral.listing.state = ListingState.SUSPENDED
    if name == "payload-stale":
        story.learn(referral.need, education="gn:8")
    for _ in range(400):
        tick(story.session, now=story.now)
        if last(story, referral).step == name:
            return
        story.now += DAY
    raise AssertionError(f"time did not take {name}")


def last(story: Story, referral: Referral) -> ReferralEvent:
    story.session.expire(referral)
    return referral.events[-1]


def try_to_reach(story: Story, referral: Referral, who: Who, number: int, days: int) -> None:
    """So many attempts, one every ``days`` days, by all routes, at all hours."""
    routes = referral.member.routes
    for count in range(number):
        at = story.now + count * days * DAY + dt.timedelta(hours=10 * (count % 2))
        record_attempt(
            story.session, referral, actor=story.acting(who, referral), role=who, now=at,
            route=routes[count % len(routes)], outcome=Outcome.NO_ANSWER, announced=count == 0,
        )  # fmt: skip
    story.now += number * days * DAY


def not_reached(story: Story, referral: Referral) -> ReferralEvent:
    try_to_reach(story, referral, Who.PW, 3, 1)
    return story.step(referral, "not-reached", Who.PW)


def lost(story: Story, referral: Referral) -> ReferralEvent:
    try_to_reach(story, referral, Who.RC, 7, 4)
    referral.case.state, referral.case.state_since = CaseState.DORMANT, story.now
    story.now += 91 * DAY
    return story.step(referral, "lost", Who.RS)


def revoke(story: Story, referral: Referral) -> ReferralEvent:
    consent = story.consent_of(referral)
    ended = withdraw_consent(
        story.session,
        consent,
        actor=story.actor(Who.RC),
        role=Who.BEN,
        now=story.now,
        channel="phone",
    )
    assert ended == [referral]
    return last(story, referral)


def void(story: Story, referral: Referral) -> ReferralEvent:
    story.tell(referral)
    approve_void(
        story.session,
        referral,
        actor=story.actor(Who.DPO),
        role=Who.DPO,
        now=story.now,
        reason="entered twice",
    )
    return story.step(referral, "void", Who.RS, reason="entered twice")


def reroute(story: Story, referral: Referral) -> ReferralEvent:
    story.tell(referral)
    other = story.other_listing()
    story.consent(referral.need, other)
    child = story.draft(referral.need, other, parent=referral)
    plainly(story, child, "prepare")
    plainly(story, child, "send")
    return story.step(referral, "reroute", Who.RC, child_id=str(child.id))


def auto_reroute(story: Story, referral: Referral) -> ReferralEvent:
    consent = story.consent_of(referral)
    other = story.other_listing()
    story.add_alternate(consent, other)
    with by_sms():
        tick(story.session, now=story.now)
    return last(story, referral)


def register_gap(story: Story, referral: Referral) -> ReferralEvent:
    story.tell(referral)
    review = (story.now + 20 * DAY).date().isoformat()
    return story.step(referral, "register-gap", Who.RC, cause="no-service", review_on=review)


SPECIAL: dict[str, Callable[[Story, Referral], ReferralEvent]] = {
    "not-reached": not_reached,
    "lost": lost,
    "revoke": revoke,
    "void": void,
    "reroute": reroute,
    "auto-reroute": auto_reroute,
    "register-gap": register_gap,
}
