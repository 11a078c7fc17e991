"""The nearest eligible listings for many people at once, the same as each would find alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from directory.audience import audience_of
from directory.core.actor import Actor
from directory.queries.columns import Mask
from directory.queries.snapshot import DirectorySnapshot, current
from routing.crowd import Caught, Crowd
from routing.facts import Facts
from routing.plan import Scope
from routing.proposals import NeedAsked
from routing.queries.candidates import seeker_for, sender_of, to_avoid
from routing.queries.explanations import Found, Frame
from routing.queries.snapshot import Segment, segments
from routing.terms import Seeker

People = Sequence[tuple[Facts, NeedAsked]]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What was found for many people, as arrays; who is their place among the people."""

    frame: Frame
    seekers: Sequence[Seeker]
    caught: Sequence[tuple[Segment, Caught]]
    numbers: Sequence[int]
    """How many each person asked for."""

    def by_person(self) -> list[list[Found]]:
        """The listings found for each person, nearest first."""
        found: list[list[Found]] = [[] for _ in self.seekers]
        for segment, (who, metres, rows) in self.caught:
            unique, at = np.unique(rows, return_inverse=True)
            ids = segment.columns.ids(unique.astype(np.intp))
            told = zip(who.tolist(), metres.tolist(), at.tolist(), rows.tolist(), strict=True)
            for person, away, place, row in told:
                found[person].append(Found(away, ids[place], segment, row))
        if len(self.frame.segments) > 1:
            for several, most in zip(found, self.numbers, strict=True):
                several.sort(key=lambda one: (one.metres, one.id))
                del several[most:]
        return found


def nearest_for_people(session: Session, people: People, actor: Actor, today: dt.date) -> Batch:
    """For each person the ``need.k`` nearest eligible listings that ``actor`` may see."""
    picture = current(session)
    parts = segments(session, picture, today)
    sender = sender_of(session, picture, actor)
    seekers = [
        seeker_for(session, picture, facts, need, need.sender or sender, today)
        for facts, need in people
    ]
    alike: defaultdict[tuple[str, str | None, int], list[int]] = defaultdict(list)
    for place, (_, need) in enumerate(people):
        alike[need.category, need.country, need.k].append(place)
    caught: list[tuple[Segment, Caught]] = []
    for (name, country, k), places in alike.items():
        category = picture.vocabulary.category.find(name)
        scope = _scope(picture, country, actor)
        found = [
            (segment, _caught(segment, holds, category, [seekers[at] for at in places], scope, k))
            for segment, holds in parts
            if category in segment.shelves
        ]
        whose = np.array(places, dtype=np.intp)
        caught += [
            (segment, Caught(whose[one.who], one.metres, one.rows)) for segment, one in found
        ]
    frame = Frame(picture, [segment for segment, _ in parts])
    return Batch(frame, seekers, caught, [need.k for _, need in people])


def _scope(picture: DirectorySnapshot, country: str | None, actor: Actor) -> Scope:
    number = None if country is None else picture.vocabulary.country.find(country)
    return Scope(int(audience_of(actor)), number)


def _caught(
    segment: Segment, holds: Mask, category: int, seekers: Sequence[Seeker], scope: Scope, k: int
) -> Caught:
    shelf = segment.shelves[category]
    worst = [to_avoid(segment, shelf, seeker) for seeker in seekers]
    return Crowd(shelf, seekers, scope, segment.left(category, holds), worst).nearest(k)
