"""Facts and a need, as a program or a file gives them, become values for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing.eligibility import Verdict
from routing.facts import Facts
from routing.priorities import Priority
from routing.proposals import MOST, NeedAsked
from routing.queries.country_bounds import country_bounds
from routing.residing import with_residence
from routing.values import Place

ASKED_FIELDS = frozenset({"facts", "need", "only", "overview", "findings"})
NEED_FIELDS = frozenset(
    {"category", "priority", "country", "k", "excludes_government", "wishes", "sender"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks the engine."""

    facts: Facts
    need: NeedAsked
    only: frozenset[Verdict] = frozenset(Verdict)
    """Answers that are wanted."""
    overview: bool = True
    """With counts and questions."""
    findings: bool = True
    """With every condition."""


def read_asked(session: Session, raw: Mapping[str, Any], *, today: dt.date) -> Asked:
    """Facts and need from ``{"facts": {…}, "need": {…}}``; raises ``Invalid`` with every problem.

    Fields of the problem are named ``facts.<name>`` and ``need.<name>``. ``only``, ``overview`` and
    ``findings`` say which parts of the answer are wanted.
    """
    problems = _unknown(raw, ASKED_FIELDS) | _unwanted(raw)
    facts, need = Facts(), None
    try:
        facts = with_residence(Facts.read(_mapping(raw, "facts"), today=today))
    except Invalid as error:
        problems |= {f"facts.{name}": reason for name, reason in error.fields.items()}
    try:
        need = read_need(_mapping(raw, "need"))
    except Invalid as error:
        problems |= {f"need.{name}": reason for name, reason in error.fields.items()}
    if need is not None:
        problems |= _wrong_place(session, facts, need.country, today)
    if problems or need is None:
        raise Invalid(problems)
    return Asked(
        facts,
        need,
        frozenset(Verdict(one) for one in raw.get("only") or Verdict),
        raw.get("overview") is not False,
        raw.get("findings") is not False,
    )


def read_need(raw: Mapping[str, Any]) -> NeedAsked:
    """The need alone; raises ``Invalid``."""
    problems = _unknown(raw, NEED_FIELDS)
    category = str(raw.get("category") or "")
    if category not in CATEGORIES:
        problems["category"] = N_("A category is needed, one of: {codes}.", codes=Words(CATEGORIES))
    priority = str(raw.get("priority") or Priority.P3)
    if priority not in tuple(Priority):
        problems["priority"] = N_("A priority is needed, one of: {codes}.", codes=Words(Priority))
    country = str(raw.get("country") or "").upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        problems["country"] = N_("A country code of two letters is needed, such as GN.")
    k, wishes = raw.get("k", 5), raw.get("wishes") or []
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST:
        problems["k"] = N_("A number from {low} to {high} is needed.", low=1, high=MOST)
    excludes = raw.get("excludes_government") or False
    if not isinstance(excludes, bool):
        problems["excludes_government"] = N_("Yes or no is needed.")
    if not isinstance(wishes, list) or not all(_is_id(one) for one in wishes):
        problems["wishes"] = N_("A list of listing ids is needed.")
    if problems:
        raise Invalid(problems)
    return NeedAsked(
        category,
        Priority(priority),
        country or None,
        k,
        excludes,
        tuple(UUID(one) for one in wishes),
        str(raw.get("sender") or ""),
    )


def _unknown(raw: Mapping[str, Any], names: frozenset[str]) -> dict[str, Text]:
    return {name: N_("There is no field “{name}”.", name=name) for name in sorted(set(raw) - names)}


def _unwanted(raw: Mapping[str, Any]) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    only = raw.get("only") or []
    if not isinstance(only, list) or any(one not in tuple(Verdict) for one in only):
        problems["only"] = N_("Some of these are needed: {codes}.", codes=Words(Verdict))
    for name in ("overview", "findings"):
        if not isinstance(raw.get(name, True), bool):
            problems[name] = N_("Yes or no is needed.")
    return problems


def _mapping(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name) or {}
    if not isinstance(found, Mapping):
        raise Invalid({"": N_("Names with values are needed.")})
    return found


def _wrong_place(
    session: Session, facts: Facts, country: str | None, today: dt.date
) -> dict[str, Text]:
    place = facts.known("location", today).value
    if not isinstance(place, Place) or place.lon is None or place.lat is None or country is None:
        return {}
    box = country_bounds(session).get(country)
    if box is None or box.holds(place.lon, place.lat):
        return {}
    if box.holds(place.lat, place.lon):
        return {"facts.location": N_("Longitude and latitude seem to be swapped.")}
    return {"facts.location": N_("This position does not lie in the country {code}.", code=country)}


def _is_id(raw: object) -> bool:
    try:
        UUID(str(raw))
    except ValueError:
        return False
    return True
