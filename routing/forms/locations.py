"""Where a person lives, as they say it: a point on the map, a name, or a region."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.folding import fold
from directory.queries.places import Suggestion, suggested_places, suggestion_of
from routing.forms.fact_inputs import Answers
from routing.operations.facts import location_at, location_in_place, location_in_region

LOCATION = "location"


class WhichPlace(Invalid):
    """Several places have the typed name, or none: the person chooses."""

    def __init__(
        self, suggestions: list[Suggestion], others: Mapping[str, Text] | None = None
    ) -> None:
        several = N_("Several places have this name: choose one.")
        none = N_("No place of this name is known: use the map or the region.")
        super().__init__({**(others or {}), LOCATION: several if suggestions else none})
        self.suggestions = suggestions


def location_entries(
    session: Session, form: MultiDict[str, str], *, country: str, today: dt.date
) -> dict[str, object]:
    """What was typed, as ``record_facts`` takes it; raises ``Invalid`` or ``WhichPlace``."""
    answers = Answers(form, LOCATION, today)
    value = _value(session, answers, country)
    if value is None:
        return {}
    source, as_of = answers.one("source") or "declared", answers.one("as-of") or today.isoformat()
    return {LOCATION: {"value": value, "source": source, "as_of": as_of}}


def _value(session: Session, answers: Answers, country: str) -> dict[str, object] | None:
    if answers.one("lon") and answers.one("lat"):
        lon, lat = _number(answers, "lon", 180), _number(answers, "lat", 90)
        radius = _number(answers, "radius", 1e6) if answers.one("radius") else 0.0
        return location_at(session, lon, lat, radius=radius)
    if answers.one("choice"):
        return _chosen(session, answers.one("choice"))
    if answers.one("name"):
        return _named(session, answers.one("name"), country)
    return {"region": answers.one("region")} if answers.one("region") else None


def _named(session: Session, typed: str, country: str) -> dict[str, object]:
    found = suggested_places(session, typed, country=country)
    wanted = fold(typed.split(",", maxsplit=1)[0])
    exact = [one for one in found if fold(one.name) == wanted and one.country == country]
    towns = [one for one in exact if one.kind == "place"] or exact
    if len(towns) != 1:
        raise WhichPlace(towns or found)
    return _of(session, towns[0])


def _chosen(session: Session, key: str) -> dict[str, object]:
    try:
        found = suggestion_of(session, UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise Invalid({LOCATION: N_("There is no such place.")})
    return _of(session, found)


def _of(session: Session, found: Suggestion) -> dict[str, object]:
    if found.kind == "place":
        return location_in_place(session, found.id)
    return location_in_region(session, found.id)


def _number(answers: Answers, part: str, limit: float) -> float:
    try:
        value = float(answers.one(part).replace(",", "."))
    except ValueError:
        value = math.nan
    if not abs(value) <= limit:
        raise Invalid({LOCATION: N_("A point on the map has two numbers, like 11.32 and -12.28.")})
    return value
