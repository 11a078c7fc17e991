"""What one run of a piece of work did: how often each thing, and how often something failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """Counts by the code of what was done; nothing about whom."""

    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
