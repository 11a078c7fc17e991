"""Languages: which one a visitor reads, and how a ``Text`` becomes a sentence of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from flask import Flask, has_request_context, request, session
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
)
from flask_login import current_user

from directory.core.config import Settings
from directory.core.text import Metres, Text, Words

LANGUAGES = ("fr", "en")
"""Shipped languages, complete from the first screen; the first is the default."""

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
    if isinstance(value, Text):
        return translate(value)
    if isinstance(value, Words):
        return ", ".join(words(part) for part in value)
    if isinstance(value, Metres):
        return _distance(value)
    if isinstance(value, dt.datetime):
        return str(format_datetime(value, "d MMM y HH:mm"))
    if isinstance(value, dt.date):
        return str(format_date(value, "d MMM y"))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float | Decimal):
        return str(format_decimal(value))
    return "" if value is None else str(value)


def translate(text: Text) -> str:
    """The sentence in the current language with its values written out."""
    template = gettext(text.template) if text.template else ""
    return template.format(**{name: words(value) for name, value in text.values.items()})


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
