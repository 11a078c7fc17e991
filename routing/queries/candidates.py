"""Who seeks, what they may be sent to, and the nearest listings of each answer: rows, not yet words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import Audience, audience_of
from directory.core.actor import Actor
from directory.models import Organisation
from directory.queries.columns import Mask
from directory.queries.snapshot import DirectorySnapshot, current
from routing.facts import Facts, Source, Value
from routing.offer import Offer
from routing.pending import pending
from routing.plan import Hit, Look, Scope
from routing.profiles import YES
from routing.proposals import NeedAsked
from routing.queries.explanations import Found, Frame
from routing.queries.snapshot import Segment, discs, segments
from routing.shelf import Shelf
from routing.terms import Seeker
from routing.values import Place


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One need looked up in every part of the directory."""

    frame: Frame
    seeker: Seeker
    looks: tuple[tuple[Segment, Look], ...]

    def nearest(self, want: int, number: int) -> list[Found]:
        """The nearest listings with that answer, a rank of ``Answer``."""
        found: list[Found] = []
        for segment, look in self.looks:
            found += found_of_hits(segment, look.nearest(want, number))
        found.sort(key=lambda one: (one.metres, one.id))
        return found[:number]

    def counts(self) -> list[int]:
        """How many listings give each answer, by rank."""
        return [int(n) for n in sum((look.counts() for _, look in self.looks), np.zeros(4, int))]

    def pending(self) -> Counter[frozenset[str]]:
        """How many undecided listings wait for which facts."""
        return sum((pending(look) for _, look in self.looks), Counter())


def found_of_hits(segment: Segment, hits: Sequence[Hit]) -> list[Found]:
    """Hits of a shelf with their ids."""
    ids = segment.columns.ids(np.array([hit.row for hit in hits], dtype=np.intp))
    return [Found(hit.metres, key, segment, hit.row) for hit, key in zip(hits, ids, strict=True)]


def search(
    session: Session,
    facts: Facts,
    need: NeedAsked,
    actor: Actor,
    today: dt.date,
    audience: Audience | None = None,
) -> Search:
    """The need looked up in the directory as this transaction sees it."""
    picture = current(session)
    sender = need.sender or sender_of(session, picture, actor)
    seeker = seeker_for(session, picture, facts, need, sender, today)
    vocabulary = picture.vocabulary
    category = vocabulary.category.find(need.category)
    country = None if need.country is None else vocabulary.country.find(need.country)
    circle = audience_of(actor)
    scope = Scope(int(circle if audience is None else min(circle, audience)), country)
    return look_up(picture, segments(session, picture, today), seeker, category, scope)


def look_up(
    picture: DirectorySnapshot,
    parts: Sequence[tuple[Segment, Mask]],
    seeker: Seeker,
    category: int,
    scope: Scope,
) -> Search:
    """Somebody before the shelves of one category."""
    looks = []
    for segment, holds in parts:
        shelf = segment.shelves.get(category)
        if shelf is not None:
            worst = to_avoid(segment, shelf, seeker)
            left = segment.left(category, holds)
            looks.append((segment, Look(shelf, seeker, scope, left, worst)))
    return Search(Frame(picture, [segment for segment, _ in parts]), seeker, tuple(looks))


def seeker_for(
    session: Session,
    picture: DirectorySnapshot,
    facts: Facts,
    need: NeedAsked,
    sender: str,
    today: dt.date,
) -> Seeker:
    """The person as the engine sees them: facts, who would send them, and where they are."""
    if need.excludes_government:
        value = Value(True, Source.DECLARED, today)
        facts = facts.learning({"excludes-government": value})
    place = facts.known("location", today).value
    if not isinstance(place, Place):
        return Seeker(facts, today, sender)
    if place.has_point:
        return Seeker(facts, today, sender, place.lon, place.lat, place.radius)
    region = _regions(picture).get((place.region[0], place.region[-1])) if place.region else None
    disc = discs(session, picture).get(region) if region is not None else None
    if disc is None or not disc.radius >= 0:
        return Seeker(facts, today, sender)
    return Seeker(facts, today, sender, *disc)


def sender_of(session: Session, picture: DirectorySnapshot, actor: Actor) -> str:
    """Key of the organisation for which the actor works; empty when it is none or several."""
    ids = actor.organisations()
    if len(ids) != 1:
        return ""
    [key] = ids
    known: dict[UUID, str] = picture.base.derived((__name__, "organisation-keys"), lambda _part: {})
    if key not in known:
        known[key] = session.scalar(select(Organisation.key).where(Organisation.id == key)) or ""
    return known[key]


def _regions(picture: DirectorySnapshot) -> Mapping[tuple[str, str], UUID]:
    return picture.base.derived(
        (__name__, "regions"),
        lambda _part: {
            (node.country, node.code or str(node.id)): node.id for node in picture.regions.values()
        },
    )


def to_avoid(segment: Segment, shelf: Shelf, seeker: Seeker) -> Mapping[int, int]:
    """Items of providers about which the person said something, with the answer that makes."""
    found: dict[int, int] = {}
    for condition in shelf.asides:
        clause = condition.clause
        if all(seeker.facts.said(name) is None for name in clause.reads):
            continue
        for number in np.unique(shelf.organisation).tolist():
            provider = Offer(organisation=segment.organisations[number])
            rank = clause.judge(seeker.facts, seeker.today, provider).answer.rank
            if rank < YES:
                for item in np.flatnonzero(shelf.organisation == number).tolist():
                    found[item] = min(found.get(item, YES), rank)
    return found
