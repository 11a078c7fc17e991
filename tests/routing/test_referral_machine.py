"""C-T02: whatever people and time do, in any order, the invariants of the procedure hold.

``STATEFUL_EXAMPLES`` and ``STATEFUL_STEPS`` set the size; the nightly run uses 5000 and 100.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.errors import DomainError, NotFound
from directory.listing_life import State as ListingState
from directory.models import Capacity
from directory.who import Who
from routing.case_life import State as CaseState
from routing.disclosure import Stage
from routing.models import (
    Case,
    ConsentRecord,
    ContactAttempt,
    Disclosure,
    GapRecord,
    Need,
    Referral,
    ReferralClock,
    Task,
)
from routing.operations import unique_codes
from routing.operations.disclosures import referral_for_recipient
from routing.operations.events import events_of, first_fault, projection_of, replayed
from routing.operations.referral_creation import reroute, tried_listings
from routing.operations.referrals import take_step
from routing.operations.tick import tick
from routing.operations.withdrawals import withdraw_consent
from routing.queries.disclosure_basis import basis_for
from routing.queries.known_facts import facts_of
from routing.referral_life import LIFE, State
from routing.referral_states import IDENTITY_SHOWN, LIVE, OCCUPYING, READABLE
from tests import factories
from tests.routing import journeys
from tests.routing.reachable import by_sms
from tests.routing.stories import DAY, Story

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "200"))
STEPS = int(os.environ.get("STATEFUL_STEPS", "50"))

WITHOUT_INFORMING = frozenset({"auto-reroute", "void", "exceptional-close"})
"""The ways out of RETURNED that the procedure excepts (protocol A.20)."""
HUMANS = (Who.RC, Who.RS, Who.FP, Who.PW, Who.DPO)
NAMES = sorted(LIFE.names)
HOURS = (1, 20, 24 * 2, 24 * 8, 24 * 31)
HOW_OFTEN = {
    "draft": 3, "advance": 7, "go_on": 6, "answer": 4, "tell": 5, "send_on": 4, "wait": 4,
    "provider_reads": 2, "try_anything": 2, "repeat": 2, "call": 1, "give_up": 1,
    "find_nothing": 1, "void": 1, "withdraw": 1, "agree_again": 2, "change_listing": 1, "learn": 2,
}  # fmt: skip
OFTEN = {"create", "prepare", "send", "accept", "reject", "inform", "expire", "reroute"}
"""Without these the run would say little."""
WHAT_HAPPENS = [what for what, times in HOW_OFTEN.items() for _ in range(times)]
pick = st.integers(0, 2**16)


class Machine(RuleBasedStateMachine):
    """One case with two needs, three services of two providers, and everybody doing anything."""

    session: Session
    story: Story
    taken: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.session.begin_nested()
        self.story.now = self.start
        self.over: dict[Any, int] = {}
        self.whole: dict[Any, int] = {}
        self.changed = False

    start: dt.datetime

    @initialize()
    def begin(self) -> None:
        story = self.story
        self.case = story.case(routes=3)
        self.needs = [story.need(self.case), story.need(self.case)]
        other = factories.Organisation(name="Other provider")
        self.listings = [
            story.listing(waitlist_days=60, duration_days=90, places=1),
            story.listing(other, places=2, data_needed=["education"]),
            story.listing(factories.Organisation(), places=None),
        ]
        for listing in self.listings:
            story.reader_at(listing.service.organisation_id)
        for need in self.needs:
            story.consent(need, *self.listings)

    def teardown(self) -> None:
        self.undo.rollback()
        self.session.expunge_all()
        self.story.readers.clear()

    # ------------------------------------------------------------------------- what people do

    def referrals(self, *states: State) -> list[Referral]:
        query = select(Referral).where(Referral.case_id == self.case.id).order_by(Referral.code)
        return [row for row in self.session.scalars(query) if not states or row.state in states]

    def one(self, number: int, *states: State) -> Referral | None:
        found = self.referrals(*states)
        return found[number % len(found)] if found else None

    def attempt(self, work: Any, name: str) -> Any:
        """Something that may be refused; a refusal leaves no trace."""
        before = self.traces()
        try:
            with self.session.begin_nested():
                done = work()
        except DomainError as refusal:
            Machine.refused.update(f"{name}: {reason}" for reason in refusal.reasons)
            assert self.traces() == before
            return None
        Machine.taken[name] += 1
        self.changed = True
        return done

    def traces(self) -> tuple[Any, ...]:
        rows = self.session.execute(select(Referral.id, Referral.version, Referral.state)).all()
        places = self.session.execute(select(Capacity.held, Capacity.taken)).all()
        told = self.session.scalar(select(func.count(Disclosure.id)))
        return sorted(rows), sorted(places), told

    @rule(what=st.sampled_from(WHAT_HAPPENS), number=pick, choice=pick)
    def something_happens(self, what: str, number: int, choice: int) -> None:
        """One thing of ``WHAT_HAPPENS``; the numbers say to whom, and which way."""
        # what was refused has left no trace (``attempt``): there is nothing new to look at
        self.changed = False
        getattr(self, what)(number, choice)

    def draft(self, number: int, choice: int) -> None:
        wanted = self.an_open_need(number), self.listings[choice % 3]
        self.attempt(lambda: self.story.draft(*wanted), "create")

    def an_open_need(self, number: int) -> Need:
        found = [need for need in self.needs if need.state == "open"]
        if not found:
            self.needs.append(self.story.need(self.case))
            self.story.consent(self.needs[-1], *self.listings)
            found = self.needs[-1:]
        return found[number % len(found)]

    def go_on(self, number: int, choice: int) -> None:
        """A step that the table allows, with what it asks."""
        found = self.referrals()
        referral = found[number % len(found)] if found else None
        if referral is None:
            return
        plain = [line for line in LIFE.leaving(referral.state) if line.name in journeys.PLAIN]
        if plain:
            name = plain[choice % len(plain)].name
            self.attempt(lambda: journeys.plainly(self.story, referral, name), name)

    def advance(self, number: int, choice: int) -> None:
        """The usual way on, as far as it goes; a new referral where nothing is under way."""
        referral = self.one(number, *LIVE - {State.RETURNED, State.COMPLETED})
        if referral is None:
            self.draft(number, choice)
            return
        for _ in range(1 + choice % 4):
            main = [line.name for line in LIFE.leaving(referral.state) if line.main]
            if main and main[0] in journeys.PLAIN:
                self.attempt(partial(journeys.plainly, self.story, referral, main[0]), main[0])

    def answer(self, number: int, choice: int) -> None:
        """The provider answers, one way or another."""
        referral = self.one(number, State.SENT, State.ACK, State.INFO_REQ, State.WAITLIST)
        if referral is not None:
            self.go_on(self.referrals().index(referral), choice)

    def try_anything(self, number: int, choice: int) -> None:
        """Any step by anybody, with nothing said."""
        referral = self.one(number)
        name, who = NAMES[choice % len(NAMES)], HUMANS[number % len(HUMANS)]
        if referral is not None:
            self.attempt(lambda: self.story.step(referral, name, who), f"bare {name}")

    def repeat(self, number: int, choice: int) -> None:
        """The same request twice has one effect."""
        referral = self.one(number, State.SENT, State.READY, State.ACK)
        if referral is None:
            return
        name, who = ("send", Who.RC) if referral.state is State.READY else ("accept", Who.FP)
        details = {} if name == "send" else self.story.acceptance()

        def ask() -> Any:
            return take_step(
                self.session, referral, name, actor=self.story.acting(who, referral), role=who,
                now=self.story.now, idempotency_key=f"key-{choice}-{referral.id}", details=details,
            )  # fmt: skip

        first = self.attempt(ask, f"repeated {name}")
        if first is not None:
            before = self.traces()
            assert ask().id == first.id
            assert self.traces() == before

    def tell(self, number: int, choice: int) -> None:
        referral = self.one(number, *LIVE)
        if referral is not None:
            self.attempt(lambda: self.story.tell(referral, reached=choice % 4 > 0), "inform")

    def call(self, number: int, choice: int) -> None:
        referral = self.one(number, State.ACCEPTED, State.RETURNED)
        if referral is not None:
            self.attempt(lambda: self.calls(referral, Who.RC if choice % 2 else Who.PW), "attempt")

    def calls(self, referral: Referral, who: Who) -> None:
        now = self.story.now
        journeys.try_to_reach(self.story, referral, who, 3, 1)
        self.story.now = now + 3 * DAY

    def give_up(self, number: int, _choice: int) -> None:
        referral = self.one(number, State.ACCEPTED)
        if referral is not None:
            self.attempt(lambda: self.story.step(referral, "not-reached", Who.PW), "not-reached")

    def send_on(self, number: int, choice: int) -> None:
        referral = self.one(number, State.RETURNED)
        if referral is None:
            return
        told = choice % 2 == 0
        if told:
            self.attempt(lambda: self.story.tell(referral), "inform")
        self.attempt(
            lambda: reroute(
                self.session, referral, self.listings[choice % 3], actor=self.story.actor(Who.RC),
                now=self.story.now, details={"affordability": "talked over", "announce": not told},
            ),
            "reroute",
        )  # fmt: skip

    def find_nothing(self, number: int, _choice: int) -> None:
        referral = self.one(number, State.RETURNED)
        if referral is not None:
            self.attempt(lambda: journeys.register_gap(self.story, referral), "register-gap")

    def void(self, number: int, _choice: int) -> None:
        referral = self.one(number, *LIVE)
        if referral is not None and number % 5 == 0:
            self.attempt(lambda: journeys.void(self.story, referral), "void")

    def withdraw(self, number: int, _choice: int) -> None:
        records = self.session.scalars(
            select(ConsentRecord)
            .where(ConsentRecord.need_id.is_not(None), ConsentRecord.withdrawn_at.is_(None))
            .order_by(ConsentRecord.given_at, ConsentRecord.dataset)
        ).all()
        if records and number % 3 == 0:
            record = records[number % len(records)]
            self.attempt(
                lambda: withdraw_consent(
                    self.session, record, actor=self.story.actor(Who.RC), role=Who.BEN,
                    now=self.story.now, channel="phone",
                ),
                "withdraw",
            )  # fmt: skip

    def agree_again(self, _number: int, _choice: int) -> None:
        """Whoever has no valid consent for an open need is asked again."""
        for need in [need for need in self.needs if need.state == "open"]:
            active = select(ConsentRecord.id).where(
                ConsentRecord.need_id == need.id,
                ConsentRecord.withdrawn_at.is_(None),
                ConsentRecord.expires_at > self.story.now,
            )
            if self.session.scalars(active).first() is None:
                self.attempt(partial(self.story.consent, need, *self.listings), "consent")

    def change_listing(self, number: int, choice: int) -> None:
        """A service is suspended or ends, or comes back."""
        state = (ListingState.SUSPENDED, ListingState.ENDED)[choice % 2]
        self.listings[number % 3].state = state if choice % 4 == 0 else ListingState.VERIFIED
        self.session.flush()

    def learn(self, _number: int, choice: int) -> None:
        location = {"lon": -12.29, "lat": 11.32, "radius": 0}
        self.story.learn(self.needs[0], education=f"gn:{7 + choice % 3}", location=location)

    # ------------------------------------------------------------------------- what time does

    def wait(self, _number: int, choice: int) -> None:
        self.story.now += dt.timedelta(hours=HOURS[choice % len(HOURS)])
        done = tick(self.session, now=self.story.now)
        assert done.failed == 0
        Machine.taken.update(done.done)
        self.changed = bool(done.done)
        before = self.traces()
        again = tick(self.session, now=self.story.now)
        assert not again.done
        assert self.traces() == before

    # ------------------------------------------------------------------------- what must hold

    @precondition(lambda self: self.changed)
    @invariant()
    def places_are_never_oversubscribed(self) -> None:  # (i)
        self.session.flush()
        for period in self.session.execute(
            select(Capacity.id, Capacity.places, Capacity.held, Capacity.taken)
        ):
            using = Counter(
                self.session.scalars(select(Referral.hold).where(Referral.capacity_id == period.id))
            )
            assert (period.held, period.taken) == (using["held"], using["taken"])
            assert period.places is None or period.held + period.taken <= period.places
        for referral in self.referrals():
            assert (referral.hold == "taken") == (referral.state in OCCUPYING)
            assert referral.hold != "held" or referral.state in (
                State.SENT,
                State.ACK,
                State.INFO_REQ,
            )

    def provider_reads(self, number: int, _choice: int) -> None:  # (ii)
        referral = self.one(number)
        if referral is None:
            return
        facts = facts_of(self.session, referral.member, today=self.story.now.date())
        basis = basis_for(
            self.session, referral.need, referral.listing, facts=facts, now=self.story.now,
            pinned=referral.consent_id,
        )  # fmt: skip
        reader = self.story.reader_at(referral.recipient_id)
        may = referral.state in READABLE and basis.gap is None
        try:
            view = referral_for_recipient(self.session, reader, referral.id, now=self.story.now)
        except NotFound:
            assert not may
            return
        assert may
        assert (view.stage is Stage.FULL) == (referral.state in IDENTITY_SHOWN)
        assert ("name" in view.fields) == (referral.state in IDENTITY_SHOWN)

    @precondition(lambda self: self.changed)
    @invariant()
    def history_is_whole(self) -> None:  # (iii), (v), (vi), (viii)
        for referral in self.referrals():
            if referral.id in self.over:
                assert referral.version == self.over[referral.id]
                continue
            if self.whole.get(referral.id) == referral.version:
                continue
            assert replayed(self.session, referral) == projection_of(referral)
            self.whole[referral.id] = referral.version
            if referral.state in LIFE.terminal:
                assert first_fault(self.session, referral) is None
                self.informed_before_the_end(referral)
                self.over[referral.id] = referral.version

    def informed_before_the_end(self, referral: Referral) -> None:
        events = events_of(self.session, referral.id)
        last = events[-1]
        if last.source != State.RETURNED or last.step in WITHOUT_INFORMING:
            return
        since = max(e.number for e in events if e.target == State.RETURNED != e.source)
        told = any(e.step == "inform" and e.details["reached"] for e in events if e.number > since)
        tried = self.session.scalar(
            select(func.count(ContactAttempt.id)).where(ContactAttempt.referral_id == referral.id)
        )
        announced = last.step == "reroute" and last.details.get("announce")
        assert told or announced or (last.step == "lost" and tried)

    @precondition(lambda self: self.changed)
    @invariant()
    def nothing_is_forgotten(self) -> None:  # (iv), (ix)
        running = set(
            self.session.scalars(
                select(ReferralClock.referral_id).where(
                    ReferralClock.stopped_at.is_(None), ReferralClock.paused_at.is_(None)
                )
            )
        )
        for referral in self.referrals():
            assert (referral.id in running) == (referral.state in LIVE)
        if self.session.get_one(Case, self.case.id).state is not CaseState.ACTIVE:
            return
        for need in self.session.scalars(
            select(Need).where(Need.case_id == self.case.id, Need.state == "open")
        ):
            assert self.is_followed(need)

    def is_followed(self, need: Need) -> bool:
        followers = (
            select(Referral.id).where(Referral.need_id == need.id, Referral.state.in_(LIVE)),
            select(Task.id).where(Task.need_id == need.id, Task.done_at.is_(None)),
            select(GapRecord.id).where(GapRecord.need_id == need.id),
        )
        return any(self.session.scalars(query).first() is not None for query in followers)

    @precondition(lambda self: self.changed)
    @invariant()
    def no_service_is_tried_twice(self) -> None:  # (vii), (x)
        live = Counter(
            (row.member_id, row.need_id, row.listing_id) for row in self.referrals(*LIVE)
        )
        assert not live or max(live.values()) == 1
        for referral in self.referrals():
            chain, found = 0, referral
            while found is not None:
                chain += 1
                found = self.session.get(Referral, found.parent_id) if found.parent_id else None
            assert len(tried_listings(self.session, referral)) == chain
            assert referral.depth <= 3


def test_whatever_happens_the_invariants_hold(
    session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count(1)
    # codes in order, so that the same run can be made again
    monkeypatch.setattr(unique_codes, "new_code", lambda: f"{next(numbers):07}")
    Machine.session, Machine.start, Machine.story = session, now, Story(session, now)
    Machine.taken, Machine.refused = Counter(), Counter()
    session.flush()
    size = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with by_sms():
        run_state_machine_as_test(Machine, settings=size)
    print(sum(Machine.taken.values()), "things done:", dict(Machine.taken.most_common()))
    print(sum(Machine.refused.values()), "refusals:", dict(Machine.refused.most_common()))
    if EXAMPLES >= 100:
        assert set(Machine.taken) >= OFTEN, OFTEN - set(Machine.taken)
