"""How HSDS objects are described here: one table from which schemas, patches and tables come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of an object."""

    name: str
    about: str
    type: str = "string"
    """A type of JSON Schema."""
    format: str | None = None
    choices: tuple[str, ...] = ()
    of: str | None = None
    """Name of the object that it holds: one, or a list of them where ``type`` is ``array``."""
    items: str | None = None
    """Type of the items of a list of plain values."""
    required: bool = False
    required_in_table: bool = False
    """Required in the tabular form only, where nothing is nested."""
    is_ours: bool = False
    """Not in HSDS: added by the profile."""

    @property
    def is_plain(self) -> bool:
        """Whether it is one cell of a table."""
        return self.of is None and self.type not in {"array", "object"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object."""

    name: str
    """As HSDS calls it, in the singular."""
    about: str
    properties: tuple[Property, ...]
    table: str = ""
    """Name of its table, without ``.csv``; nothing for what never stands in one."""
    is_ours: bool = False

    def with_ours(self, *more: Property) -> Kind:
        """The same with properties that the profile adds."""
        ours = tuple(replace(one, is_ours=True) for one in more)
        return replace(self, properties=self.properties + ours)


Kinds = Mapping[str, Kind]


def text(name: str, about: str, *, format: str | None = None, required: bool = False) -> Property:  # noqa: A002 -- JSON Schema's own word
    """A text."""
    return Property(name=name, about=about, format=format, required=required)


def key(name: str, about: str, *, required: bool = False, in_table: bool = False) -> Property:
    """An identifier: a UUID."""
    return Property(
        name=name, about=about, format="uuid", required=required, required_in_table=in_table
    )


def own_key() -> Property:
    """The identifier of the object itself."""
    return key("id", "Identifier; always the same for the same object.", required=True)


def number(name: str, about: str, *, type: str = "number", required: bool = False) -> Property:  # noqa: A002 -- JSON Schema's own word
    """A number."""
    return Property(name=name, about=about, type=type, required=required)


def flag(name: str, about: str) -> Property:
    """True or false."""
    return Property(name=name, about=about, type="boolean")


def choice(name: str, about: str, *choices: str, required: bool = False) -> Property:
    """One of a few codes."""
    return Property(name=name, about=about, choices=choices, required=required)


def one(name: str, of: str, about: str, *, required: bool = False) -> Property:
    """A nested object."""
    return Property(name=name, about=about, type="object", of=of, required=required)


def many(name: str, of: str, about: str) -> Property:
    """A list of nested objects."""
    return Property(name=name, about=about, type="array", of=of)


def texts(name: str, about: str) -> Property:
    """A list of texts."""
    return Property(name=name, about=about, type="array", items="string")
