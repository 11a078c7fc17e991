"""The log: what no other channel takes, in development and where nobody holds a role."""

from __future__ import annotations

import logging

from directory.core.config import Settings
from directory.core.text import N_
from directory.message_channels import CHANNELS, Channel, Letter

log = logging.getLogger(__name__)


def send(letter: Letter, settings: Settings) -> None:
    """One line without address and without text."""
    log.warning("message %s (%s characters) has no channel", letter.key, len(letter.body))


CHANNELS.add(
    Channel("log", N_("In the log only: no gateway"), lambda _: True, lambda _: True, send, True)
)  # fmt: skip
