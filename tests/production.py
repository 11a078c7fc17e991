"""Settings with which a production installation starts; each secret is invented here."""

from __future__ import annotations

import base64
from typing import Any

GOOD: dict[str, Any] = {
    "environment": "production",
    "secret_key": "kJ2vX8qLm4Rt7Wz1Yc5Bn9Ps3Hd6Gf0Ae",
    "password_salt": "Zx4Cv7Bn2Mq9Wr5Ty1Ui8Op3As6Df0Gh",
    "hash_key": "Lk9Jh6Gf3Ds0Aq7Ww4Ee1Rr8Tt5Yy2Uu",
    "field_keys": base64.urlsafe_b64encode(bytes(range(32))).decode(),
    "totp_keys": "1:Pq8Nm5Bv2Cx9Zl6Kj3Hg0Fd7Sa4Po1Iu",
}


def production_settings(**more: Any) -> dict[str, Any]:
    """Good ones, with ``more`` instead of some."""
    return GOOD | more
