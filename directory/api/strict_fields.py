"""Fields of a query that accept exactly what the description says: Python reads more into a text."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from marshmallow import fields

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


class Whole(fields.Integer):
    """A whole number: no blanks, no underscores, no other digits than 0–9."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if not _WHOLE.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class Number(fields.Float):
    """A number, likewise; neither infinite nor undefined."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if not _NUMBER.fullmatch(str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class Key(fields.UUID):
    """An identifier in its usual form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> UUID:
        if not _UUID.fullmatch(str(value)):
            raise self.make_error("invalid_uuid")
        return super()._deserialize(value, attr, data, **more)


class Switch(fields.Boolean):
    """``true`` or ``false``."""

    def __init__(self, **more: Any) -> None:
        super().__init__(truthy={"true", True}, falsy={"false", False}, **more)
