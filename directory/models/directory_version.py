"""The number that tells every process whether its picture of the directory is still true."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class DirectoryVersion(Base):
    """One row: counts up once in each transaction that changes a listing."""

    __tablename__ = "directory_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
