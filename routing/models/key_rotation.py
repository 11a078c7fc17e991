"""Changes of the keys under which personal columns are stored."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy.orm import Mapped

from directory.core.db import Base, Key


class KeyRotation(Base):
    """One change of keys. While it runs, and only in its own transaction, the encrypted details of
    an event may be written anew; what they say cannot change, the chain of digests covers it.
    """

    __tablename__ = "key_rotation"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    values_written: Mapped[int]
