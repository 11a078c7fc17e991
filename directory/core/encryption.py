"""Personal columns: encrypted at rest with keys from the environment, looked up by keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from directory.core.config import Settings, derived_key


class Keyring:
    """The keys of this process. The newest key writes; every key reads."""

    def __init__(self) -> None:
        self._cipher: MultiFernet | None = None
        self._hash_key = b""
        self.texts: tuple[str, ...] = ()
        """The keys as text, newest first, for libraries that encrypt by themselves."""

    def load(self, settings: Settings) -> None:
        """Take the keys from ``settings``; in development one is derived from the secret key."""
        texts = [key.strip() for key in settings.field_keys.split(",") if key.strip()]
        self.texts = tuple(texts) or (derived_key(settings, "fields"),)
        self._cipher = MultiFernet([Fernet(text) for text in self.texts])
        self._hash_key = (settings.hash_key or derived_key(settings, "hashes")).encode()

    @property
    def cipher(self) -> MultiFernet:
        """The cipher; a programming error before ``load``."""
        if self._cipher is None:
            raise RuntimeError("the keyring was not loaded")
        return self._cipher

    def digest(self, purpose: str, text: str) -> str:
        """Keyed hash of ``text`` for equality look-ups (HMAC-SHA256, 64 hex digits)."""
        return hmac.new(self._hash_key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


KEYRING = Keyring()


class Unreadable(Exception):
    """A stored value was written under a key that this installation no longer has."""


class Encrypted(TypeDecorator[Any]):
    """A JSON value that the database only sees encrypted and authenticated."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """JSON → ciphertext."""
        if value is None:
            return None
        return KEYRING.cipher.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Ciphertext → JSON."""
        if value is None:
            return None
        try:
            return json.loads(KEYRING.cipher.decrypt(bytes(value)))
        except InvalidToken as error:
            raise Unreadable(
                "a personal value needs a key that PASSERELLE_FIELD_KEYS lacks"
            ) from error
