"""The record of who did and saw what: append-only, chained, and without it nothing (C-T20)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import SYSTEM, Actor, Grant
from directory.core.audit import GENESIS, AuditChain, AuditEntry, digest_of, first_fault
from directory.core.config import Settings
from directory.core.db import Base, make_engine, transaction
from directory.core.errors import Unavailable
from directory.models import Account
from directory.who import Who
from tests import factories
from tests.applications import application
from tests.routing.stories import NAME, Story
from tests.signing import PASSWORD, Browser, make_account, people

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LINES = 40
TRIGGER = "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry"
FUNCTION = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
ALICE = Actor(uuid4(), "alice", (Grant("RC", frozenset()),), "192.0.0.0/16")
SignIn = Callable[[FlaskClient, Account], FlaskClient]


def write_lines(session: Session, number: int = LINES) -> None:
    for n in range(number):
        audit.record(
            session, ALICE, "routing:case:read", f"case_file:{n}",
            now=NOW + dt.timedelta(seconds=n), fields=["born", "sex"], n=n,
        )  # fmt: skip


def allow_changes(session: Session) -> None:
    """Take the triggers away, as whoever owns the database can."""
    if session.bind is not None and session.get_bind().dialect.name == "sqlite":
        for name in ("no_update", "no_delete", "no_replace"):
            session.execute(text(f"DROP TRIGGER audit_entry_{name}"))
    else:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))


# ------------------------------------------------------------------------------------- append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'somebody else'",
        "DELETE FROM audit_entry",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_line_is_neither_changed_nor_removed(session: Session, statement: str) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if statement.startswith("TRUNCATE") and is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    if "REPLACE" in statement and not is_sqlite:
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    write_lines(session, 3)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(statement))

    assert first_fault(session, audit.NATIONAL) is None


@pytest.mark.parametrize("table", ["referral_event", "disclosure"])
def test_events_and_disclosures_are_append_only_too(
    session: Session, table: str, now: dt.datetime
) -> None:
    Story(session, now).accepted()

    rows_of = Base.metadata.tables[table]
    for statement in (rows_of.delete(), rows_of.update().values(id=rows_of.c.id)):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(statement)


def test_line_belongs_to_the_transaction_of_what_it_tells(session: Session) -> None:
    write_lines(session, 2)
    session.commit()
    audit.record(session, ALICE, "routing:case:read", "case_file:x", now=NOW)
    session.rollback()

    assert [head.number for head in audit.anchors(session)] == [2]
    assert first_fault(session, audit.NATIONAL) is None


# --------------------------------------------------------------------------------------- tampering


def rows(session: Session) -> list[AuditEntry]:
    query = select(AuditEntry).order_by(AuditEntry.number).execution_options(populate_existing=True)
    return list(session.scalars(query))


def edit(session: Session, dice: random.Random) -> str:
    """One column of one line."""
    victim = dice.choice(rows(session))
    values: dict[str, Any] = {
        "actor": "bob", "roles": "ADMIN", "ip_prefix": "198.51.0.0/16", "action": "a:b:c",
        "subject": "case_file:other", "details": {"fields": []}, "previous": "f" * 64,
        "digest": "e" * 64, "at": victim.at + dt.timedelta(microseconds=1), "id": uuid4(),
        "chain": "another", "number": 1000,
    }  # fmt: skip
    column = dice.choice(sorted(values))
    session.execute(
        update(AuditEntry).where(AuditEntry.id == victim.id).values({column: values[column]})
    )
    return f"edit {column} of {victim.number}"


def remove(session: Session, dice: random.Random) -> str:
    victim = dice.choice(rows(session)[:-1])
    session.execute(delete(AuditEntry).where(AuditEntry.id == victim.id))
    return f"remove {victim.number}"


def remove_and_close_up(session: Session, dice: random.Random) -> str:
    """What follows is counted down, so that no number is missing."""
    found = rows(session)
    victim = dice.choice(found[:-1])
    session.execute(delete(AuditEntry).where(AuditEntry.id == victim.id))
    for entry in found[victim.number :]:
        session.execute(
            update(AuditEntry).where(AuditEntry.id == entry.id).values(number=entry.number - 1)
        )
    return f"remove {victim.number} and close up"


def put_in(session: Session, dice: random.Random) -> str:
    """A line that never was, with a digest that fits itself."""
    place = dice.randrange(1, LINES)
    for entry in reversed(rows(session)[place:]):
        session.execute(
            update(AuditEntry).where(AuditEntry.id == entry.id).values(number=entry.number + 1)
        )
    before = rows(session)[place - 1]
    values = _values(before) | {"id": uuid4(), "number": place + 1, "previous": before.digest}
    values["digest"] = digest_of(AuditEntry(**values))
    session.execute(insert(AuditEntry).values(values))
    return f"put in after {place}"


def swap(session: Session, dice: random.Random) -> str:
    """Two lines change places."""
    first, second = dice.sample(rows(session), 2)
    for entry, number in ((first, 5000), (second, first.number), (first, second.number)):
        session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(number=number))
    return f"swap {first.number} and {second.number}"


def swap_actors(session: Session, dice: random.Random) -> str:
    victim = dice.choice(rows(session))
    session.execute(
        update(AuditEntry).where(AuditEntry.id == victim.id).values(actor=dice.choice(("bob", "")))
    )
    return f"actor of {victim.number}"


def cut_tail(session: Session, dice: random.Random) -> str:
    last = dice.randrange(0, LINES)
    session.execute(delete(AuditEntry).where(AuditEntry.number > last))
    return f"cut after {last}"


def remove_head(session: Session, dice: random.Random) -> str:
    session.execute(delete(AuditChain))
    return "remove the head"


def cut_tail_and_head(session: Session, dice: random.Random) -> str:
    """The head is set back as well: only what is kept outside can tell."""
    last = dice.randrange(0, LINES)
    session.execute(delete(AuditEntry).where(AuditEntry.number > last))
    left = rows(session)
    _set_head(session, last, left[-1].digest if left else GENESIS)
    return f"cut after {last}, head set back"


def rebuild(session: Session, dice: random.Random) -> str:
    """One line changes and everything after it is computed anew, head included."""
    found = rows(session)
    start = dice.randrange(0, LINES)
    previous = found[start - 1].digest if start else GENESIS
    for entry in found[start:]:
        values = _values(entry) | {"previous": previous}
        if entry.number == start + 1:
            values["actor"] = "bob"
        previous = values["digest"] = digest_of(AuditEntry(**values))
        session.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(values))
    _set_head(session, LINES, previous)
    return f"rebuild from {start + 1}"


def rebuild_without_head(session: Session, dice: random.Random) -> str:
    head = session.get_one(AuditChain, audit.NATIONAL)
    number, digest = head.number, head.digest
    told = rebuild(session, dice)
    _set_head(session, number, digest)
    return f"{told}, old head"


def _values(entry: AuditEntry) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}


def _set_head(session: Session, number: int, digest: str) -> None:
    session.execute(update(AuditChain).values(number=number, digest=digest))


CHANGES = (
    edit, edit, remove, remove_and_close_up, put_in, swap, swap_actors, cut_tail, remove_head,
    cut_tail_and_head, rebuild, rebuild_without_head,
)  # fmt: skip
"""Every way of lying that is known to us; single columns are tried twice as often."""


def is_noticed(session: Session, kept: list[tuple[str, int, str]]) -> bool:
    faults = [name for name in audit.chain_names(session) if first_fault(session, name) is not None]
    return bool(faults or audit.missing_anchors(session, kept))


def test_every_change_is_noticed(session: Session) -> None:
    write_lines(session)
    kept = [(head.name, head.number, head.digest) for head in audit.anchors(session)]
    allow_changes(session)
    session.commit()
    dice = random.Random(20260302)
    missed, tried = [], 0

    for number in range(500):
        savepoint = session.begin_nested()
        told = CHANGES[number % len(CHANGES)](session, dice)
        session.expire_all()
        tried += 1
        if not is_noticed(session, kept):
            missed.append(told)
        savepoint.rollback()
        session.expire_all()

    assert (tried, missed) == (500, [])
    assert not is_noticed(session, kept)


def test_what_was_not_changed_is_never_accused(session: Session) -> None:
    dice = random.Random(7)
    kept: list[tuple[str, int, str]] = []
    for run in range(100):
        for _ in range(dice.randrange(1, 4)):
            details = {
                "n": dice.random(),
                "words": ["é", "\u202e", "x" * dice.randrange(90)],
                "none": None,
            }
            chain = dice.choice((None, uuid4()))
            audit.record(session, ALICE, "a:b:c", f"t:{run}", now=NOW, chain=chain, **details)
        session.commit()
        session.expire_all()
        assert not is_noticed(session, kept)
        kept = [(head.name, head.number, head.digest) for head in audit.anchors(session)]


def test_chains_of_organisations_do_not_wait_for_each_other(session: Session) -> None:
    first, second = uuid4(), uuid4()
    for chain in (first, second, first):
        audit.record(session, ALICE, "a:b:c", "t:1", now=NOW, chain=chain)

    assert {head.name: head.number for head in audit.anchors(session)} == {
        str(first): 2,
        str(second): 1,
    }


def test_writers_of_one_chain_leave_no_gap(own_database: str) -> None:
    """Eight writers at once, the first line included."""
    engine = make_engine(Settings(environment="test", database_url=own_database))

    def write() -> None:
        for n in range(10):
            with transaction(Session(engine)) as session:
                audit.record(session, ALICE, "a:b:c", f"t:{n}", now=NOW)

    writers = [Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with Session(engine) as session:
        assert [entry.number for entry in rows(session)] == list(range(1, 81))
        assert first_fault(session, audit.NATIONAL) is None
    engine.dispose()


# ------------------------------------------------------------------------------ without it nothing


@contextmanager
def no_line_can_be_written(session: Session) -> Iterator[None]:
    """The insert fails as on a full disk."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"{TRIGGER} BEGIN SELECT RAISE(ABORT, 'full'); END"))
    else:
        session.execute(text(f"{FUNCTION} $$ BEGIN RAISE EXCEPTION 'full'; END $$"))
        session.execute(text(f"{TRIGGER} FOR EACH ROW EXECUTE FUNCTION full_disk()"))
    session.commit()
    yield
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON audit_entry"
    session.execute(text(f"DROP TRIGGER full_disk{on}"))
    session.commit()


