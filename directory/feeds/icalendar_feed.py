"""News as an iCalendar (RFC 5545): an all-day event for each day that matters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from icalendar import Calendar, Event

from directory.feeds.entry import FeedEntry

MEDIA_TYPE = "text/calendar"


def calendar(entries: Iterable[FeedEntry], *, title: str, language: str) -> bytes:
    """The calendar as a file."""
    found = Calendar()
    found.add("prodid", "-//Passerelle//Directory//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("name", title, parameters={"language": language})
    found.add("x-wr-calname", title)
    found.add("refresh-interval", dt.timedelta(hours=12), parameters={"value": "DURATION"})
    for entry in entries:
        for kind, day, heading in entry.days:
            found.add_component(_event(entry, kind.value, day, heading))
    return bytes(found.to_ical())


def _event(entry: FeedEntry, kind: str, day: dt.date, heading: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}-{kind}-{day:%Y%m%d}@passerelle")
    event.add("dtstamp", entry.updated_at)
    event.add("last-modified", entry.updated_at)
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", heading)
    event.add("description", f"{entry.summary}\n{entry.address}")
    event.add("location", entry.place)
    event.add("url", entry.address)
    event.add("transp", "TRANSPARENT")
    return event
