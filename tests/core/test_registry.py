"""A registry is full for whoever asks, whatever happens while it is filled."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from directory.core.registry import Registry

PACKAGE = "items_for_this_test"
TOGETHER = 4
"""Threads that ask at the same moment."""


@dataclass(frozen=True)
class Item:
    name: str


REGISTRIES: dict[str, Registry[Item]] = {}
"""Where the modules written here find the registry that they add themselves to."""


@pytest.fixture
def package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[tuple[Registry[Item], Path]]:
    name = f"{PACKAGE}_{abs(hash(request.node.name))}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    REGISTRIES[name] = Registry(name)
    yield REGISTRIES[name], folder
    del REGISTRIES[name]


def write(folder: Path, name: str, body: str) -> None:
    head = f"""
        from time import sleep
        from tests.core.test_registry import Item, REGISTRIES
        registry = REGISTRIES["{folder.name}"]
    """
    (folder / f"{name}.py").write_text(f"{dedent(head)}\n{body}\n")


def test_items_come_in_order_of_name(package: tuple[Registry[Item], Path]) -> None:
    registry, folder = package
    write(folder, "a", "registry.add(Item('water'))")
    write(folder, "b", "registry.add(Item('land'))")
    assert list(registry) == ["land", "water"]
    with pytest.raises(ValueError, match="'land' is registered twice"):
        registry.add(Item("land"))


def test_module_may_ask_for_what_was_added_before_it(
    package: tuple[Registry[Item], Path],
) -> None:
    registry, folder = package
    write(folder, "a", "registry.add(Item('land'))")
    write(folder, "b", "registry.add(Item(registry['land'].name + '-names'))")
    assert list(registry) == ["land", "land-names"]


def test_whoever_asks_while_it_is_filled_waits_for_all_of_it(
    package: tuple[Registry[Item], Path],
) -> None:
    registry, folder = package
    for name in ("a", "b"):
        write(folder, name, f"sleep(0.2); registry.add(Item('{name}'))")
    with ThreadPoolExecutor(TOGETHER) as threads:
        seen = list(threads.map(lambda _number: list(registry), range(TOGETHER)))
    assert seen == [["a", "b"]] * TOGETHER


def test_half_a_registry_is_never_shown(package: tuple[Registry[Item], Path]) -> None:
    registry, folder = package
    write(folder, "a", "registry.add(Item('a'))")
    write(folder, "b", "raise RuntimeError('broken module')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken module"):
            list(registry)
