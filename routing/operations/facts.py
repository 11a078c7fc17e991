"""Writes what is known about a person; a new statement replaces the older, which is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.models import Place, Region
from directory.queries.regions import region_at
from routing.facts import Facts, write_value
from routing.models import CaseMember, FactRecord
from routing.queries.eligibility_now import region_path
from routing.queries.known_facts import current_facts
from routing.residing import with_residence

PLACE_RADIUS_METRES = 3_000.0
"""A town or village named by its name: the person lives this near to its middle [P]."""


def record_facts(
    session: Session, member: CaseMember, entries: Mapping[str, object], *, actor: Actor,
    now: dt.datetime,
) -> list[FactRecord]:  # fmt: skip
    """Write several facts at once; raises ``Invalid`` with every problem and writes nothing then.

    An entry is ``{"value", "source", "as_of", "expires"}`` or a bare value, as ``Facts.read`` takes
    them. Nothing (``None`` or empty) leaves a fact as it is; ``forget_facts`` takes one back. A home
    in a known region is a region of residence too.
    """
    facts = with_residence(Facts.read(entries, today=now.date()))
    known = {row.name: row for row in current_facts(session, member.id)}
    rows = []
    for name, value in facts.items():
        if name in known:
            known[name].replaced_at = now
        row = FactRecord(
            member_id=member.id, name=name, value=write_value(name, value)["value"],
            source=value.source.value, as_of=value.as_of, expires_on=value.expires,
            recorded_at=now, recorded_by_id=actor.user_id,
        )  # fmt: skip
        session.add(row)
        rows.append(row)
    session.flush()
    if rows:
        _audit(session, member, actor, now, "write", [row.name for row in rows])
    return rows


def forget_facts(
    session: Session, member: CaseMember, names: Iterable[str], *, actor: Actor, now: dt.datetime
) -> None:
    """Nothing is known of these any more: they will be asked."""
    wanted = set(names)
    gone = [row for row in current_facts(session, member.id) if row.name in wanted]
    for row in gone:
        row.replaced_at = now
    session.flush()
    if gone:
        _audit(session, member, actor, now, "forget", [row.name for row in gone])


def make_stale(
    session: Session, member_id: UUID, names: Iterable[str], *, now: dt.datetime
) -> None:
    """These are known to be out of date: they will be asked again."""
    wanted = set(names)
    for row in current_facts(session, member_id):
        if row.name in wanted:
            yesterday = now.date() - dt.timedelta(days=1)
            row.expires_on = min(row.expires_on or yesterday, yesterday)
    session.flush()


def location_at(
    session: Session, lon: float, lat: float, *, radius: float = 0
) -> dict[str, object]:
    """The value of the fact ``location`` for a point on the map, with the region that holds it."""
    found = region_at(session, lon, lat)
    region = session.get(Region, found) if found is not None else None
    value: dict[str, object] = {"lon": lon, "lat": lat, "radius": radius}
    if region is not None:
        value["region"] = "/".join(region_path(region))
    return value


def location_in_place(session: Session, place_id: UUID) -> dict[str, object]:
    """The value of ``location`` for a town or village: near its middle."""
    place = session.get(Place, place_id)
    if place is None:
        raise Invalid({"place_id": N_("There is no such place.")})
    value: dict[str, object] = {"lon": place.lon, "lat": place.lat, "radius": PLACE_RADIUS_METRES}
    if place.region is not None:
        value["region"] = "/".join(region_path(place.region))
    return value


def location_in_region(session: Session, region_id: UUID) -> dict[str, object]:
    """The value of ``location`` for a region: an area, so that distances are asked more exactly."""
    region = session.get(Region, region_id)
    if region is None:
        raise Invalid({"region_id": N_("There is no such region.")})
    return {"region": "/".join(region_path(region))}


def _audit(
    session: Session, member: CaseMember, actor: Actor, now: dt.datetime, verb: str,
    names: list[str],
) -> None:  # fmt: skip
    """Names of facts only, never what they hold."""
    audit.record(
        session, actor, f"routing:fact:{verb}", f"case_member:{member.id}", now=now,
        chain=member.case.organisation_id, facts=sorted(names),
    )  # fmt: skip
