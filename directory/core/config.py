"""Settings: one frozen dataclass read from the environment (``PASSERELLE_<NAME>``)."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT_SECRET = "development-only-secret-do-not-use-with-real-people"  # noqa: S105 -- refused in production


class BadSettings(Exception):
    """The environment does not describe a usable, safe installation."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation may change without changing code."""

    environment: str = "development"
    """``production`` switches every check on; ``development`` and ``test`` allow default
    secrets."""
    database_url: str = field(default=f"sqlite:///{ROOT / 'var' / 'passerelle.sqlite'}", repr=False)
    """SQLAlchemy address: ``sqlite:///file`` (SpatiaLite), ``postgresql+psycopg://…`` (PostGIS)."""
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    """Signs form tokens and access tokens; at least 32 characters."""
    password_salt: str = field(default=DEVELOPMENT_SECRET, repr=False)
    """Peppers password hashes before Argon2; at least 32 characters; never changes."""
    field_keys: str = field(default="", repr=False)
    """Fernet keys for personal columns, newest first, separated by commas; older ones decrypt."""
    hash_key: str = field(default="", repr=False)
    """Key of the HMAC under which phone numbers and codes are looked up; at least 32 characters.

    Never changes: receipts in people's hands and numbers already stored would not be found again."""
    totp_keys: str = field(default="", repr=False)
    """Secrets for stored second factors, ``number:secret`` separated by commas, newest first."""
    demo: bool = False
    """Marks every screen as a demonstration and lets demo accounts in without a second factor."""
    default_language: str = "fr"
    """Language for a visitor whose browser asks for none that we have."""
    default_country: str = "GM"
    """ISO 3166-1 alpha-2 code of the country first shown on the search page."""
    tile_url: str = ""
    """Optional raster tiles ``https://…/{z}/{x}/{y}.png``; empty: the vector basemap only."""
    session_idle_minutes: int = 30
    """A session unused for so long ends (NIST 800-63B AAL2: 30 minutes)."""
    session_hours: int = 12
    """A session ends after so long whatever its use (NIST 800-63B AAL2: 12 hours)."""
    search_per_minute: str = "600 per minute"
    """Requests without an account that one address may make; a hundred people may share it."""
    exports_per_minute: str = "20 per minute"
    """Files that one address or account may ask for: each is the whole of what a search finds."""
    login_per_minute: str = "10 per minute"
    """Failed sign-ins for one account from one address."""
    login_per_address: str = "60 per minute;600 per hour"
    """Failed sign-ins from one address whatever the account; an office stays under it."""
    complaints_per_address: str = "120 per minute;600 per hour"
    """Complaints without an account from one address; a hundred people may share it."""
    receipts_per_address: str = "60 per minute;300 per hour"
    """Wrong receipts of complaints tried from one address; right ones do not count."""
    complaint_hotlines: str = ""
    """Whom to call instead of writing: ``GN:+224…`` by country, separated by commas."""
    codes_per_address: str = "10 per minute;60 per hour"
    """Wrong codes of receipts from one address."""
    codes_everywhere: str = "600 per minute"
    """Wrong codes of receipts from all addresses together: 55 bits then hold for centuries."""
    secure_cookies: bool = False
    """Cookies only over HTTPS, with the ``__Host-`` prefix; forced in production."""
    proxies: int = 0
    """How many trusted reverse proxies stand in front and set X-Forwarded-For."""
    spatialite: str = "mod_spatialite"
    """Name or file of the SpatiaLite extension."""
    packet_name: str = ""
    """What other installations call this one in the packets that cross a border."""
    packet_secrets: str = field(default="", repr=False)
    """``signing:opening``, made by ``flask routing packet keys``; empty: no packet in or out."""
    packet_partners: str = ""
    """``name:verifying:encrypting`` of each known installation, separated by commas."""
    contact_email: str = ""
    """Where readers report errors in the directory; empty: the pages offer no such link."""
    worker_seconds: int = 20
    """Pause of ``flask worker`` between two turns; from 1 to 60, so that nothing due waits a minute."""
    public_url: str = ""
    """Address at which people reach the installation, ``https://…``, as papers print it; empty: that
    of the request."""
    message_channels: str = "email,sms,in-app,log"
    """Channels in the order in which the first that takes an address is used."""
    smtp_host: str = ""
    """Mail server; empty: accounts find their messages on the page of messages only."""
    smtp_port: int = 587
    """Port of the mail server."""
    smtp_tls: str = "starttls"
    """``starttls``, ``tls`` from the first byte, or ``none``: then only on this machine."""
    smtp_user: str = ""
    """User name at the mail server; empty: it asks for none."""
    smtp_password: str = field(default="", repr=False)
    """Password at the mail server."""
    smtp_from: str = "Passerelle <no-reply@localhost>"
    """Sender of the mails."""
    sms_url: str = ""
    """Kannel's ``http://…/cgi-bin/sendsms``; empty: messages to people go to the log channel."""
    sms_user: str = ""
    """User name at the gateway (group ``sendsms-user``)."""
    sms_password: str = field(default="", repr=False)
    """Password at the gateway."""
    sms_sender: str = "Passerelle"
    """Number or word that a telephone shows as the sender."""
    sms_secret: str = field(default="", repr=False)
    """Letters and digits by which the gateway (user ``kannel``) is known; empty: it may not call."""
    sms_report_url: str = ""
    """``https://…/api/gateway/reports`` as the gateway reaches it; empty: no delivery reports."""
    hotline: str = ""
    """Telephone number that people may call, as it is written in messages to them."""
    quiet_from: int = 21
    """Hour of the evening from which nobody's telephone rings, in the time of the country [P]."""
    quiet_until: int = 7
    """Hour of the morning until which nobody's telephone rings [P]."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded engine is used."""
        return self.database_url.startswith("sqlite")


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Settings from the environment, then ``overrides``; ``BadSettings`` with every problem."""
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        text = os.environ.get(f"PASSERELLE_{setting.name.upper()}")
        if text is not None:
            values[setting.name] = _parse(setting.name, text, getattr(Settings(), setting.name))
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
    if not 1 <= settings.worker_seconds <= 60:
        return ["PASSERELLE_WORKER_SECONDS must be between 1 and 60."]
    if settings.smtp_tls not in {"starttls", "tls", "none"}:
        return ["PASSERELLE_SMTP_TLS must be starttls, tls or none."]
    if not all(0 <= hour <= 23 for hour in (settings.quiet_from, settings.quiet_until)):
        return ["PASSERELLE_QUIET_FROM and PASSERELLE_QUIET_UNTIL must be hours from 0 to 23."]
    if settings.environment != "production":
        return []
    return [
        *_weak_secrets(settings),
        *_unusable_keys(settings),
        *_unsafe_switches(settings),
        *_unsafe_mail(settings),
    ]


def _weak_secrets(settings: Settings) -> list[str]:
    names = ("secret_key", "password_salt", "hash_key")
    values = [getattr(settings, name) for name in names]
    problems = [
        f"PASSERELLE_{name.upper()} must be a secret of at least 32 characters."
        for name, value in zip(names, values, strict=True)
        if value == DEVELOPMENT_SECRET or len(set(value)) < 8 or len(value) < 32
    ]
    if len(set(values)) < len(values):
        problems.append("Each secret must be its own: two of them are equal.")
    return problems


def _unusable_keys(settings: Settings) -> list[str]:
    problems = []
    keys = [key.strip() for key in settings.field_keys.split(",") if key.strip()]
    if not keys or not all(_is_fernet_key(key) for key in keys):
        problems.append(
            "PASSERELLE_FIELD_KEYS must hold at least one Fernet key, and nothing else."
        )
    try:
        secrets = totp_secrets(settings)
    except ValueError:
        secrets = {}
    if not secrets or min(len(secret) for secret in secrets.values()) < 32:
        problems.append(
            "PASSERELLE_TOTP_KEYS must hold numbered secrets of at least 32 characters."
        )
    return problems


def _is_fernet_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _unsafe_switches(settings: Settings) -> list[str]:
    problems = []
    if settings.demo:
        problems.append("PASSERELLE_DEMO must be off.")
    if os.environ.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        problems.append("FLASK_DEBUG must be off.")
    return problems


def _unsafe_mail(settings: Settings) -> list[str]:
    problems = []
    on_this_machine = settings.smtp_host in {"", "localhost", "127.0.0.1", "::1"}
    if settings.smtp_tls not in {"starttls", "tls"} and not on_this_machine:
        problems.append("PASSERELLE_SMTP_TLS must be starttls or tls.")
    if settings.sms_secret and not re.fullmatch(r"[A-Za-z0-9_-]{32,}", settings.sms_secret):
        # Kannel takes it from an address, as it stands there
        problems.append("PASSERELLE_SMS_SECRET must be at least 32 letters and digits.")
    return problems


def totp_secrets(settings: Settings) -> dict[str, str]:
    """Secrets of stored second factors by number; ``ValueError`` when they are not numbered."""
    entries = [entry.strip() for entry in settings.totp_keys.split(",") if entry.strip()]
    pairs = [entry.partition(":") for entry in entries]
    if not all(number.strip().isdigit() and secret for number, _, secret in pairs):
        raise ValueError("second-factor secrets are written number:secret")
    return {number.strip(): secret for number, _, secret in pairs}


def derived_key(settings: Settings, purpose: str) -> str:
    """A Fernet key for development and tests, where none was given."""
    digest = hashlib.sha256(f"{purpose}:{settings.secret_key}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
