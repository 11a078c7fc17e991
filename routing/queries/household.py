"""Who lives in a household, and whether its adults agree that this goes to a provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.consent import ConsentKind
from routing.country_rules import rules_of
from routing.disclosure import CHILD_AMOUNT_BANDS, HOUSEHOLD, age_band
from routing.household import Person, may_be_shown
from routing.models import CaseMember, ConsentRecord, Need
from routing.queries.casework import needs_of_case
from routing.queries.known_facts import facts_of, is_minor, years_between
from routing.values import bounds


def household_kept_back(session: Session, need: Need, *, today: dt.date) -> frozenset[str]:
    """Fields that stay here because another adult of the household has not agreed."""
    return HOUSEHOLD if adults_to_ask(session, need.member, today=today) else frozenset()


def members_in_brief(
    session: Session, member: CaseMember, *, today: dt.date
) -> list[dict[str, object]]:
    """The others of the household: what they are to the person, and their age in bands; no name.

    ``years`` are the first and the last possible year, nothing where the age is not known.
    """
    return [
        {"relation": one.relation, "years": _years(session, one, today)}
        for one in sorted(member.case.members, key=lambda row: row.number)
        if one.id != member.id
    ]


def _years(session: Session, member: CaseMember, today: dt.date) -> list[int | None] | None:
    born = facts_of(session, member, today=today).known("born", today).value
    if born is None:
        return None
    earliest, latest = bounds(born)
    youngest = max(years_between(latest, today), 0)
    oldest = max(years_between(earliest, today), 0)
    for first, last in CHILD_AMOUNT_BANDS:
        if first <= youngest and oldest <= last:
            return [first, last]
    return [age_band(youngest)[0], age_band(oldest)[1]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be on a screen or a sheet that a member of a household reads too."""

    people: frozenset[UUID]
    """The member and, for an adult, the children: what is known of them."""
    needs: tuple[Need, ...]
    """By when they were opened."""

    def about(self, member_id: UUID | None, need_id: UUID | None) -> bool:
        """Whether something about a member, or about a need, may be shown."""
        if need_id is not None:
            return any(need.id == need_id for need in self.needs)
        return member_id is None or member_id in self.people


def shown_to(session: Session, member: CaseMember, *, today: dt.date) -> Shown:
    """What a member may see of the case (``routing.household``): nothing that another adult asked for."""
    case = member.case
    children = {one.id for one in case.members if not is_adult(session, one, today=today)}
    reader = Person(member.number, member.id in children)
    needs = tuple(
        need
        for need in needs_of_case(session, case)
        if may_be_shown(
            reader, Person(need.member.number, need.member_id in children), need.category
        )
    )
    return Shown(frozenset({member.id} if reader.is_child else {member.id, *children}), needs)


def adults_to_ask(session: Session, member: CaseMember, *, today: dt.date) -> list[CaseMember]:
    """The other adults of the case who have not agreed, or have taken it back."""
    others = [one for one in member.case.members if one.id != member.id]
    agreed = _agreed(session, others, today)
    return [one for one in others if one.id not in agreed and is_adult(session, one, today=today)]


def is_adult(session: Session, member: CaseMember, *, today: dt.date) -> bool:
    """Whether a member counts as an adult; without an age, a "child" of the case does not."""
    facts = facts_of(session, member, today=today)
    minor = is_minor(facts, today, rules_of(member.case.country).adult_years)
    return member.relation != "child" if minor is None else not minor


def _agreed(session: Session, members: Iterable[CaseMember], today: dt.date) -> set[object]:
    query = select(ConsentRecord).where(
        ConsentRecord.member_id.in_([one.id for one in members]),
        ConsentRecord.kind == ConsentKind.HOUSEHOLD,
        ConsentRecord.withdrawn_at.is_(None),
    )
    return {row.member_id for row in session.scalars(query) if row.expires_at.date() >= today}
