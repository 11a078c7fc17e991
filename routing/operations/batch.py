"""Propose for many people at once and keep each run, with a line in the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.db import insert_many
from routing import disclosure
from routing.disclosure import DATASET_VERSION
from routing.eligibility import Assessment, Verdict
from routing.models import RoutingRun
from routing.proposals import NeedAsked, Proposals
from routing.queries.batch import Batch, People, nearest_for_people
from routing.queries.candidates import search
from routing.queries.explanations import Found, Frame, assessment, components
from routing.queries.proposals import answer
from routing.ranking import Components
from routing.terms import Seeker

OTHERS = frozenset(Verdict) - {Verdict.ELIGIBLE}


@dataclass(frozen=True, slots=True)
class Explained:
    """One eligible listing with its reasons and what its place depends on."""

    found: Found
    assessment: Assessment
    rank: Components


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person of a batch gets: eligible listings by rank, else what comes next and why."""

    run_id: UUID
    eligible: tuple[Explained, ...]
    others: Proposals | None
    """Where nothing is eligible: the other answers, with the questions to ask."""

    @property
    def named(self) -> Iterator[UUID]:
        """Listings whose names are shown."""
        for one in self.eligible:
            yield one.found.id
        for other in self.others or ():
            yield other.listing_id


def propose_for_people(
    session: Session, people: People, actor: Actor, now: dt.datetime, *, keep: bool = True
) -> list[Answer]:
    """Proposals for each person, in their order; with ``keep`` each run is stored and audited."""
    batch = nearest_for_people(session, people, actor, now.date())
    answers = [
        _answer(session, batch.frame, seeker, need, found, actor)
        for (_, need), seeker, found in zip(people, batch.seekers, batch.by_person(), strict=True)
    ]
    if keep and answers:
        insert_many(session, RoutingRun, _rows(batch, answers, actor, now))
        lines = [
            ("routing:batch:propose", f"routing_run:{one.run_id}", {"eligible": len(one.eligible)})
            for one in answers
        ]
        audit.record_many(session, actor, lines, now=now)
    return answers


def _answer(
    session: Session,
    frame: Frame,
    seeker: Seeker,
    need: NeedAsked,
    several: Sequence[Found],
    actor: Actor,
) -> Answer:
    explained = []
    for found in several:
        judged = assessment(found, seeker)
        rank = components(frame, found, seeker, judged, need.wishes)
        explained.append(Explained(found, judged, rank))
    explained.sort(key=lambda one: one.rank.sort_key)
    others = None
    if not explained:
        again = search(session, seeker.facts, need, actor, seeker.today)
        others = answer(again, need, OTHERS, overview=True)
    return Answer(uuid4(), tuple(explained), others)


def _rows(
    batch: Batch, answers: Sequence[Answer], actor: Actor, now: dt.datetime
) -> list[dict[str, Any]]:
    return [
        {
            "id": answer.run_id,
            "need_id": None,
            "rules": DATASET_VERSION,
            "directory_number": batch.frame.picture.number,
            "facts_digest": disclosure.digest(seeker.facts.written()),
            "at": now,
            "by_id": actor.user_id,
            "counts": {Verdict.ELIGIBLE.value: len(answer.eligible)},
            "results": [_written(explained) for explained in answer.eligible],
        }
        for seeker, answer in zip(batch.seekers, answers, strict=True)
    ]


def _written(one: Explained) -> dict[str, Any]:
    return {
        "listing": one.rank.id,
        "verdict": one.rank.verdict.value,
        "metres": one.rank.metres,
        "rank": one.rank.written(),
    }
