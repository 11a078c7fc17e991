"""Text messages, through the HTTP interface of Kannel (``sendsms``).

Number, text and password travel in the headers and the body of a POST, never in an address that a
proxy or a gateway would write to a log.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import requests

from directory.core.config import Settings
from directory.core.text import N_
from directory.gsm import plain_sms
from directory.message_channels import (
    ANSWER_SECONDS,
    CHANNELS,
    CONNECT_SECONDS,
    Channel,
    Letter,
    Refused,
    Unreachable,
    is_number,
)

REPORTS = 1 + 2 + 16
"""``dlr-mask``: delivered to the telephone, not delivered, refused by the operator."""
GATEWAY_USER = "kannel"
"""User name with which the gateway calls us; what it proves itself with is ``sms_secret``."""


def send(letter: Letter, settings: Settings) -> None:
    """Give one text to the gateway; its 202 is what counts as sent (Kannel user's guide, 8.3)."""
    headers = {
        "X-Kannel-Username": settings.sms_user,
        "X-Kannel-Password": settings.sms_password,
        "X-Kannel-From": settings.sms_sender,
        "X-Kannel-To": letter.address,
        "X-Kannel-Coding": "0",
        "Content-Type": "text/plain; charset=UTF-8",
    } | _reporting(letter, settings)
    try:
        answer = requests.post(
            settings.sms_url, data=plain_sms(letter.body).encode(), headers=headers,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS), allow_redirects=False,
        )  # fmt: skip
    except requests.RequestException as error:
        raise Unreachable("gateway-unreachable") from error
    if answer.status_code == requests.codes.bad_request:
        raise Refused("gateway-400")
    if answer.status_code not in (requests.codes.ok, requests.codes.accepted):
        raise Unreachable(f"gateway-{answer.status_code}")


def _reporting(letter: Letter, settings: Settings) -> dict[str, str]:
    """Where the gateway says what became of it: only if somebody listens there."""
    if not settings.sms_report_url or not settings.sms_secret:
        return {}
    place = urlsplit(settings.sms_report_url)
    login = f"{GATEWAY_USER}:{settings.sms_secret}"
    query = f"{urlencode({'message': letter.key})}&status=%d"
    address = urlunsplit((place.scheme, f"{login}@{place.netloc}", place.path, query, ""))
    return {"X-Kannel-DLR-Mask": str(REPORTS), "X-Kannel-DLR-Url": address}


CHANNELS.add(Channel("sms", N_("By SMS"), is_number, lambda settings: bool(settings.sms_url), send))
