"""Settings: one frozen dataclass read from the environment (``PASSERELLE_<NAME>``), each field documented."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT_SECRET = "development-only-secret-do-not-use-with-real-people"  # noqa: S105 -- refused in production


class BadSettings(Exception):
    """The environment does not describe a usable, safe installation."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation may change without changing code."""

    environment: str = "development"
    """``production`` switches every check on; ``development`` and ``test`` allow default secrets."""
    database_url: str = f"sqlite:///{ROOT / 'var' / 'passerelle.sqlite'}"
    """SQLAlchemy address: ``sqlite:///file`` (SpatiaLite) or ``postgresql+psycopg://…`` (PostGIS)."""
    secret_key: str = DEVELOPMENT_SECRET
    """Signs form tokens and access tokens; at least 32 characters."""
    password_salt: str = DEVELOPMENT_SECRET
    """Peppers password hashes before Argon2; at least 32 characters; never changes."""
    field_keys: str = ""
    """Fernet keys for personal columns, newest first, separated by commas; older keys still decrypt."""
    hash_key: str = ""
    """Key of the HMAC under which phone numbers and codes are looked up; at least 32 characters."""
    totp_keys: str = ""
    """Secrets for stored second factors, ``number:secret`` separated by commas, newest first."""
    demo: bool = False
    """Marks every screen as a demonstration and lets demo accounts in without a second factor."""
    default_language: str = "fr"
    """Language for a visitor whose browser asks for none that we have."""
    default_country: str = "GM"
    """ISO 3166-1 alpha-2 code of the country first shown on the search page."""
    tile_url: str = ""
    """Optional raster tiles ``https://…/{z}/{x}/{y}.png``; empty: the built-in vector basemap only."""
    session_idle_minutes: int = 30
    """A session unused for so long ends (NIST 800-63B AAL2: 30 minutes)."""
    session_hours: int = 12
    """A session ends after so long whatever its use (NIST 800-63B AAL2: 12 hours)."""
    search_per_minute: str = "120 per minute"
    """Public searches that one address may make."""
    login_per_minute: str = "20 per minute"
    """Sign-in attempts that one address may make; a shared line of an office stays under it."""
    secure_cookies: bool = False
    """Cookies only over HTTPS, with the ``__Host-`` prefix; forced in production."""
    proxies: int = 0
    """How many trusted reverse proxies stand in front and set X-Forwarded-For."""
    spatialite: str = "mod_spatialite"
    """Name or file of the SpatiaLite extension."""
    contact_email: str = ""
    """Where readers report errors in the directory; empty: the pages offer no such link."""
    sms_url: str = ""
    """Address of the SMS gateway; empty: messages go to the log channel."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded engine is used."""
        return self.database_url.startswith("sqlite")


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Settings from the environment, then ``overrides``; raises ``BadSettings`` with every problem."""
    values: dict[str, Any] = {}
    for field in fields(Settings):
        text = os.environ.get(f"PASSERELLE_{field.name.upper()}")
        if text is not None:
            values[field.name] = _parse(field.name, text, getattr(Settings(), field.name))
    values.update(overrides or {})
    settings = Settings(**values)
    problems = _problems(settings)
    if problems:
        raise BadSettings(" ".join(problems))
    return settings


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise BadSettings(f"PASSERELLE_{name.upper()} must be a whole number.") from None
    return text


def _problems(settings: Settings) -> list[str]:
    if settings.environment not in {"production", "development", "test"}:
        return ["PASSERELLE_ENVIRONMENT must be production, development or test."]
    if settings.environment != "production":
        return []
    problems = []
    for name in ("secret_key", "password_salt", "hash_key"):
        value = getattr(settings, name)
        if value == DEVELOPMENT_SECRET or len(value) < 32:
            problems.append(f"PASSERELLE_{name.upper()} must be a secret of at least 32 characters.")
    if not settings.field_keys:
        problems.append("PASSERELLE_FIELD_KEYS must hold at least one Fernet key.")
    if not settings.totp_keys:
        problems.append("PASSERELLE_TOTP_KEYS must hold at least one numbered secret.")
    if settings.demo:
        problems.append("PASSERELLE_DEMO must be off.")
    return problems


def derived_key(settings: Settings, purpose: str) -> str:
    """A Fernet key for development and tests, where none was given."""
    digest = hashlib.sha256(f"{purpose}:{settings.secret_key}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
