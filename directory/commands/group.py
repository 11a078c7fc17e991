"""The group ``flask directory`` that the commands of this package join."""

from __future__ import annotations

from flask.cli import AppGroup

directory_commands = AppGroup("directory", help="The directory: search, listings, imports.")
