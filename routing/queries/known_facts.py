"""What is known about a person today, read from the encrypted statements."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.criteria.quota import WOMEN
from routing.facts import Facts, Source, Value, read_value
from routing.models import CaseMember, FactRecord
from routing.values import bounds

ADULT_YEARS = 18
"""Age of majority [P] where the country is not asked: ``routing.country_rules``."""


def current_facts(session: Session, member_id: UUID) -> list[FactRecord]:
    """The statements that no newer one has replaced, by name."""
    query = select(FactRecord).where(
        FactRecord.member_id == member_id, FactRecord.replaced_at.is_(None)
    )
    return list(session.scalars(query.order_by(FactRecord.name)))


def fact_history(session: Session, member_id: UUID, name: str) -> list[FactRecord]:
    """Every statement on one fact, newest first."""
    query = select(FactRecord).where(FactRecord.member_id == member_id, FactRecord.name == name)
    return list(session.scalars(query.order_by(FactRecord.recorded_at.desc())))


def facts_of(session: Session, member: CaseMember, *, today: dt.date) -> Facts:
    """As the rules see them; "no public body", said once for the case, counts as said here."""
    values = {row.name: value_of(row, today=today) for row in current_facts(session, member.id)}
    if member.case.excludes_government:
        values["excludes-government"] = Value(True, Source.DECLARED, today)
    return Facts(values)


def value_of(row: FactRecord, *, today: dt.date) -> Value:
    """One statement as the rules see it."""
    entry = {
        "value": row.value, "source": row.source, "as_of": row.as_of, "expires": row.expires_on
    }  # fmt: skip
    return read_value(row.name, entry, today=today)


def population_groups(facts: Facts, today: dt.date) -> frozenset[str]:
    """The groups under which a place taken by the person is counted."""
    groups = set()
    group = facts.known("population-group", today).value
    if isinstance(group, str):
        groups.add(group)
    if facts.known("sex", today).value == "female":
        groups.add(WOMEN)
    return frozenset(groups)


def is_minor(facts: Facts, today: dt.date, adult_years: int = ADULT_YEARS) -> bool | None:
    """Whether the person is under age; nothing when that is not known."""
    ages = age_between(facts, today)
    if ages is None:
        return None
    youngest, oldest = ages
    if youngest >= adult_years:
        return False
    return True if oldest < adult_years else None


def age_between(facts: Facts, today: dt.date) -> tuple[int, int] | None:
    """The least and the most years that the person can have completed."""
    seen = facts.known("born", today).value
    if seen is None:
        return None
    earliest, latest = bounds(seen)
    return years_between(latest, today), years_between(earliest, today)


def years_between(born: dt.date, today: dt.date) -> int:
    """Completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
