"""The page of messages: an account reads there whatever was written to it, whichever way it went.

This channel is for installations without a mail server: nothing else has to happen.
"""

from __future__ import annotations

from directory.core.config import Settings
from directory.core.text import N_
from directory.message_channels import CHANNELS, Channel, Letter, is_email


def send(letter: Letter, settings: Settings) -> None:
    """Nothing to do: the message is on the page."""


CHANNELS.add(
    Channel("in-app", N_("On the page of messages"), is_email, lambda _: True, send, True)
)  # fmt: skip
