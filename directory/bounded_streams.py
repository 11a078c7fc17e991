"""A stream of which only so much is read for one record: a file must not fill the memory."""

from __future__ import annotations

from typing import BinaryIO

from directory.core.text import N_
from directory.file_formats import refused

LONGEST_RECORD = 4_000_000
"""Bytes. The shape of a coastline is larger; the shape of a building is not."""


class BoundedStream:
    """Reads from another stream; ``next_record`` says that what was read has been dealt with."""

    def __init__(self, stream: BinaryIO, most: int = LONGEST_RECORD) -> None:
        self._stream, self._most = stream, most
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and never everything at once; refuses what has no end."""
        content = self._stream.read(min(size, self._most) if size >= 0 else self._most)
        self._since += len(content)
        if self._since > self._most:
            raise refused(N_("One entry of the file is so long that this cannot be a list."))
        return content

    def next_record(self) -> None:
        """The count begins anew."""
        self._since = 0
