"""The group ``flask routing``."""

from __future__ import annotations

from flask.cli import AppGroup

routing_commands = AppGroup("routing", help="Proposals and referrals, and what time brings about.")
