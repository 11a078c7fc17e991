"""The only reader of the time; everything else receives it as an argument."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today's date in UTC, which is the civil date in The Gambia, Guinea, Mali and Senegal."""
    return now().date()
