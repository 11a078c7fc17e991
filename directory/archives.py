"""Files that are archives inside (ZIP): how much they would become is looked at before they do."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from directory.core.text import N_
from directory.file_formats import refused

MOST_PARTS = 2_000
MOST_BYTES = 400_000_000
"""Of all parts together, unpacked: a sheet of 200,000 services has half of it."""
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
"""What reading a damaged archive raises."""
_ENCRYPTED = 0x1


def check_archive(stream: BinaryIO, most: Mapping[str, int]) -> None:
    """Refuse an archive that is damaged, locked, or larger inside than any list.

    ``most``: bytes of single parts by the end of their name. An archive that claims less than it
    holds is cut off at what it claims by whoever unpacks it.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (*BROKEN_ARCHIVE, ValueError, LookupError) as error:
        raise refused(N_("The file is damaged: it cannot be unpacked.")) from error
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise refused(N_("The file is protected by a password: save it without one."))
    too_large = any(
        part.file_size > limit and part.filename.lower().endswith(ending)
        for part in parts
        for ending, limit in most.items()
    )
    if too_large or len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_BYTES:
        raise refused(N_("Unpacked, the file would be far larger than any list of services."))
    stream.seek(0)
