"""News as an Atom feed (RFC 4287): an entry for each service that is open or about to open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from feedgen.feed import FeedGenerator

from directory.feeds.entry import FeedEntry

MEDIA_TYPE = "application/atom+xml"


def feed(
    entries: Sequence[FeedEntry], *, title: str, address: str, page: str, language: str
) -> bytes:
    """The feed as a file; it was updated when its newest entry was."""
    made = FeedGenerator()
    made.id(address)
    made.title(_plain(title))
    made.language(language)
    made.link(href=address, rel="self", type=MEDIA_TYPE)
    made.link(href=page, rel="alternate")
    made.author({"name": "Passerelle"})
    oldest = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made.updated(max((entry.updated_at for entry in entries), default=oldest))
    for entry in entries:
        one = made.add_entry(order="append")
        one.id(f"urn:uuid:{entry.key}")
        one.title(_plain(entry.title))
        one.link(href=entry.address)
        one.updated(entry.updated_at)
        lines = (entry.summary, *(heading for _, _, heading in entry.days), entry.place)
        one.summary(_plain("\n".join(line for line in lines if line)))
    return bytes(made.atom_str(pretty=True))


def _plain(text: str) -> str:
    """Without characters that XML cannot carry."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
