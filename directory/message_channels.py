"""What a message channel is made of; the channels are the modules of ``directory.channels``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from directory.core.config import Settings
from directory.core.registry import Registry
from directory.core.text import Text

CONNECT_SECONDS = 10.0
"""How long a mail server or gateway may take to answer a call."""
ANSWER_SECONDS = 20.0
"""How long it may take for each answer after that."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words, ready to go."""

    key: str
    """Identifier of the message; says nothing about anybody."""
    address: str
    subject: str
    body: str
    language: str
    at: dt.datetime


class NotSent(Exception):
    """A message could not be sent; ``code`` says why, in one word for the record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(NotSent):
    """This message was put off: it is tried again."""


class Unreachable(TryLater):
    """The channel does not work at all just now: the other messages wait too."""


class Refused(NotSent):
    """This message will never be taken: the address does not exist."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to carry messages."""

    name: str
    label: Text
    takes: Callable[[str], bool]
    """Whether an address is one of this channel."""
    ready: Callable[[Settings], bool]
    """Whether the installation has what the channel needs."""
    send: Callable[[Letter, Settings], None]
    """Hands the letter over, or raises ``TryLater``, ``Unreachable`` or ``Refused``."""
    on_this_machine: bool = False
    """Needs no network: done at the end of the request that queued the message."""


CHANNELS: Registry[Channel] = Registry("directory.channels")


def is_email(address: str) -> bool:
    """Whether an address is one of electronic mail."""
    return "@" in address and " " not in address


def is_number(address: str) -> bool:
    """Whether an address is a telephone number in the form +224620123456."""
    return address.startswith("+") and address[1:].isdigit()


def chosen(recipient: str, settings: Settings) -> Channel:
    """The first channel of the configured order that takes the address and is set up.

    The log takes what nothing else does.
    """
    names = [name.strip() for name in settings.message_channels.split(",") if name.strip()]
    for name in names:
        channel = CHANNELS[name]
        if channel.takes(recipient) and channel.ready(settings):
            return channel
    return CHANNELS["log"]
