"""A file of people: one row each, facts by name, as a spreadsheet or a registration desk writes it.

Columns are ``person`` (any code, only repeated in the answer), ``category`` (several with ``;``),
``country``, ``priority``, ``lon``, ``lat``, ``radius`` and the names of facts. An empty cell means that
nothing is known. Equal cells are read once: ten thousand people have a few dozen ages.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.fact_table import FACTS
from routing.facts import Facts, Value, read_value
from routing.forms.proposals import read_need
from routing.proposals import NeedAsked
from routing.residing import with_residence
from routing.shapes import BadValue

PLACE = ("lon", "lat", "radius")
NEED = ("category", "country", "priority")
ABOUT = ("person", *NEED, *PLACE)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row: who, what is known, what is needed, or what is wrong with it."""

    number: int
    """Line of the file, the header being 1."""
    person: str
    facts: Facts = field(default_factory=Facts)
    needs: tuple[NeedAsked, ...] = ()
    problems: Mapping[str, Text] = field(default_factory=dict)


class PeopleFile:
    """Reads rows; remembers every cell it has read."""

    def __init__(self, stream: TextIO, *, today: dt.date, need: Mapping[str, object]) -> None:
        """``need`` holds what is asked for everybody: ``k``, ``sender``, a default ``category``, …"""
        self.rows, self.today, self.need = csv.reader(stream), today, need
        self.names = [name.strip() for name in next(self.rows, [])]
        unknown = [name for name in self.names if name not in FACTS and name not in ABOUT]
        if unknown or not self.names:
            problems = {name: N_("There is no fact “{name}”.", name=name) for name in unknown}
            raise Invalid(problems or {"": N_("The file is empty.")})
        self._values: dict[tuple[str, str], Value | Text] = {}
        self._needs: dict[tuple[str, ...], tuple[NeedAsked, ...] | Mapping[str, Text]] = {}

    def __iter__(self) -> Iterator[PersonRow]:
        for number, cells in enumerate(self.rows, start=2):
            if any(cells):
                told = {
                    name: cell.strip()
                    for name, cell in zip(self.names, cells, strict=False)
                    if cell.strip()
                }
                yield self._row(number, told)

    def _row(self, number: int, told: Mapping[str, str]) -> PersonRow:
        values: dict[str, Value] = {}
        problems: dict[str, Text] = {}
        for name, cell in told.items():
            if name in FACTS:
                self._keep(name, self._value(name, cell), values, problems)
        if "lon" in told or "lat" in told:
            place = {name: told.get(name) for name in PLACE}
            self._keep("location", self._read("location", place), values, problems)
        needs = self._needs_of(tuple(told.get(name, "") for name in NEED))
        if isinstance(needs, Mapping):
            problems |= needs
            needs = ()
        facts = with_residence(Facts(values))
        return PersonRow(number, told.get("person", ""), facts, needs, problems)

    @staticmethod
    def _keep(
        name: str, found: Value | Text, values: dict[str, Value], problems: dict[str, Text]
    ) -> None:
        if isinstance(found, Value):
            values[name] = found
        else:
            problems[name] = found

    def _value(self, name: str, cell: str) -> Value | Text:
        found = self._values.get((name, cell))
        if found is None:
            found = self._values[name, cell] = self._read(name, cell)
        return found

    def _read(self, name: str, entry: object) -> Value | Text:
        try:
            return read_value(name, entry, today=self.today)
        except BadValue as error:
            return error.reason

    def _needs_of(self, cells: tuple[str, ...]) -> tuple[NeedAsked, ...] | Mapping[str, Text]:
        found = self._needs.get(cells)
        if found is None:
            found = self._needs[cells] = self._read_needs(cells)
        return found

    def _read_needs(self, cells: tuple[str, ...]) -> tuple[NeedAsked, ...] | Mapping[str, Text]:
        told = {name: cell for name, cell in zip(NEED, cells, strict=True) if cell}
        wanted = str(told.pop("category", self.need.get("category") or "")).split(";")
        try:
            return tuple(
                read_need({**self.need, **told, "category": category.strip()})
                for category in wanted
            )
        except Invalid as error:
            return error.fields