def test_record_that_fails_is_told_as_unavailable(session: Session) -> None:
    with no_line_can_be_written(session):
        with pytest.raises(Unavailable):
            audit.record(session, ALICE, "a:b:c", "t:1", now=NOW)
        session.rollback()


@pytest.mark.parametrize("path", ["/cases/{case}", "/api/v1/cases/{case}"])
def test_person_is_not_shown_when_the_record_fails(
    session: Session, app: Flask, sign_in: SignIn, now: dt.datetime, path: str
) -> None:
    story = Story(session, now)
    case = story.need().case
    client = sign_in(app.test_client(), story.accounts["RC"])
    address = path.format(case=case.id)
    assert NAME in client.get(address).text or case.code in client.get(address).text
    code = case.code

    with no_line_can_be_written(session):
        answer = client.get(address)

    assert answer.status_code == 503
    assert code not in answer.text
    assert NAME not in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_nothing_is_changed_when_the_record_fails(
    session: Session, app: Flask, sign_in: SignIn, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    story = Story(session, now)
    case = story.case()
    client = sign_in(app.test_client(), story.accounts["RC"])
    member, case_id = case.members[0].id, case.id

    with no_line_can_be_written(session):
        answer = client.post(f"/api/v1/members/{member}/needs", json={"category": "training"})

    assert answer.status_code == 503
    assert session.scalar(text("SELECT count(*) FROM need")) == 0
    assert case_id


def test_nobody_signs_in_when_the_record_fails(own_database: str) -> None:
    with application(own_database) as app:
        email = make_account(app, "editor@example.org", "PA")
        browser = Browser(app)
        with people(app) as session, no_line_can_be_written(session):
            answer = browser.sign_in(email, PASSWORD)

            assert answer.status_code == 503
            assert not browser.is_signed_in()
        assert browser.sign_in(email, PASSWORD).status_code == 302


# ------------------------------------------------------------------------------------ the commands


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["directory", "audit", *arguments])


def test_command_prints_anchors_and_finds_what_is_missing(
    session: Session, app: Flask, tmp_path: Any
) -> None:
    write_lines(session, 5)
    session.commit()
    printed = run(app, "anchors").output
    kept = tmp_path / "anchors.txt"
    kept.write_text(printed)

    assert run(app, "verify", "--anchors", str(kept)).exit_code == 0

    allow_changes(session)
    session.execute(delete(AuditEntry).where(AuditEntry.number > 3))
    _set_head(session, 3, rows(session)[-1].digest)
    session.commit()
    assert run(app, "verify").exit_code == 0
    found = run(app, "verify", "--anchors", str(kept))
    assert found.exit_code == 1
    assert "anchor 5 is gone" in found.output


def test_clock_is_named_as_such(session: Session) -> None:
    entry = audit.record(session, SYSTEM, "a:b:c", "t:1", now=NOW)

    assert (entry.actor, entry.roles) == ("clock", "SYS")


def test_line_names_the_account_never_the_person(session: Session) -> None:
    account = factories.Account.with_role("RC", factories.Organisation())

    entry = audit.record(session, account.actor, "a:b:c", "t:1", now=NOW)

    assert entry.actor == str(account.id)
    assert Who.RC in entry.roles
