"""The worker: every job for itself, each thing once whoever works, and an alarm when it is silent."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.core.clock import now as instant
from directory.core.config import BadSettings, Settings, load_settings
from directory.core.db import engine_options, prepare_engine, transaction
from directory.core.encryption import KEYRING
from directory.core.outbox import OutboxMessage
from directory.core.text import Text
from directory.listing_life import State as ListingState
from directory.models import Listing
from routing.commands.worker import Turn
from routing.jobs import JOBS, Between, Job
from routing.models import Referral, ReferralClock, ReferralEvent, WorkerRun
from routing.operations.worker_runs import begin_run, end_run
from routing.priorities import Priority
from routing.queries.worker_health import clocks_stopped
from routing.referral_life import State
from routing.work_report import Report
from routing.worker_health import CLOCKS, LATE
from tests import factories
from tests.databases import ROOT
from tests.routing import journeys
from tests.routing.browser import SignIn
from tests.routing.stories import DAY, Story

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
ALARM = "alarm-banner"


@contextmanager
def engine_of(address: str) -> Iterator[Engine]:
    settings = Settings(database_url=address, environment="test")
    KEYRING.load(settings)
    engine = prepare_engine(create_engine(**engine_options(settings)), settings)
    yield engine
    engine.dispose()


def environment(address: str, **more: str) -> dict[str, str]:
    """Of a process on that database, without quiet hours: these tests run at any hour of the day."""
    return os.environ | {
        "PASSERELLE_DATABASE_URL": address, "PASSERELLE_ENVIRONMENT": "test",
        "PASSERELLE_QUIET_FROM": "0", "PASSERELLE_QUIET_UNTIL": "0", **more,
    }  # fmt: skip


def started(address: str, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*FLASK, *arguments], cwd=ROOT, env=environment(address, **more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def beat_of_the_clocks(session: Session, at: dt.datetime) -> None:
    end_run(session, begin_run(session, CLOCKS, now=at), Report(), now=at)


def send(story: Story, number: int, priority: Priority) -> None:
    need = story.need(priority=priority)
    for _ in range(number):
        listing = story.listing()
        story.consent(need, listing)
        referral = story.draft(need, listing)
        for name in ("prepare", "send"):
            journeys.plainly(story, referral, name)


# ------------------------------------------------------------------------------------------- jobs


def test_clocks_come_first_so_that_their_messages_leave_in_the_same_turn() -> None:
    names = list(JOBS)
    assert max(names.index(CLOCKS), names.index("complaints")) < names.index("outbox")
    assert "staleness" in JOBS


def test_turn_does_what_is_due_and_leaves_a_sign_of_life(app: Flask, session: Session) -> None:
    story = Story(session, instant() - 26 * HOUR)
    send(story, 1, Priority.P1)
    session.commit()
    assert Turn(app, Event()).run()
    runs = {run.job: run for run in session.scalars(select(WorkerRun))}
    assert set(runs) == set(JOBS)
    assert runs[CLOCKS].done["expire"] == 1
    assert runs[CLOCKS].things == sum(runs[CLOCKS].done.values())
    assert runs["outbox"].done["sent"] >= 5
    assert all(run.finished_at and run.failed == 0 for run in runs.values())


def test_job_with_a_rhythm_is_not_run_at_every_turn(app: Flask, session: Session) -> None:
    for _ in range(2):
        assert Turn(app, Event()).run()
    runs = Counter(session.scalars(select(WorkerRun.job)))
    assert runs[CLOCKS] == 2
    assert runs["staleness"] == 1


def test_listings_that_nobody_confirms_go_stale(app: Flask, session: Session) -> None:
    listing: Listing = factories.Listing(verified_at=instant() - 91 * DAY)
    session.commit()
    Turn(app, Event()).run()
    session.refresh(listing)
    assert listing.state is ListingState.STALE


def test_failure_of_one_job_is_counted_and_does_not_stop_the_others(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(session: Session, _now: dt.datetime, _between: Between) -> Report:
        session.add(WorkerRun(job="half-done", started_at=_now, beat_at=_now, done={}))
        session.flush()
        raise ValueError("canary: Aminata said her brother beats her")

    broken = Job(CLOCKS, Text("Clocks"), fails)
    monkeypatch.setattr(JOBS, "_items", {**JOBS, CLOCKS: broken})
    with caplog.at_level(logging.DEBUG):
        assert not Turn(app, Event()).run()
    runs = {run.job: run for run in session.scalars(select(WorkerRun))}
    assert set(runs) == set(JOBS)
    assert (runs[CLOCKS].failed, runs[CLOCKS].is_broken) == (1, True)
    assert not runs["outbox"].is_broken
    assert re.search(r"job clocks failed: ValueError at .*test_worker\.py:\d+", caplog.text)
    assert "canary" not in caplog.text


def test_worker_outlives_a_database_that_is_away(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise OSError

    monkeypatch.setattr("routing.commands.worker.begin_run", away)
    assert not Turn(app, Event()).run()
    assert caplog.text.count("failed: OSError") == len(JOBS)


def test_worker_told_to_stop_ends_after_the_thing_it_does(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, done = Event(), []

    def long(_session: Session, _now: dt.datetime, between: Between) -> Report:
        for number in range(5):
            done.append(number)
            if number == 2:
                stop.set()
            between()
        return Report()

    monkeypatch.setattr(JOBS, "_items", {**JOBS, CLOCKS: Job(CLOCKS, Text("Clocks"), long)})
    assert Turn(app, stop).run()
    assert done == [0, 1, 2]
    begun = list(JOBS)[: list(JOBS).index(CLOCKS) + 1]
    assert set(session.scalars(select(WorkerRun.job))) == set(begun)


def test_quiet_runs_are_forgotten_after_an_hour_and_busy_ones_after_a_month(
    session: Session, now: dt.datetime
) -> None:
    busy = Report(Counter(expire=1))
    for at, report in ((now - 31 * DAY, busy), (now - DAY, busy), (now - 2 * HOUR, Report())):
        end_run(session, begin_run(session, CLOCKS, now=at), report, now=at)
    end_run(session, begin_run(session, "other", now=now - DAY), Report(), now=now - DAY)
    beat_of_the_clocks(session, now)
    kept = session.execute(select(WorkerRun.job, WorkerRun.beat_at).order_by(WorkerRun.beat_at))
    assert {tuple(row) for row in kept} == {
        (CLOCKS, now - DAY), ("other", now - DAY), (CLOCKS, now),
    }  # fmt: skip


@pytest.mark.parametrize("seconds", [0, 61])
def test_pause_of_the_worker_keeps_the_promise_of_a_minute(seconds: int) -> None:
    assert load_settings({"worker_seconds": 60}).worker_seconds == 60
    with pytest.raises(BadSettings, match="PASSERELLE_WORKER_SECONDS"):
        load_settings({"worker_seconds": seconds})


# ------------------------------------------------------------------------------- several processes


def test_two_workers_over_the_same_due_referrals_do_each_thing_once(own_database: str) -> None:
    """Each reminder, escalation and expiry is there once, in its order, whichever process did it."""
    with engine_of(own_database) as engine:
        with Session(engine) as session, transaction(session):
            send(Story(session, factories.NOW - 400 * DAY), 12, Priority.P2)
        workers = [started(own_database, "worker", "--once") for _ in range(2)]
        outputs = [worker.communicate(timeout=180)[0] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], outputs
        # what one had to say when the other had already sent goes out with the next turn
        last = started(own_database, "worker", "--once")
        last.communicate(timeout=180)
        assert last.returncode == 0
        with Session(engine) as session:
            steps = Counter(session.scalars(select(ReferralEvent.step)))
            told = Counter(
                session.execute(
                    select(OutboxMessage.template, OutboxMessage.subject).where(
                        OutboxMessage.template.in_(["remind-decision", "remind-ack"])
                    )
                ).tuples()
            )
            fired = session.scalars(
                select(ReferralClock.fired).where(ReferralClock.name == "decision")
            ).all()
            states = Counter(session.scalars(select(Referral.state)))
            unsent = session.scalar(
                select(func.count(OutboxMessage.id)).where(OutboxMessage.sent_at.is_(None))
            )
    assert steps["expire"] == 12
    assert states == {State.RETURNED: 12}
    assert len(told) == 24
    assert set(told.values()) == {1}
    assert list(fired) == [["decision:remind:0.50", "decision:escalate:1.00",
                            "decision:expire:1.50"]] * 12  # fmt: skip
    assert unsent == 0


def test_after_a_day_without_a_worker_what_was_missed_happens_once_in_order(
    app: Flask, session: Session
) -> None:
    """Sent 26 hours ago, the worker fell silent two hours later: an emergency missed everything."""
    story = Story(session, instant() - 26 * HOUR)
    send(story, 3, Priority.P1)
    beat_of_the_clocks(session, story.now + 2 * HOUR)
    session.commit()
    assert clocks_stopped(session, now=instant()) is not None
    for _ in range(2):
        assert Turn(app, Event()).run()
    assert clocks_stopped(session, now=instant()) is None
    steps = Counter(session.scalars(select(ReferralEvent.step)))
    assert steps["expire"] == 3
    fired = session.execute(select(ReferralClock.name, ReferralClock.fired)).tuples().all()
    assert {tuple(keys) for name, keys in fired if name == "decision"} == {
        ("decision:remind:0.50", "decision:escalate:1.00", "decision:expire:1.00"),
    }  # fmt: skip
    assert {tuple(keys) for name, keys in fired if name == "ack"} == {
        ("ack:remind:0.50", "ack:escalate:1.00"),
    }  # fmt: skip
    query = select(OutboxMessage.subject).where(OutboxMessage.template == "remind-decision")
    assert set(Counter(session.scalars(query)).values()) == {1}


def wait_until(fact: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.2)


def has_run(engine: Engine) -> bool:
    with Session(engine) as session:
        query = select(func.count(WorkerRun.id)).where(WorkerRun.finished_at.is_not(None))
        return (session.scalar(query) or 0) >= len(JOBS)


def test_worker_ends_cleanly_when_it_is_told(own_database: str) -> None:
    with engine_of(own_database) as engine:
        worker = started(own_database, "worker", PASSERELLE_WORKER_SECONDS="1")
        try:
            wait_until(lambda: has_run(engine))
            worker.send_signal(signal.SIGTERM)
            output = worker.communicate(timeout=20)[0]
        finally:
            worker.kill()
        assert worker.returncode == 0, output
        assert "The worker has stopped." in output
        with Session(engine) as session:
            unfinished = select(func.count(WorkerRun.id)).where(WorkerRun.finished_at.is_(None))
            assert session.scalar(unfinished) == 0


@pytest.mark.slow
@pytest.mark.parametrize("told", ["make", "everybody"])
def test_make_serve_starts_the_worker_beside_the_server_and_both_end_together(
    own_database: str, told: str
) -> None:
    """``make run`` is this after loading the demonstration; Ctrl-C reaches the whole group."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with engine_of(own_database) as engine:
        make = subprocess.Popen(
            ["make", "--no-print-directory", "serve", f"PORT={port}", "WORKERS=1",
             f"PY={sys.executable}"],
            cwd=ROOT, env=environment(own_database), start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_until(lambda: has_run(engine))
            wait_until(lambda: answer_of(port) == (200, "ok\n"))
            if told == "make":
                make.terminate()
            else:
                os.killpg(make.pid, signal.SIGINT)
            output = make.communicate(timeout=60)[0]
        finally:
            end_group(make.pid)
    assert "The worker has stopped." in output
    assert not group_lives(make.pid)


def answer_of(port: int) -> tuple[int, str] | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz/worker", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def end_group(group: int) -> None:
    if group_lives(group):
        time.sleep(1)
    if group_lives(group):
        os.killpg(group, signal.SIGKILL)
        raise AssertionError("something of the group outlived make")


# ------------------------------------------------------------------------------------------- alarm


@pytest.mark.parametrize(
    ("silent", "status", "word"),
    [(LATE - MINUTE, 200, "ok\n"), (LATE + MINUTE, 503, "late\n"), (None, 503, "late\n")],
)
def test_monitor_is_told_ok_or_late_and_nothing_else(
    client: FlaskClient, session: Session, silent: dt.timedelta | None, status: int, word: str
) -> None:
    if silent is not None:
        beat_of_the_clocks(session, instant() - silent)
        session.commit()
    answer = client.get("/healthz/worker")
    assert (answer.status_code, answer.text, answer.mimetype) == (status, word, "text/plain")


def test_run_that_broke_off_is_no_sign_of_life(session: Session, now: dt.datetime) -> None:
    beat_of_the_clocks(session, now - 10 * MINUTE)
    session.add(
        WorkerRun(job=CLOCKS, started_at=now, beat_at=now, finished_at=now, done={}, is_broken=True)
    )
    session.flush()
    found = clocks_stopped(session, now=now)
    assert found is not None
    assert found.since == now - 10 * MINUTE


def test_long_run_that_beats_is_alive(session: Session, now: dt.datetime) -> None:
    session.add(WorkerRun(job=CLOCKS, started_at=now - HOUR, beat_at=now - MINUTE, done={}))
    session.flush()
    assert clocks_stopped(session, now=now) is None


@pytest.mark.parametrize(
    ("role", "is_told"),
    [("RS", True), ("RCO", True), ("NC", True), ("ADMIN", True), ("RC", False), ("FP", False)],
)
def test_whoever_coordinates_reads_on_every_page_that_the_clocks_stand_still(
    app: Flask, session: Session, sign_in: SignIn, role: str, is_told: bool
) -> None:
    beat_of_the_clocks(session, instant() - 6 * MINUTE)
    organisation = factories.Organisation()
    browser = sign_in(app.test_client(), factories.Account.with_role(role, organisation))
    page = browser.get("/", headers={"Accept-Language": "en"}).text
    assert (ALARM in page) == is_told
    beat_of_the_clocks(session, instant())
    session.commit()
    assert ALARM not in browser.get("/", headers={"Accept-Language": "en"}).text


def test_visitor_is_not_told(client: FlaskClient, session: Session) -> None:
    assert ALARM not in client.get("/", headers={"Accept-Language": "en"}).text


def test_command_says_how_each_job_is_doing(app: Flask, session: Session) -> None:
    silent = app.test_cli_runner().invoke(args=["routing", "worker-health"])
    assert silent.exit_code == 1
    assert f"{CLOCKS}: late, last seen never" in silent.output
    Turn(app, Event()).run()
    well = app.test_cli_runner().invoke(args=["routing", "worker-health"])
    assert well.exit_code == 0
    assert [line.split(",")[0] for line in well.output.splitlines()] == [f"{n}: ok" for n in JOBS]
