"""Kinds of criteria, one a module.

To add a kind, add one module here: a frozen data class of its parameters, each made by ``ask`` with
a shape and a label, with ``describe()`` giving the condition in plain words; and a function
decorated with ``@kind`` that judges it::

    @dataclass(frozen=True, slots=True)
    class ShoeSize:
        \"\"\"A smallest size.\"\"\"

        min: int = ask(shapes.number(), N_("Smallest size"))

        def describe(self) -> Text:
            return N_("Shoe size {min} or more", min=self.min)


    @kind(ShoeSize, label=N_("Shoe size"), about=N_("The person's shoes have at least this size."),
          reads=("shoe-size",), example=Example({"min": 40}, "where the example comes from"))
    def shoe_size(facts: Facts, asks: ShoeSize, offer: Offer, today: dt.date) -> Finding:
        \"\"\"Sizes are compared as numbers.\"\"\"

Its name is that of the function with hyphens (``shoe-size``). Forms, API validation, the list of
kinds, the documentation page and the engine read ``KINDS``; nothing else is touched. Three rules:
an unknown or stale fact gives UNKNOWN, never NO; what is definite for an interval of values is
definite for every value in it; ``offer`` names every field of ``Offer`` that is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Unpack

from directory.core.registry import Registry
from directory.core.text import Text
from routing.answers import Finding
from routing.facts import Facts
from routing.kinds import A, Example, Kind, Settings
from routing.offer import Offer

KINDS: Registry[Kind] = Registry("routing.criteria")


def kind(
    asks: type[A], *, label: Text, about: Text, example: Example, **settings: Unpack[Settings]
) -> Callable[[Callable[[Facts, A, Offer, dt.date], Finding]], Kind]:
    """The decorator that makes a kind of criterion of a function and registers it."""

    def register(judge: Callable[[Facts, A, Offer, dt.date], Finding]) -> Kind:
        name = judge.__name__.replace("_", "-")
        return KINDS.add(Kind(name, label, about, asks, judge, example, **settings))

    return register
