"""When silence of the worker is an alarm (dead-man alarm within five minutes)."""

from __future__ import annotations

import datetime as dt

LATE = dt.timedelta(minutes=5)
"""A job that gave no sign of life for so long, beyond its own rhythm, stands still."""
CLOCKS = "clocks"
"""The job that watches the deadlines: everybody who coordinates is told when it stands still."""


def is_late(beat_at: dt.datetime | None, every: dt.timedelta, now: dt.datetime) -> bool:
    """Whether a job that should run ``every`` so often has been silent too long, or never ran."""
    return beat_at is None or now - beat_at > every + LATE
