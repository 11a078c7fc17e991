"""Files in which one installation announces a person to another: signed, and readable by it alone.

The content is encrypted to the receiver (X25519, HKDF, ChaCha20-Poly1305) and everything is signed by
the sender (Ed25519). Who is known is configured by hand on both sides, never learned from a file.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from directory.core.errors import Invalid
from directory.core.text import N_, Text

FORMAT = "passerelle-packet/1"
VALID_DAYS = 90
"""A packet is taken in within so many days; applications are made some weeks before departure [P]."""
SEALED = ("format", "number", "from", "to", "issued_at", "expires_at", "ephemeral", "nonce")
"""What is readable without a key, and is bound to the content."""
LARGEST_FILE = 512 * 1024


@dataclass(frozen=True, slots=True)
class Partner:
    """Another installation, as it was told to us by hand."""

    name: str
    verifies: Ed25519PublicKey
    encrypts: X25519PublicKey


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of this installation, and those whom it knows."""

    name: str
    signs: Ed25519PrivateKey
    opens: X25519PrivateKey
    partners: Mapping[str, Partner]


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet whose signature is right, that is for us, and that has not expired."""

    number: str
    sender: str
    content: Mapping[str, Any]


def read_keys(name: str, secrets: str, partners: str) -> Keys:
    """Keys as they are configured; ``Invalid`` says what is missing.

    ``secrets`` is ``signing:opening``; ``partners`` are ``name:verifying:encrypting`` separated by
    commas; each key is 32 bytes in base64.
    """
    try:
        signing, opening = (_bytes(part) for part in secrets.split(":"))
        known = [entry.strip().split(":") for entry in partners.split(",") if entry.strip()]
        return Keys(
            name, Ed25519PrivateKey.from_private_bytes(signing),
            X25519PrivateKey.from_private_bytes(opening),
            {
                who: Partner(
                    who, Ed25519PublicKey.from_public_bytes(_bytes(verifying)),
                    X25519PublicKey.from_public_bytes(_bytes(encrypting)),
                )
                for who, verifying, encrypting in known
            },
        )  # fmt: skip
    except ValueError:
        raise Invalid(
            {"file": N_("This installation has no usable keys for packets: set them first.")}
        ) from None


def new_secrets() -> str:
    """A new pair of secrets for ``read_keys``."""
    pair = (Ed25519PrivateKey.generate().private_bytes_raw(),
            X25519PrivateKey.generate().private_bytes_raw())  # fmt: skip
    return ":".join(_text(one) for one in pair)


def public_entry(keys: Keys) -> str:
    """What a partner writes into its own settings to know this installation."""
    verifying = keys.signs.public_key().public_bytes_raw()
    encrypting = keys.opens.public_key().public_bytes_raw()
    return f"{keys.name}:{_text(verifying)}:{_text(encrypting)}"


def seal(
    content: Mapping[str, Any], *, number: str, to: str, keys: Keys, now: dt.datetime
) -> bytes:
    """The file for the partner called ``to``; nobody else can read it, not even we."""
    partner = keys.partners.get(to)
    if partner is None:
        raise Invalid({"installation": N_("This installation is not among the known ones.")})
    ephemeral = X25519PrivateKey.generate()
    header = {
        "format": FORMAT, "number": number, "from": keys.name, "to": to,
        "issued_at": now.isoformat(),
        "expires_at": (now + dt.timedelta(days=VALID_DAYS)).isoformat(),
        "ephemeral": _text(ephemeral.public_key().public_bytes_raw()),
        "nonce": _text(os.urandom(12)),
    }  # fmt: skip
    key = _key(ephemeral.exchange(partner.encrypts), header)
    box = ChaCha20Poly1305(key).encrypt(
        _bytes(header["nonce"]), _canonical(content), _canonical(header)
    )
    body = {**header, "box": _text(box)}
    signature = keys.signs.sign(_canonical(body))
    return json.dumps({**body, "signature": _text(signature)}, indent=1).encode()


def open_sealed(data: bytes, *, keys: Keys, now: dt.datetime) -> Opened:
    """The packet in a file; ``Invalid`` with one clear reason for whatever is not right."""
    body, signature = _parsed(data)
    partner = keys.partners.get(body["from"])
    if partner is None:
        raise _refused(N_("The file comes from an installation that is not known here."))
    try:
        partner.verifies.verify(signature, _canonical(body))
    except InvalidSignature:
        raise _refused(N_("The file was changed on its way, or is not from who it says.")) from None
    if body["to"] != keys.name:
        raise _refused(N_("The file is meant for another installation."))
    if not _valid_at(body, now):
        raise _refused(N_("The file has expired: ask for a new one."))
    return Opened(body["number"], body["from"], _content(body, keys))


def _parsed(data: bytes) -> tuple[dict[str, str], bytes]:
    wrong = _refused(N_("This is not a packet."))
    if len(data) > LARGEST_FILE:
        raise wrong
    try:
        found = json.loads(data)
        signature = _bytes(found.pop("signature"))
        ok = set(found) == {*SEALED, "box"} and all(isinstance(v, str) for v in found.values())
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise wrong from None
    if not ok or found["format"] != FORMAT:
        raise wrong
    return found, signature


def _valid_at(body: Mapping[str, str], now: dt.datetime) -> bool:
    try:
        issued, expires = (dt.datetime.fromisoformat(body[n]) for n in ("issued_at", "expires_at"))
        return issued - dt.timedelta(hours=1) <= now < expires
    except (ValueError, TypeError):
        return False


def _content(body: Mapping[str, str], keys: Keys) -> Mapping[str, Any]:
    header = {name: body[name] for name in SEALED}
    try:
        ephemeral = X25519PublicKey.from_public_bytes(_bytes(body["ephemeral"]))
        key = _key(keys.opens.exchange(ephemeral), header)
        plain = ChaCha20Poly1305(key).decrypt(
            _bytes(body["nonce"]), _bytes(body["box"]), _canonical(header)
        )
        content = json.loads(plain)
    except (InvalidTag, ValueError):
        raise _refused(
            N_("The file cannot be opened with the keys of this installation.")
        ) from None
    if not isinstance(content, dict):
        raise _refused(N_("This is not a packet."))
    return content


def _key(shared: bytes, header: Mapping[str, str]) -> bytes:
    info = f"{FORMAT} {header['from']} {header['to']}".encode()
    return HKDF(hashes.SHA256(), 32, salt=_bytes(header["ephemeral"]), info=info).derive(shared)


def _refused(reason: Text) -> Invalid:
    return Invalid({"file": reason})


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError):
        raise ValueError("not base64") from None
