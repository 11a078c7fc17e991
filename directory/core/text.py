"""Sentences kept apart from their values, so that a rule can give a reason without knowing a
language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


class Metres(float):
    """A distance in metres that the edge prints as people say it ("850 m", "8.2 km")."""


class AreaCode(str):
    """The path or code of a region, which the edge replaces by the name that people use."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence: an English template, its translation key, and the values that fill it.

    ``values`` may hold numbers, dates, ``Metres`` and other ``Text``; the edge formats and
    translates them (``directory.core.i18n.translate``). ``str()`` gives plain English, for logs
    and tests.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return self.template.format(**{name: _plain(value) for name, value in self.values.items()})

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted((k, str(v)) for k, v in self.values.items()))))


def N_(template: str, /, **values: object) -> Text:  # noqa: N802 -- gettext's own name, found by extraction
    """The sentence ``template`` with ``values``, marked for translation."""
    return Text(template, MappingProxyType(values))


class Words(tuple[object, ...]):
    """Several values (texts, codes, numbers) that the edge reads out separated by commas."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(_plain(part) for part in self)


def _plain(value: object) -> str:
    if isinstance(value, Metres):
        return f"{value:.0f} m" if value < 1000 else f"{value / 1000:.1f} km"
    return str(value)
