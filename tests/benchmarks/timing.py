"""Times of many calls, taken in turn so that both sides meet the same machine."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import numpy as np


class Times:
    """Milliseconds of single calls."""

    def __init__(self) -> None:
        self.all: list[float] = []

    def take(self, call: Callable[[], Any]) -> Any:
        """Run one call and keep how long it took."""
        begun = perf_counter()
        found = call()
        self.all.append((perf_counter() - begun) * 1000)
        return found

    def at(self, percent: float) -> float:
        """The percentile, in milliseconds."""
        return float(np.percentile(self.all, percent))

    def __str__(self) -> str:
        return f"p50 {self.at(50):.3f} ms, p95 {self.at(95):.3f} ms"


def in_turn(*sides: Sequence[Callable[[], Any]]) -> list[Times]:
    """Each side's calls, one of each after the other, with the collector off."""
    found = [Times() for _ in sides]
    gc.collect()
    gc.disable()
    try:
        for calls in zip(*sides, strict=True):
            for times, call in zip(found, calls, strict=True):
                times.take(call)
    finally:
        gc.enable()
    return found
