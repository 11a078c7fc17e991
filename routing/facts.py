"""What is known about a person: values with source and date, and the facts they answer.

To add a fact, add an entry to ``routing/fact_table.py``. "Nothing is known" (the name is absent) is
different from "known to be empty" (an empty set): only the first is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.fact_table import FACTS, Fact
from routing.shapes import BadValue
from routing.values import NOTHING, STALE, Seen, Source, Value

__all__ = ["FACTS", "Fact", "Facts", "Source", "Value", "read_value", "write_value"]


@dataclass(frozen=True, slots=True, eq=False)
class Facts(Mapping[str, Value]):
    """An immutable mapping from the name of a fact to what is known of it."""

    _values: Mapping[str, Value]

    def __init__(self, values: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        found = dict(values)
        if unknown := sorted(set(found) - set(FACTS)):
            raise Invalid({name: N_("There is no fact “{name}”.", name=name) for name in unknown})
        object.__setattr__(self, "_values", found)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and dict(self._values) == dict(other._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def said(self, name: str) -> Value | None:
        """What was said of ``name``, whether it still counts or not; faster than ``get``."""
        return self._values.get(name)

    def known(self, name: str, today: dt.date) -> Seen:
        """The usable value of ``name`` today: unknown when absent, stale when out of date."""
        value = self._values.get(name)
        if value is None:
            return NOTHING
        last = value.expires or FACTS[name].last_day(value.as_of)
        if last is not None and today > last:
            return STALE
        return Seen(value.value, value.source)

    def key(self, names: Iterable[str], today: dt.date) -> tuple[Seen, ...]:
        """What a criterion that reads ``names`` can tell apart; verdicts are remembered by it."""
        return tuple(self.known(name, today) for name in names)

    def having(self, **values: Value) -> Facts:
        """The facts with these learned or changed; underscores stand for hyphens in the names."""
        return self.learning({name.replace("_", "-"): value for name, value in values.items()})

    def learning(self, values: Mapping[str, Value]) -> Facts:
        """The facts with ``values`` learned or changed."""
        return Facts({**self._values, **values})

    def without(self, *names: str) -> Facts:
        """The facts without these."""
        return Facts({name: value for name, value in self._values.items() if name not in names})

    def stale(self, today: dt.date) -> tuple[str, ...]:
        """Names of the facts that are out of date."""
        return tuple(name for name in self if self.known(name, today).stale)

    def written(self) -> dict[str, dict[str, object]]:
        """As JSON, for the API, exports and the encrypted column; ``Facts.read`` reads it."""
        return {name: write_value(name, value) for name, value in self._values.items()}

    @classmethod
    def read(cls, raw: Mapping[str, object], *, today: dt.date) -> Facts:
        """Facts from JSON, a form or a row; raises ``Invalid`` with every problem.

        An entry is ``{"value": …, "source": …, "as_of": …, "expires": …}`` or the bare value, which
        is then declared today. ``None`` and empty text mean that nothing is known.
        """
        values: dict[str, Value] = {}
        problems: dict[str, Text] = {}
        for name, entry in raw.items():
            if entry is None or entry == "":
                continue
            try:
                values[name] = read_value(name, entry, today=today)
            except BadValue as error:
                problems[name] = error.reason
        if problems:
            raise Invalid(problems)
        return cls(values)


def read_value(name: str, entry: object, *, today: dt.date) -> Value:
    """One value with its source and dates; raises ``BadValue``."""
    if name not in FACTS:
        raise BadValue(N_("There is no fact “{name}”.", name=name))
    wrapped = entry if isinstance(entry, Mapping) and "value" in entry else {"value": entry}
    try:
        source = Source(str(wrapped.get("source") or Source.DECLARED))
        as_of = _date(wrapped.get("as_of")) or today
        expires = _date(wrapped.get("expires"))
    except ValueError as error:
        raise BadValue(N_("The source or a date of this value is not usable.")) from error
    return Value(FACTS[name].shape.read(wrapped["value"]), source, as_of, expires)


def write_value(name: str, value: Value) -> dict[str, object]:
    """One value as JSON."""
    return {
        "value": FACTS[name].shape.write(value.value),
        "source": str(value.source),
        "as_of": value.as_of.isoformat(),
        "expires": value.expires.isoformat() if value.expires else None,
    }


def _date(raw: Any) -> dt.date | None:
    if raw is None or raw == "":
        return None
    return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(str(raw))
