"""Signs of life of the worker."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class WorkerRun(Base):
    """One run of one job: when it gave signs of life and what it did, in numbers."""

    __tablename__ = "worker_run"
    __table_args__ = (Index("ix_worker_run_job_beat_at", "job", "beat_at"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    job: Mapped[str] = mapped_column(String(40))
    """Name of a job of ``routing.jobs``."""
    started_at: Mapped[dt.datetime]
    beat_at: Mapped[dt.datetime]
    """The last sign of life."""
    finished_at: Mapped[dt.datetime | None]
    done: Mapped[dict[str, Any]]
    """How often each thing was done."""
    things: Mapped[int] = mapped_column(default=0)
    """All of them together."""
    failed: Mapped[int] = mapped_column(default=0)
    is_broken: Mapped[bool] = mapped_column(default=False)
    """It ended with an error of its own: no sign of life."""
