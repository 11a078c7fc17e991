"""Somebody at the screens of casework, without JavaScript: sends the forms that the pages show."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.models import Account

SignIn = Callable[[FlaskClient, Account], FlaskClient]
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
ADDRESS = re.compile(r'(?:href|action)="([^"]*)"')


class Browser:
    """One signed-in person who reads English."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.last: TestResponse | None = None
        self.page = ""
        client.get("/language/en")

    def get(self, path: str, status: int = 200) -> str:
        return self._keep(self.client.get(path), status)

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303) -> str:
        """Send a form with the hidden fields of the page that was shown last."""
        return self._keep(self.client.post(path, data={**self.hidden, **(data or {})}), status)

    def follow(self) -> str:
        """The page that the last answer sent us to."""
        return self.get(self.location)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the first form in the page that was read last."""
        found: dict[str, str] = {}
        for name, value in HIDDEN.findall(self.page):
            found.setdefault(name, unescape(value))
        return found

    @property
    def location(self) -> str:
        assert self.last is not None
        place = urlsplit(self.last.headers["Location"])
        return place.path + (f"?{place.query}" if place.query else "")

    @property
    def addresses(self) -> list[str]:
        """Every address that the page links to or sends to."""
        return [unescape(found) for found in ADDRESS.findall(self.page)]

    def _keep(self, answer: TestResponse, status: int) -> str:
        assert answer.status_code == status, answer.text
        self.last = answer
        if answer.status_code != 303:
            self.page = answer.text
        return unescape(answer.text)
