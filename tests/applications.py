"""Applications of their own for tests that really commit, forgotten when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from directory.core.db import db
from wsgi import create_app


@contextmanager
def application(database_url: str, **settings: Any) -> Iterator[Flask]:
    """An application on ``database_url``.

    The extension would hold it, and every later test would connect to a database that is gone.
    """
    app = create_app({"database_url": database_url, "environment": "test"} | settings)
    try:
        yield app
    finally:
        state = db._app_state.pop(app)
        for engine in state.engines.values():
            engine.dispose()
