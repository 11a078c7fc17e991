"""What somebody wants to have in a file, and in which format."""

from __future__ import annotations

from directory.audience import audience_of
from directory.core.clock import now
from directory.core.errors import NotFound
from directory.core.i18n import language, words
from directory.core.security import current_actor
from directory.file_formats import FORMATS, Format, Write
from directory.operations.exports import Export
from directory.search_request import Search


def asked_export(name: str, search: Search) -> tuple[Format, Write, Export]:
    """The format of that name, how it is written, and what whoever asks may have of the search.

    Raises ``NotFound`` for a format that is not written.
    """
    chosen = FORMATS.get(name)
    if chosen is None or chosen.write is None:
        raise NotFound
    wanted = Export(
        search=search,
        audience=audience_of(current_actor()),
        now=now(),
        language=language(),
        words=words,
    )
    return chosen, chosen.write, wanted
