"""People who complain and people who handle it, in two countries, as rows of the operations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from directory.core.actor import ANONYMOUS, Actor
from directory.models import Account, Listing, Organisation
from directory.who import Who
from routing.complaint_levels import Level
from routing.models import Complaint, ComplaintEvent
from routing.operations.complaint_events import COMPLAINANT
from routing.operations.complaint_steps import Act, act_on_complaint
from routing.operations.complaints import Contact, Received, Told, receive_complaint
from tests import factories
from tests.routing.stories import Story

WORDS = "canary words: the teacher asked for money"
NUMBER = "+224620999888"
NAME = "Canary Bah"
SAFE = Contact(kind="phone", value=NUMBER, safe_to_text=True)
DAY = dt.timedelta(days=1)
CATEGORY_OF = {Level.C1: "asked-money", Level.C2: "silence", Level.C3: "idea"}


@dataclass
class Complaining:
    """``accused`` runs the service complained about; ``office`` handles complaints."""

    story: Story
    handlers: dict[str, Account] = field(default_factory=dict)
    listing: Listing = field(init=False)
    keys: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.listing = self.story.listing()
        for role in ("CH", "PSEA", "DPO", "NC"):
            self.handlers[role] = self.account(role, country="GN")
        self.session.flush()

    @property
    def session(self) -> Session:
        return self.story.session

    @property
    def accused(self) -> Organisation:
        return self.story.provider

    def account(self, role: str, organisation: Organisation | None = None, **scope: Any) -> Account:
        account = factories.Account.with_role(role, organisation, **scope)
        account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
        account.mf_recovery_codes = []
        self.session.flush()
        return account

    def actor(self, role: str) -> Actor:
        if role == "BEN":
            return COMPLAINANT
        account = self.handlers.get(role) or self.story.accounts[role]
        return account.actor

    def receive(self, **given: Any) -> Received:
        told = Told(**{"words": WORDS, "country": "GN", "listing_id": self.listing.id, **given})
        return receive_complaint(self.session, told, actor=ANONYMOUS, now=self.story.now)

    def complaint(self, level: Level = Level.C2, **given: Any) -> Complaint:
        """A complaint of a level, read by its handler."""
        harmed = level is Level.C0
        category = CATEGORY_OF.get(level, "other")
        complaint = self.receive(**{"category": category, "harmed": harmed, **given}).complaint
        self.act(complaint, "triage", "PSEA" if harmed else "CH", level=level.value)
        return complaint

    def shared(self, **given: Any) -> Complaint:
        complaint = self.complaint(**given)
        self.act(complaint, "share", "CH", text="canary summary: somebody waits")
        return complaint

    def answered(self, level: Level = Level.C2, **given: Any) -> Complaint:
        complaint = self.complaint(level, **given)
        who = complaint.held_by
        self.act(complaint, "investigate", who, action="call the centre")
        self.act(complaint, "decide", who, decision="upheld", reason="they admit it")
        self.act(complaint, "inform", who, explanation="canary answer: you were right")
        return complaint

    def appealed(self) -> Complaint:
        complaint = self.answered()
        self.act(complaint, "appeal", "BEN", reason="they did not ask me")
        return complaint

    def act(self, complaint: Complaint, name: str, role: str, **details: Any) -> ComplaintEvent:
        act = Act(actor=self.actor(role), role=Who(role), now=self.story.now, details=details)
        return act_on_complaint(self.session, complaint, name, act)
