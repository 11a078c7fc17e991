from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.clock import today
from directory.core.db import db
from directory.models import SearchDemand
from directory.operations.demand import Count, Demand, add_demand
from directory.pages.demand import DemandCounter
from directory.visibility import Visibility
from tests import factories
from tests.applications import application
from tests.databases import ROOT
from tests.directory.searching import publish

DAY = dt.date(2026, 3, 2)


def counted(session: Session) -> dict[tuple[str, object, str, str], tuple[int, int]]:
    session.expire_all()
    return {
        (row.country, row.region_id, row.category, row.word): (row.searches, row.found_nothing)
        for row in session.scalars(select(SearchDemand))
    }


@pytest.fixture
def counter(app: Flask) -> DemandCounter:
    found: DemandCounter = app.extensions["demand"]
    found._counts.clear()
    return found


def test_counts_of_a_day_add_up(session: Session) -> None:
    whole, word = (
        Demand(day=DAY),
        Demand(day=DAY, country="GN", category="training", word="couture"),
    )
    add_demand(session, {whole: Count(2, 1), word: Count(1, 0)})
    add_demand(session, {whole: Count(3, 0)})
    assert counted(session) == {
        ("", None, "", ""): (5, 1),
        ("GN", None, "training", "couture"): (1, 0),
    }


def test_regions_and_days_are_counted_apart(session: Session) -> None:
    one, two = factories.Region(), factories.Region()
    add_demand(
        session,
        {
            Demand(day=DAY, region_id=one.id): Count(1, 1),
            Demand(day=DAY, region_id=two.id): Count(1, 1),
            Demand(day=DAY - dt.timedelta(days=1), region_id=one.id): Count(1, 1),
        },
    )
    assert len(session.scalars(select(SearchDemand)).all()) == 3


def test_searches_are_counted_with_what_they_found(
    client: FlaskClient, session: Session, counter: DemandCounter
) -> None:
    region = factories.Region(name="Labé", code="GN-L")
    below = factories.Region(name="Koubia", code="GN-KB", level=2, parent_id=region.id)
    publish(session, factories.Listing(site=factories.Site(region=below)))
    client.get("/?q=menuiserie&country=GN&region=GN-KB")
    client.get("/?q=menuizerie&country=GN&region=GN-KB")
    client.get("/?q=menuiserie&country=GN&region=GN-KB&category=medical")
    assert counted(session) == {}, "a GET writes nothing"
    counter.write()
    assert counted(session) == {
        ("GN", region.id, "", ""): (2, 0),
        ("GN", region.id, "", "menuiserie"): (2, 0),
        ("GN", region.id, "medical", ""): (1, 1),
        ("GN", region.id, "medical", "menuiserie"): (1, 1),
    }
    counter.write()
    assert len(counted(session)) == 4, "nothing is counted twice"


def test_nothing_that_people_type_is_kept(
    client: FlaskClient, session: Session, counter: DemandCounter
) -> None:
    secret = factories.Listing(
        service=factories.Service(name={"fr": "Kandioura"}, category="protection"),
        visibility=Visibility.PROTECTION_ONLY,
    )
    publish(session, secret, factories.Listing())
    for typed in ("Mamadou Diallo 622334455", "kandioura", "né en 1999 à Pita"):
        client.get("/", query_string={"q": typed, "near": "11.31671,-12.28331", "country": ""})
    counter.write()
    assert {key[3] for key in counted(session)} == {""}
    assert sum(searches for searches, _ in counted(session).values()) == 3


@pytest.mark.parametrize("address", ["/", "/?country=GN", "/?q=menuiserie&page=2", "/?sort=name"])
def test_looking_around_is_no_search(
    client: FlaskClient, session: Session, counter: DemandCounter, address: str
) -> None:
    publish(session, factories.Listing())
    client.get(address)
    assert counter._counts == {}


def test_every_search_of_many_threads_is_counted(app: Flask) -> None:
    counter = DemandCounter(app, write_after=None)
    threads = [
        Thread(target=lambda: [counter.add([Demand(day=DAY)], Count(1, 0)) for _ in range(500)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter._counts == {Demand(day=DAY): Count(4_000, 0)}


def test_what_could_not_be_written_waits(
    app: Flask, session: Session, counter: DemandCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.add([Demand(day=DAY)], Count(1, 1))

    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("directory.pages.demand.add_demand", broken)
        counter.write()
    assert counted(session) == {}
    counter.write()
    assert counted(session) == {("", None, "", ""): (1, 1)}


def test_the_sums_are_written_after_a_while(app: Flask, session: Session) -> None:
    counter = DemandCounter(app, write_after=0.01)
    counter.add([Demand(day=DAY)], Count(1, 0))
    assert counter._timer is not None
    counter._timer.cancel()
    counter.write()
    assert counted(session) == {("", None, "", ""): (1, 0)}


SEARCHES_AND_ENDS = """
import concurrent.futures.thread
from wsgi import create_app
assert create_app().test_client().get("/?category=training").status_code == 200
"""


def test_a_process_that_ends_writes_what_it_has_counted(own_database: str) -> None:
    environment = os.environ | {
        "PASSERELLE_DATABASE_URL": own_database, "PASSERELLE_ENVIRONMENT": "development",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SEARCHES_AND_ENDS], cwd=ROOT, env=environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    with application(own_database) as app, app.app_context():
        assert sum(searches for searches, _ in counted(db.session).values()) == 1


def test_a_need_without_service_is_counted_once(client: FlaskClient, session: Session) -> None:
    region = factories.Region(name="Labé", code="GN-L", country="GN")
    session.commit()
    form = client.get("/needs-without-service?category=medical&region=GN-L").text
    assert '<option value="medical" selected>' in form
    assert '<option value="GN-L" selected>' in form
    token = form.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/needs-without-service",
        data={"csrf_token": token, "need": "medical", "region": "GN-L", "country": "GM"},
    )
    assert answer.status_code == 302
    rows = session.scalars(select(SearchDemand)).all()
    assert [(r.day, r.country, r.region_id, r.category, r.word) for r in rows] == [
        (today(), "GN", region.id, "medical", "")
    ]
    assert [(row.searches, row.found_nothing) for row in rows] == [(0, 1)]


@pytest.mark.parametrize("data", [{}, {"need": "cooking"}, {"need": "medical", "region": "GN-99"}])
def test_a_report_that_says_nothing_is_refused(
    client: FlaskClient, session: Session, data: dict[str, str]
) -> None:
    form = client.get("/needs-without-service").text
    token = form.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/needs-without-service", data=data | {"csrf_token": token})
    assert answer.status_code in {404, 422}
    assert counted(session) == {}


def test_a_report_from_elsewhere_is_refused(client: FlaskClient, session: Session) -> None:
    assert client.post("/needs-without-service", data={"need": "medical"}).status_code == 403
    assert counted(session) == {}
