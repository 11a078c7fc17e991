"""Times of many calls, taken in turn so that both sides meet the same machine."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from time import perf_counter, thread_time
from typing import Any

import numpy as np


class Times:
    """Milliseconds of single calls: by the clock, and of this thread's own work."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self.own: list[float] = []

    def take(self, call: Callable[[], Any]) -> Any:
        """Run one call and keep how long it took."""
        begun, own = perf_counter(), thread_time()
        found = call()
        self.own.append((thread_time() - own) * 1000)
        self.all.append((perf_counter() - begun) * 1000)
        return found

    def add(self, others: Times) -> None:
        """Keep the times of another round too."""
        self.all += others.all
        self.own += others.own

    def at(self, percent: float) -> float:
        """The percentile, in milliseconds."""
        return float(np.percentile(self.all, percent))

    def spread(self) -> float:
        """p95 over p50 of this thread's own work: what other programs took is left out."""
        return float(np.percentile(self.own, 95) / np.percentile(self.own, 50))

    def __str__(self) -> str:
        return f"p50 {self.at(50):.3f} ms, p95 {self.at(95):.3f} ms"


BLOCK = 20
"""Calls of one side before the other's turn: neither always meets the other's data in the caches."""


def in_turn(*sides: Sequence[Callable[[], Any]]) -> list[Times]:
    """Each side's calls, a block of each after the other, with the collector off."""
    found = [Times() for _ in sides]
    gc.collect()
    gc.disable()
    try:
        for start in range(0, max(map(len, sides)), BLOCK):
            for times, calls in zip(found, sides, strict=True):
                for call in calls[start : start + BLOCK]:
                    times.take(call)
    finally:
        gc.enable()
    return found
