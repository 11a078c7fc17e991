"""What is asked of the engine and what it answers: plain values, for pages, API, commands and records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from directory.core.text import Text
from routing.eligibility import Assessment, Judged, Verdict
from routing.offer import Offer, Reach
from routing.priorities import Priority
from routing.questions import Question
from routing.ranking import Components

MOST = 50
"""Proposals of one answer that may be asked for at once."""


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """One need of one person, as the engine needs it."""

    category: str
    """Code of ``directory.categories``."""
    priority: Priority = Priority.P3
    country: str | None = None
    """ISO 3166-1 alpha-2 of the services; nothing: anywhere."""
    k: int = 5
    """How many proposals of each answer."""
    excludes_government: bool = False
    """Consent excludes public bodies (protocol A.4 rule 4)."""
    wishes: tuple[UUID, ...] = ()
    """Listings that the person prefers, best first."""
    sender: str = ""
    """Key of the organisation that would send, ``self`` for the person alone; empty: the actor's."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One listing with its answer to one person, and why it stands where it stands."""

    listing_id: UUID
    assessment: Assessment
    distance: Reach | None
    """Metres between person and site; equal bounds when both are exact; nothing: unknown or hidden."""
    rank: Components
    """The ranking components, as stored with the run."""
    offer: Offer
    """The listing as it was judged."""
    warnings: tuple[Text, ...] = ()
    """What to check by telephone although it is no obstacle."""

    @property
    def answer(self) -> Verdict:
        """Eligible, not now, ask first or not eligible."""
        return self.assessment.verdict

    @property
    def findings(self) -> tuple[Judged, ...]:
        """Every condition with what it says, hard and soft, in order."""
        return self.assessment.judged

    @property
    def available_on(self) -> dt.date | None:
        """With "not now": from when; nothing: nobody knows, call."""
        return self.assessment.available_on

    @property
    def change(self) -> tuple[Text, ...]:
        """What would make the person eligible."""
        return self.assessment.changes


@dataclass(frozen=True, slots=True)
class Proposals:
    """The answer to one need: the nearest of each kind, and what one more answer would settle."""

    eligible: tuple[Proposal, ...]
    not_now: tuple[Proposal, ...]
    ask: tuple[Proposal, ...]
    ineligible: tuple[Proposal, ...]
    counts: Mapping[Verdict, int]
    """Services by answer, in the whole directory that the actor may see."""
    questions: tuple[Question, ...]
    """What to ask next, most useful first."""
    directory_number: int
    """Version of the directory that was read."""

    def __iter__(self) -> Iterator[Proposal]:
        """All proposals, best answer first."""
        yield from (*self.eligible, *self.not_now, *self.ask, *self.ineligible)

    def of(self, verdict: Verdict) -> tuple[Proposal, ...]:
        """The proposals with one answer."""
        return {
            Verdict.ELIGIBLE: self.eligible,
            Verdict.NOT_NOW: self.not_now,
            Verdict.ASK: self.ask,
            Verdict.INELIGIBLE: self.ineligible,
        }[verdict]
