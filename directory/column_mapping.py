"""Which column of a list means what: the mapping that turns somebody's table into facilities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.categories import CATEGORIES
from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision

FIELDS: dict[str, Text] = {
    "id": N_("Identifier in the list: the same in its next edition"),
    "name": N_("Name of the facility"),
    "country": N_("Country, two letters"),
    "region": N_("Region: name or code"),
    "kind": N_("What kind of facility it is, in the words of the list"),
    "owner": N_("Who runs it"),
    "lon": N_("Longitude in degrees"),
    "lat": N_("Latitude in degrees"),
    "exactness": N_("How the position was found"),
    "place": N_("Town or village"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "hours": N_("Opening hours, such as Mo-Fr 08:00-16:00"),
}
"""What a column can mean."""
REQUIRED = ("id", "name")
LIST_CODE = re.compile(r"[a-z][a-z0-9]{2,}(-[a-z0-9]+)*")
LONGEST_CODE = 20
ANY_OTHER = "*"
_PARTS = frozenset(
    {"list", "category", "language", "source", "columns", "owners", "exactness", "regions"}
)


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation that facilities are put under."""

    name: str
    """Empty: as the list names it."""
    kind: OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """How to read one list."""

    list_code: str
    """Begins every key, so that lists cannot overwrite each other; never changed."""
    category: str
    source: Mapping[str, str]
    """``citation``, ``url``, ``date`` of the list."""
    columns: Mapping[str, str]
    """Field → column."""
    language: Mapping[str, str] = field(default_factory=dict)
    """Of names and kinds, by country; the entry ``*`` is for all others."""
    owners: Mapping[str, Owner] = field(default_factory=dict)
    """What stands in the owner's column, in small letters; empty: nothing stands there."""
    exactness: Mapping[str, Precision] = field(default_factory=dict)
    """What stands in the column of exactness, in small letters; ``*`` is for all others."""
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Country → name of a region in the list, in small letters → its name or code here."""

    def language_of(self, country: str) -> str:
        """The language in which the list names facilities of a country."""
        return self.language.get(country) or self.language.get(ANY_OTHER) or "fr"

    def owner_of(self, written: str) -> Owner | None:
        """The organisation for what stands in the owner's column, if the mapping knows it."""
        return self.owners.get(written.casefold()) or (
            self.owners.get(ANY_OTHER) if written else None
        )

    def exactness_of(self, written: str) -> Precision:
        """How exact a position is; nobody said: no more than the town."""
        return (
            self.exactness.get(written.casefold())
            or self.exactness.get(ANY_OTHER)
            or Precision.TOWN
        )


def read_mapping(content: Mapping[str, Any]) -> ColumnMapping:
    """The mapping that a file or options describe; raises ``Invalid`` with every problem."""
    problems: dict[str, Text] = {}
    _check_parts(content, problems)
    columns = _texts(content.get("columns"))
    source = _texts(content.get("source"))
    _check_columns(columns, problems)
    _check_names(content, source, problems)
    owners = _owners(content.get("owners"), problems)
    exactness = _exactness(content.get("exactness"), problems)
    if problems:
        raise Invalid(problems)
    return ColumnMapping(
        list_code=str(content["list"]),
        category=str(content["category"]),
        source=source,
        columns=columns,
        language=_language(content.get("language")),
        owners=owners,
        exactness=exactness,
        regions=_regions(content.get("regions")),
    )


def _check_parts(content: Mapping[str, Any], problems: dict[str, Text]) -> None:
    for name in sorted(set(content) - _PARTS):
        problems[str(name)] = N_("A mapping has no part “{name}”.", name=str(name))
    for name in ("columns", "source", "owners", "exactness", "regions"):
        if not isinstance(content.get(name, {}), Mapping):
            problems[name] = N_("“{name}” must hold names and values.", name=name)


def _check_columns(columns: Mapping[str, str], problems: dict[str, Text]) -> None:
    unknown = sorted(set(columns) - set(FIELDS))
    if unknown:
        problems["columns"] = N_(
            "Columns cannot mean “{unknown}”; they can mean: {known}.",
            unknown=", ".join(unknown),
            known=", ".join(FIELDS),
        )
    missing = [name for name in REQUIRED if not columns.get(name)]
    if missing:
        problems["columns"] = N_("Say which column is: {missing}.", missing=", ".join(missing))
    if bool(columns.get("lon")) != bool(columns.get("lat")):
        problems["columns"] = N_("Name the columns of both longitude and latitude.")


def _check_names(
    content: Mapping[str, Any], source: Mapping[str, str], problems: dict[str, Text]
) -> None:
    code = str(content.get("list") or "")
    if not LIST_CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        problems["list"] = N_("Give the list a short code such as “who-2019”.")
    if content.get("category") not in CATEGORIES:
        problems["category"] = N_("Choose a category: {known}.", known=", ".join(CATEGORIES))
    if not source.get("citation"):
        problems["source"] = N_("Say where the list comes from: nothing is taken without a source.")


def _owners(content: Any, problems: dict[str, Text]) -> dict[str, Owner]:
    owners = {}
    for written, entry in _entries(content):
        kind = str(entry.get("kind")) if isinstance(entry, Mapping) else ""
        name = str(entry.get("name") or "") if isinstance(entry, Mapping) else ""
        if kind not in set(OrganisationKind) or not (name or written == ANY_OTHER):
            problems["owners"] = N_(
                "The owner “{written}” needs a name and one of these kinds: {known}.",
                written=written,
                known=", ".join(OrganisationKind),
            )
        else:
            owners[written.casefold()] = Owner(name, OrganisationKind(kind))
    if "" not in owners:
        problems.setdefault("owners", N_("Say under whom a facility without an owner is put."))
    return owners


def _exactness(content: Any, problems: dict[str, Text]) -> dict[str, Precision]:
    found = {}
    for written, value in _entries(content):
        if value not in (Precision.SITE, Precision.TOWN):
            problems["exactness"] = N_("A position is exact for the “site” or for the “town”.")
        else:
            found[written.casefold()] = Precision(value)
    return found


def _language(content: Any) -> dict[str, str]:
    if isinstance(content, Mapping):
        return {str(country): str(code) for country, code in content.items()}
    return {ANY_OTHER: str(content)} if content else {}


def _regions(content: Any) -> dict[str, dict[str, str]]:
    return {
        country: {written.casefold(): str(name) for written, name in _entries(names)}
        for country, names in _entries(content)
    }


def _texts(content: Any) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else str(value)
        for name, value in _entries(content)
        if value not in (None, "")
    }


def _entries(content: Any) -> list[tuple[str, Any]]:
    if not isinstance(content, Mapping):
        return []
    return [("" if name is None else str(name), value) for name, value in content.items()]
