"""Invented people and their referrals, one at least in every state.

A fixed random seed makes the same people each time. Each referral begins some days before now, so
that the caseload shows what is due, what is late and what is over.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.models import Account, Listing, Organisation
from directory.who import Who
from routing.models import Case, ConsentRecord, Referral
from routing.operations.case_steps import take_case_step
from routing.operations.informing import approve_void
from routing.operations.withdrawals import withdraw_consent
from routing.priorities import Priority
from routing.referral_states import State
from seeds.demo_directory import listing_of
from seeds.demo_story import DAY, Story

SEED = 20_260_302
TRAINING = ("gn-cfp-labe-carpentry", "gn-cfp-labe-carpentry-site")
OTHER_TRAINING = ("gn-cfp-mamou-courses", "gn-cfp-mamou-site")
ENABEL = ("gn-enabel-training", "gn-enabel-mamou")
CASH = ("gn-anies-cash", "gn-anies-conakry")
COUNSELLED = {"affordability": "Parlé avec la personne"}
SATISFIED = {
    "satisfaction": "4",
    "channel": "phone",
    "asker": "referring-organisation",
    "needs_reviewed": True,
}
Tale = Callable[[Story], Referral]


def load_demo_cases(session: Session, *, now: dt.datetime) -> Iterator[State]:
    """Make the people of the demonstration once; yields each state as it is reached."""
    if session.scalars(select(Case.id).where(Case.is_demo)).first() is not None:
        return
    begin = storyteller(session, SEED, now=now)
    for tale, days in TALES:
        yield tale(begin(days)).state


def storyteller(session: Session, seed: int, *, now: dt.datetime) -> Callable[[int], Story]:
    """What begins a story so many days ago; a seed invents the same people each time."""
    dice = random.Random(seed)
    organisation = session.scalars(select(Organisation).where(Organisation.key == "gn-iom")).one()
    actors, providers = _actors(session), _providers(session)
    return lambda days: Story(session, dice, now - days * DAY, actors, providers, organisation)


def _actors(session: Session) -> Mapping[str, Actor]:
    words = {"RC": "caseworker", "RS": "supervisor", "DPO": "data.protection"}
    query = select(Account).where(Account.is_demo)
    by_word = {account.email.split("@")[0]: account.actor for account in session.scalars(query)}
    return {role: by_word[word] for role, word in words.items()}


def _providers(session: Session) -> Mapping[UUID, Actor]:
    actors = [account.actor for account in session.scalars(select(Account).where(Account.is_demo))]
    return {place: actor for actor in actors for place in actor.organisations("PW")}


def listing(story: Story, keys: tuple[str, str] = TRAINING) -> Listing:
    """The listing that a tale is about."""
    return listing_of(story.session, *keys)


def draft(story: Story) -> Referral:
    """Being built."""
    return story.draft(listing(story, ENABEL))


def ready(story: Story) -> Referral:
    """Complete, not sent yet."""
    referral = story.draft(listing(story))
    story.take(referral, "prepare", Who.RC, COUNSELLED)
    return referral


def sent(
    story: Story, keys: tuple[str, str] = TRAINING, priority: Priority = Priority.P3
) -> Referral:
    """With the provider."""
    referral = story.draft(listing(story, keys), priority=priority)
    story.take(referral, "prepare", Who.RC, COUNSELLED)
    story.take(referral, "send", Who.RC, {})
    return referral


def then(*steps: str, keys: tuple[str, str] = TRAINING) -> Tale:
    """Sent, and these steps after it."""

    def tale(story: Story) -> Referral:
        referral = sent(story, keys)
        for name in steps:
            if name == "tell":
                story.tell(referral)
            else:
                who, details = step(story, name)
                story.take(referral, name, who, details)
        return referral

    return tale


def step(story: Story, name: str) -> tuple[Who, Mapping[str, Any]]:
    """Who takes a step, and what is written with it."""
    later = (story.now + 12 * DAY).date().isoformat()
    table: dict[str, tuple[Who, Mapping[str, Any]]] = {
        "acknowledge": (Who.FP, {}),
        "accept": (Who.FP, {"start_on": later, "place": "Labé", "to_bring": "carte d’identité"}),
        "reject": (Who.FP, {"code": "R05", "detail": {}}),
        "ask-info": (Who.FP, {"fields": ["education"]}),
        "waitlist": (Who.FP, {"next_on": later}),
        "first-contact": (Who.PW, {"channel": "phone", "two_way": True}),
        "start": (Who.PW, {"started_on": story.now.date().isoformat()}),
        "pause": (Who.PW, {"reason": "maladie", "resume_on": later}),
        "complete": (Who.PW, {"outcome": "formation terminée"}),
        "drop-out": (Who.PW, {"code": "D02"}),
        "close": (Who.RC, SATISFIED),
        "direct-assist": (Who.RC, {"assistance": "transport payé"}),
        "person-declines": (
            Who.RC,
            {"statement": "a trouvé un travail", "informed_of_options": True},
        ),
        "recall": (Who.RC, {"reason": "sent-by-mistake", "task_due_on": later}),
    }
    return table[name]


def rerouted(story: Story) -> Referral:
    """Came back, the person was told, and went on to another provider."""
    first = then("reject", "tell")(story)
    child = story.follow(first.need, listing(story, OTHER_TRAINING), first)
    story.take(child, "prepare", Who.RC, COUNSELLED)
    story.take(child, "send", Who.RC, {})
    story.take(first, "reroute", Who.RC, {"child_id": str(child.id)})
    return first


def unmet(story: Story) -> Referral:
    """No place anywhere: a gap that the working group will see."""
    referral = sent(story, CASH)
    full = {"code": "R13", "detail": {"next_date": "none"}}
    story.take(referral, "reject", Who.FP, full)
    story.tell(referral)
    review = (story.now + 20 * DAY).date().isoformat()
    story.take(referral, "register-gap", Who.RC, {"cause": "no-service", "review_on": review})
    return referral


def lost(story: Story) -> Referral:
    """Nobody could be reached for months."""
    referral = then("reject")(story)
    story.try_to_reach(referral, 7, 4)
    take_case_step(
        story.session,
        referral.case,
        "set-dormant",
        actor=story.actors["RC"],
        role=Who.RC,
        now=story.now,
        details={"attempts": "7"},
    )
    story.now += 91 * DAY
    story.take(referral, "lost", Who.RS, {})
    return referral


def revoked(story: Story) -> Referral:
    """The person took the consent back."""
    referral = sent(story)
    consent = story.session.get_one(ConsentRecord, referral.consent_id)
    story.now += DAY
    withdraw_consent(
        story.session,
        consent,
        actor=story.actors["RC"],
        role=Who.BEN,
        now=story.now,
        channel="phone",
    )
    return referral


def void(story: Story) -> Referral:
    """Entered twice; two persons agree."""
    referral = sent(story)
    story.tell(referral)
    reason = "saisi deux fois"
    approve_void(
        story.session,
        referral,
        actor=story.actors["DPO"],
        role=Who.DPO,
        now=story.now,
        reason=reason,
    )
    story.take(referral, "void", Who.RS, {"reason": reason})
    return referral


TALES: tuple[tuple[Tale, int], ...] = (
    (draft, 2),
    (draft, 8),
    (ready, 1),
    (sent, 1),
    (sent, 4),
    (lambda story: sent(story, ENABEL, Priority.P2), 2),
    (then("acknowledge"), 3),
    (then("acknowledge", keys=ENABEL), 4),
    (then("acknowledge", "ask-info"), 4),
    (then("acknowledge", "waitlist", "tell"), 6),
    (then("accept", "tell"), 3),
    (then("accept", "tell", keys=ENABEL), 6),
    (then("accept", "tell", "first-contact"), 9),
    (then("accept", "tell", "start"), 12),
    (then("accept", "tell", "start", keys=ENABEL), 15),
    (then("accept", "tell", "start", "pause"), 6),
    (then("accept", "tell", "start", "complete"), 13),
    (then("reject"), 3),
    (then("reject", "tell"), 4),
    (then("accept", "tell", "start", "drop-out"), 5),
    (then("accept", "tell", "start", "complete", "close"), 30),
    (then("reject", "tell", "direct-assist"), 30),
    (then("reject", "tell", "person-declines"), 28),
    (then("tell", "recall"), 14),
    (rerouted, 4),
    (lost, 150),
    (revoked, 18),
    (void, 11),
    (unmet, 9),
)
"""Who is told about, and how many days ago it began."""
