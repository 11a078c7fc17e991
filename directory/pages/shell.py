"""What the frame of every page needs: menu, addresses of files, language switch, words for time."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for

from directory import spoken_time
from directory.core.clock import now, today
from directory.core.i18n import LANGUAGES, words
from directory.core.security import current_actor
from directory.core.text import Metres, Text

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
"""Each language in itself, never translated."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the main menu, shown to those who may use it."""

    endpoint: str
    label: Text
    icon: str
    permission: str | None = None
    """Nobody is asked when it is None."""
    later: bool = False
    """Behind “More” once somebody is signed in: their own work comes first."""


@dataclass(frozen=True, slots=True)
class MenuLink:
    """An entry of this request's menu."""

    address: str
    label: Text
    icon: str
    current: bool
    later: bool


def init_app(app: Flask, entries: Iterable[MenuEntry], below: Iterable[MenuEntry] = ()) -> None:
    """Give templates ``menu foot asset languages language_url page_url`` and the words for time.

    ``below`` are links at the foot of every page.
    """
    app.extensions["menu"], app.extensions["foot"] = tuple(entries), tuple(below)
    app.jinja_env.globals.update(
        menu=lambda: links("menu"), foot=lambda: links("foot"), asset=asset,
        languages=languages, language_url=language_url, page_url=page_url,
        due_words=lambda at: spoken_time.due_words(at, now()),
        is_late=lambda at: at < now(),
        ago_words=_ago,
        attributes=_attributes,
    )  # fmt: skip
    app.jinja_env.filters["metres"] = lambda metres: words(Metres(metres))


def links(place: str) -> list[MenuLink]:
    """The entries of ``menu`` or ``foot`` that the actor may use."""
    actor = current_actor()
    return [
        MenuLink(
            url_for(entry.endpoint),
            entry.label,
            entry.icon,
            entry.endpoint == request.endpoint,
            entry.later and actor.user_id is not None,
        )
        for entry in current_app.extensions[place]
        if entry.permission is None or actor.may(entry.permission)
    ]


def languages() -> list[tuple[str, str]]:
    """Code and own name of each language."""
    return [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]


def language_url(code: str) -> str:
    """Address that changes the language and comes back to this page."""
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("language.choose", code=code, next=here)


def page_url(number: int) -> str:
    """This page's address with another page of its list."""
    query = request.args.to_dict(flat=False) | {"page": [str(number)]}
    return f"{request.script_root}{request.path}?{urlencode(query, doseq=True)}"


def asset(filename: str) -> str:
    """Address of a static file with the fingerprint of its content: browsers keep it for ever."""
    folder = str(current_app.static_folder)
    fingerprint = _fingerprint.__wrapped__ if current_app.debug else _fingerprint
    return url_for("static", filename=filename, v=fingerprint(folder, filename))


@lru_cache(maxsize=256)
def _fingerprint(folder: str, filename: str) -> str | None:
    """Read once while a server runs: its files change only when it is set up anew."""
    path = Path(folder) / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None


def _ago(when: dt.date | dt.datetime) -> Text:
    day = when.date() if isinstance(when, dt.datetime) else when
    return spoken_time.ago_words(day, today())


def _attributes(field: object, described: str) -> dict[str, str]:
    found = {"aria_describedby": described} if described else {}
    return found | ({"aria_invalid": "true"} if getattr(field, "errors", None) else {})
