"""Counting searches: in the memory of the process first, in the database a little later.

A search is a GET, which must not write: a page that can be reloaded, prefetched and crawled
changes nothing, and SQLite has one writer at a time. So each process adds up what it saw and writes
the sums in a short transaction of its own, at most a minute later and when it ends. What is counted
are codes and words of the directory itself; a process that is killed loses at most that minute.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Timer
from uuid import UUID

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.categories import CATEGORIES
from directory.core.clock import today
from directory.core.config import Settings
from directory.core.db import db, transaction
from directory.core.errors import Invalid
from directory.core.security import public
from directory.core.text import N_
from directory.forms.search import asked_search
from directory.operations.demand import Count, Demand, add_demand
from directory.pages.search_choices import countries
from directory.queries import search_vocabulary
from directory.queries.search import Found
from directory.queries.snapshot import current
from directory.search_request import Area, Point, Search

log = logging.getLogger(__name__)
WRITE_AFTER_SECONDS = 60.0
LONGEST_WORD = 60

blueprint = Blueprint("demand", __name__)


class DemandCounter:
    """What this process counted and has not written yet."""

    def __init__(self, app: Flask, *, write_after: float | None) -> None:
        self._app = app
        with app.app_context():
            self._engine = db.engine
        self._write_after = write_after
        self._counts: dict[Demand, Count] = {}
        self._lock = Lock()
        self._timer: Timer | None = None

    def add(self, demands: Iterable[Demand], count: Count) -> None:
        """Count one search."""
        with self._lock:
            for demand in demands:
                known = self._counts.get(demand)
                self._counts[demand] = known + count if known else count
            if self._timer is None and self._write_after is not None:
                self._timer = Timer(self._write_after, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what was counted; what could not be written waits for the next time."""
        self._write(self._in_the_application)

    def write_at_exit(self) -> None:
        """As ``write``, when the process ends: an application context could no longer be left."""
        self._write(self._by_itself)

    def _write(self, keep: Callable[[Mapping[Demand, Count]], None]) -> None:
        with self._lock:
            counts, self._counts, self._timer = self._counts, {}, None
        if not counts:
            return
        try:
            keep(counts)
        except Exception:
            log.exception("counts of searches will be written later")
            for demand, count in counts.items():
                self.add([demand], count)

    def _in_the_application(self, counts: Mapping[Demand, Count]) -> None:
        with self._app.app_context(), transaction() as session:
            add_demand(session, counts)

    def _by_itself(self, counts: Mapping[Demand, Count]) -> None:
        with Session(self._engine) as own, transaction(own) as session:
            add_demand(session, counts)


def init_app(app: Flask, settings: Settings) -> None:
    """Count searches in this process. In tests nothing is written before somebody asks."""
    testing = settings.environment == "test"
    counter = DemandCounter(app, write_after=None if testing else WRITE_AFTER_SECONDS)
    app.extensions["demand"] = counter
    if not testing:
        atexit.register(counter.write_at_exit)


def count_search(search: Search, found: Found) -> None:
    """Count a search that somebody made on a page, and whether it found nothing."""
    counter: DemandCounter = current_app.extensions["demand"]
    counter.add(_demands(search, found), Count(1, 0 if len(found) else 1))


def _demands(search: Search, found: Found) -> list[Demand]:
    """One entry for the search as a whole, one for each public word of the directory in it."""
    words = search_vocabulary.known_words(db.session, found.words.known, Audience.EVERYBODY)
    categories = sorted(search.categories) or [""]
    return [
        Demand(
            day=today(),
            country=search.country or "",
            region_id=_region_of(search, found),
            category=category,
            word=word[:LONGEST_WORD],
        )
        for category in categories
        for word in ("", *sorted(words))
    ]


def _region_of(search: Search, found: Found) -> UUID | None:
    """The region of level 1 that was searched in: narrower would say where a person lives."""
    key = search.region_id
    if key is None and isinstance(search.centre, Area | Point):
        key = search.centre.region_id
    widest = found.snapshot.regions.widest(key)
    return widest.id if widest else None


@blueprint.get("/needs-without-service")
@public
def report() -> str:
    """The form with which a need without service is reported: no word about a person."""
    asked = asked_search(db.session, request.args.to_dict(flat=False)).search
    snapshot = current(db.session)
    return render_template(
        "directory/report_need.html",
        need=next(iter(sorted(asked.categories)), ""),
        country=asked.country or current_app.config["SETTINGS"].default_country,
        region_id=asked.region_id,
        countries=countries(snapshot.regions, None),
        regions=sorted(
            (node for node in snapshot.regions.values() if node.parent_id is None),
            key=lambda node: (node.country, node.name),
        ),
    )


@blueprint.post("/needs-without-service")
@public
def report_need() -> ResponseReturnValue:
    """Count a need for which somebody found no service, by category and region only."""
    category = request.form.get("need", "")
    if category not in CATEGORIES:
        raise Invalid({"need": N_("Choose the kind of help that is missing.")})
    names = ("country", "region")
    search = asked_search(db.session, {name: request.form.getlist(name) for name in names}).valid()
    region = current(db.session).regions.widest(search.region_id)
    demand = Demand(
        day=today(),
        country=region.country if region else search.country or "",
        region_id=region.id if region else None,
        category=category,
    )
    add_demand(db.session, {demand: Count(0, 1)})
    flash(gettext("Thank you. The need is counted, without anything about you."))
    return redirect(url_for("search.page"))
