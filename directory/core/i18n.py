"""Languages: which one a visitor reads, and how a ``Text`` becomes a sentence of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import (
    Babel,
    force_locale,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
)
from flask_login import current_user

from directory.core.config import Settings
from directory.core.text import AreaCode, Metres, Text, Words

LANGUAGES = ("fr", "en")
"""Shipped languages, complete from the first screen; the first is the default."""

AREA_NAMES = "area_names"
"""Entry of ``app.extensions``: a function from the code of a region to its name."""
babel = Babel()


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the language per request and give templates ``words``, ``local`` and ``language``."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_language
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=lambda: chosen_language(settings.default_language))
    app.jinja_env.filters["words"] = words
    app.jinja_env.filters["local"] = local
    app.jinja_env.globals["language"] = language


def chosen_language(default: str) -> str:
    """The visitor's choice, then the account's, then the browser's, then the installation's."""
    if not has_request_context():
        return default
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES, default) or default


def language() -> str:
    """Code of the language of this answer."""
    locale = get_locale()
    return locale.language if locale else LANGUAGES[0]


def words(value: object) -> str:
    """``value`` as a person reads it in the current language."""
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return str(write(value))
    return "" if value is None else str(value)


def translate(text: Text) -> str:
    """The sentence in the current language with its values written out."""
    template = gettext(text.template) if text.template else ""
    return template.format(**{name: words(value) for name, value in text.values.items()})


def shipped(code: str) -> str:
    """The language itself if its sentences are shipped, else the first that is."""
    return code if code in LANGUAGES else LANGUAGES[0]


def translate_into(code: str, text: Text) -> str:
    """The sentence in a language that is not the visitor's: for messages and papers."""
    with force_locale(shipped(code)):
        return translate(text)


def area_name(code: AreaCode) -> str:
    """What people call a region; the code itself where nobody can say (``AREA_NAMES``)."""
    name_of: Callable[[str], str] = current_app.extensions.get(AREA_NAMES, str)
    return name_of(code)


def local(names: Mapping[str, str] | None) -> str:
    """The entry of ``{"en": …, "fr": …}`` in the current language, else in any other."""
    if not names:
        return ""
    return names.get(language()) or next((name for name in names.values() if name), "")


def _distance(metres: float) -> str:
    if metres < 1000:
        return f"{format_decimal(round(metres / 10) * 10)} m"
    digits = "#,##0.0" if metres < 100_000 else "#,##0"
    return f"{format_decimal(metres / 1000, digits)} km"


WRITERS: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (Text, translate),
    (Words, lambda parts: ", ".join(words(part) for part in parts)),
    (Metres, _distance),
    (AreaCode, area_name),
    (dt.datetime, lambda at: format_datetime(at, "d MMM y HH:mm")),
    (dt.date, lambda day: format_date(day, "d MMM y")),
    (bool, lambda yes: gettext("yes") if yes else gettext("no")),
    (int | float | Decimal, format_decimal),
)
"""How each kind of value is written; the first that fits counts."""
