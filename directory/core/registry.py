"""A package that fills itself: adding an item is adding a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from threading import RLock
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
        self._begun = self._loaded = False
        self._loading = RLock()

    def add(self, item: T) -> T:
        """Register ``item``; two items of one name are a programming error."""
        if item.name in self._items:
            raise ValueError(f"{item.name!r} is registered twice in {self._package}")
        self._items[item.name] = item
        return item

    def _load(self) -> dict[str, T]:
        """All items. Who asks while another thread fills the registry waits until it is full."""
        if not self._loaded:
            with self._loading:
                self._fill()
        return self._items

    def _fill(self) -> None:
        if self._begun:  # another thread has filled it, or one of its own modules asks
            return
        self._begun = True
        try:
            for module in iter_modules(import_module(self._package).__path__):
                import_module(f"{self._package}.{module.name}")
            self._items = dict(sorted(self._items.items()))
            self._loaded = True
        finally:
            self._begun = self._loaded  # half a registry is none: the next who asks meets the error

    def __getitem__(self, name: str) -> T:
        return self._load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())
