"""A package that fills itself: adding an item is adding a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything with a stable code."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """Items of one kind, by name, in order of name. Adding an item is adding a module to
    ``package``.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._items: dict[str, T] = {}
        self._loaded = False

    def add(self, item: T) -> T:
        """Register ``item``; two items of one name are a programming error."""
        if item.name in self._items:
            raise ValueError(f"{item.name!r} is registered twice in {self._package}")
        self._items[item.name] = item
        return item

    def _load(self) -> dict[str, T]:
        if not self._loaded:
            self._loaded = True
            for module in iter_modules(import_module(self._package).__path__):
                import_module(f"{self._package}.{module.name}")
            self._items = dict(sorted(self._items.items()))
        return self._items

    def __getitem__(self, name: str) -> T:
        return self._load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())
