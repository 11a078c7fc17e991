"""What a kind of criterion is made of; the kinds are the modules of ``routing.criteria``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Protocol, TypedDict, TypeVar

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.answers import Finding
from routing.facts import Facts
from routing.offer import Offer
from routing.shapes import BadValue, Shape


class Asks(Protocol):
    """Parameters of a kind: a frozen data class whose fields are made by ``ask``."""

    def describe(self) -> Text:
        """The condition in plain words, for the public page: "18 to 35 years"."""
        ...


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a kind, as forms, the API and the documentation need it."""

    name: str
    label: Text
    shape: Shape
    required: bool
    default: Any


@dataclass(frozen=True, slots=True)
class Example:
    """A real condition of the kind, with the document that states it."""

    asks: Mapping[str, object]
    source: str


A = TypeVar("A", bound=Asks)


class Settings(TypedDict, total=False):
    """What ``@kind`` may say besides the obligatory; see ``Kind``."""

    reads: Reads
    offer: Reads
    hard: bool
    presumes: bool
    standing: bool


Judge = Callable[[Facts, Any, Offer, dt.date], Finding]
Names = tuple[str, ...]
Reads = Names | Callable[[Any], Names]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of criterion: what it asks for, what it reads, and how it judges."""

    name: str
    label: Text
    about: Text
    """One sentence for editors: what the criterion demands."""
    asks: type[Any]
    """Data class of the parameters."""
    judge: Judge
    """``judge(facts, asks, offer, today)``: pure and cheap."""
    example: Example
    reads: Reads = ()
    """Names of the facts it reads, or a function of the parameters that gives them."""
    offer: Reads = ()
    """Names of the fields of ``Offer`` it reads, likewise; none: a verdict may be remembered by
    condition, values of the facts, and day."""
    hard: bool = True
    """Whether a new condition of the kind is hard unless its editor says otherwise."""
    presumes: bool = False
    """An unknown fact counts as YES (exclusions that exist only once stated): cannot be negated."""
    standing: bool = False
    """Applied to every listing from its own fields; no row is needed."""

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters in order."""
        return tuple(_param(item) for item in fields(self.asks))

    def reads_of(self, asks: Any) -> Names:
        """Facts that a condition with these parameters reads."""
        return self.reads(asks) if callable(self.reads) else self.reads

    def offer_of(self, asks: Any) -> Names:
        """Fields of the offer that a condition with these parameters reads."""
        return self.offer(asks) if callable(self.offer) else self.offer

    def read(self, raw: Mapping[str, object]) -> Any:
        """Parameters from JSON, a form or a row; raises ``Invalid`` with every problem."""
        params = {param.name: param for param in self.params}
        problems: dict[str, Text] = {
            name: N_("“{kind}” has no parameter “{name}”.", kind=self.name, name=name)
            for name in raw
            if name not in params
        }
        values: dict[str, Any] = {}
        for name, param in params.items():
            given = raw.get(name)
            if given is None or given == "" or (param.required and given in ([], (), frozenset())):
                if param.required:
                    problems[name] = N_("“{label}” is needed.", label=param.label)
                continue
            try:
                values[name] = param.shape.read(given)
            except BadValue as error:
                problems[name] = error.reason
        if problems:
            raise Invalid(problems)
        return self.asks(**values)

    def write(self, asks: Any) -> dict[str, Any]:
        """Parameters as JSON, without those left at their default."""
        return {
            param.name: param.shape.write(value)
            for param in self.params
            if (value := getattr(asks, param.name)) != param.default
        }

    def schema(self) -> dict[str, object]:
        """JSON Schema of the parameters."""
        return {
            "type": "object",
            "title": str(self.label),
            "description": str(self.about),
            "properties": {
                param.name: {**param.shape.schema, "description": str(param.label)}
                for param in self.params
            },
            "required": [param.name for param in self.params if param.required],
            "additionalProperties": False,
        }


def ask(shape: Shape, label: Text, *, default: Any = MISSING) -> Any:
    """A parameter of a kind; without a default it is required."""
    return field(default=default, metadata={"shape": shape, "label": label})


def _param(item: Field[Any]) -> Param:
    return Param(
        item.name,
        item.metadata["label"],
        item.metadata["shape"],
        item.default is MISSING,
        None if item.default is MISSING else item.default,
    )
