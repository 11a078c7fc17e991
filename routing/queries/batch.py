"""The nearest eligible listings for many people at once, the same as each would find alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from directory.audience import audience_of
from directory.core.actor import Actor
from directory.queries.columns import Mask
from directory.queries.snapshot import DirectorySnapshot, current
from routing.crowd import Crowd
from routing.facts import Facts
from routing.plan import Scope
from routing.proposals import NeedAsked
from routing.queries.candidates import found_of_hits, seeker_for, to_avoid
from routing.queries.explanations import Found, Frame
from routing.queries.snapshot import Segment, segments
from routing.terms import Seeker

People = Sequence[tuple[Facts, NeedAsked]]


@dataclass(slots=True, eq=False)
class Answered:
    """One person with the listings found, nearest first."""

    seeker: Seeker
    need: NeedAsked
    found: list[Found] = field(default_factory=list)


def nearest_for_people(
    session: Session, people: People, actor: Actor, today: dt.date
) -> tuple[Frame, list[Answered]]:
    """For each person the ``need.k`` nearest eligible listings that ``actor`` may see."""
    picture = current(session)
    parts = segments(session, picture, today)
    frame = Frame(picture, [segment for segment, _ in parts])
    answered = [
        Answered(seeker_for(session, picture, facts, need, actor, today), need)
        for facts, need in people
    ]
    alike: defaultdict[tuple[str, str | None, int], list[Answered]] = defaultdict(list)
    for one in answered:
        alike[one.need.category, one.need.country, one.need.k].append(one)
    for several in alike.values():
        scope = _scope(picture, several[0].need, actor)
        category = picture.vocabulary.category.find(several[0].need.category)
        for segment, holds in parts:
            if category in segment.shelves:
                _add_nearest(segment, holds, category, several, scope)
    for one in answered:
        one.found = sorted(one.found, key=lambda found: found.sort_key)[: one.need.k]
    return frame, answered


def _scope(picture: DirectorySnapshot, need: NeedAsked, actor: Actor) -> Scope:
    country = None if need.country is None else picture.vocabulary.country.find(need.country)
    return Scope(int(audience_of(actor)), country)


def _add_nearest(
    segment: Segment, holds: Mask, category: int, several: Sequence[Answered], scope: Scope
) -> None:
    shelf = segment.shelves[category]
    seekers = [one.seeker for one in several]
    worst = [to_avoid(segment, shelf, seeker) for seeker in seekers]
    crowd = Crowd(shelf, seekers, scope, segment.left(category, holds), worst)
    found = found_of_hits(segment, crowd.nearest(several[0].need.k))
    for one, more in zip(several, found, strict=True):
        one.found += more
