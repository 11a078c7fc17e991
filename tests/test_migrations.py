"""Every migration goes up, down and up again, on empty and on populated databases (C-T27)."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, Insert, MetaData, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from directory.core.clock import now
from directory.core.config import ROOT
from directory.core.db import WRITING, Base, db
from tests import factories
from tests.applications import application
from tests.databases import Databases
from tests.world import Side

FOLDER = ROOT / "migrations"
VERSIONS = FOLDER / "versions"
OURS = {"directory", "routing", "maps", "seeds"}
IN_USE = "0015"
"""The first schema that an installation may have been started with."""


def revisions() -> list[str]:
    """From the first to the last; the chain has one head."""
    script = ScriptDirectory(str(FOLDER))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


@pytest.fixture
def empty_app(
    databases: Databases, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """An application on a database without a table."""
    name = f"migrations_{worker_id}_{abs(hash(request.node.nodeid)) % 10**6}"
    with databases.empty(name) as address, application(address) as app:
        yield app


@contextmanager
def writing(app: Flask) -> Iterator[Engine]:
    token = WRITING.set(True)
    with app.app_context():
        yield db.engine
    WRITING.reset(token)


def go(app: Flask, revision: str, *, down: bool = False) -> None:
    """Bring the database to a revision, in this process."""
    with app.app_context():
        move = flask_migrate.downgrade if down else flask_migrate.upgrade
        move(directory=str(FOLDER), revision=revision)


def schema(app: Flask) -> dict[str, str]:
    """Everything that makes the schema, by name: tables, columns, indexes, constraints, triggers."""
    with writing(app) as engine, engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT type || ' ' || name, sql FROM sqlite_master"))
            found = {name: normal(sql or "") for name, sql in rows}
        else:
            found = {}
            for query in POSTGRESQL:
                found |= {str(name): str(sql) for name, sql in connection.execute(text(query))}
    return {name: sql for name, sql in found.items() if "alembic_version" not in name}


POSTGRESQL = (
    (
        "SELECT 'column ' || table_name || '.' || column_name, data_type || is_nullable || "
        "coalesce(column_default, '') || coalesce(character_maximum_length::text, '') "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    ),
    (
        "SELECT 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal"
    ),
    (
        "SELECT 'function ' || proname, pg_get_functiondef(p.oid) FROM pg_proc p "
        "LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' "
        "WHERE pronamespace = 'public'::regnamespace AND d.objid IS NULL AND prokind = 'f'"
    ),
)
"""What describes a schema, extensions left out."""


def normal(sql: str) -> str:
    """SQLite keeps the words of the statement: spaces, quotes around names and the order of added
    columns do not matter.
    """
    head, _, body = re.sub(r"\s+", " ", sql.replace('"', "")).partition("(")
    return head + "|".join(sorted(part.strip(" )") for part in re.split(r",(?![^()]*\))", body)))


# ----------------------------------------------------------------------------------------------- files


def test_files_are_numbered_named_and_current() -> None:
    names = sorted(path.name for path in VERSIONS.glob("*.py"))

    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z]+(_[a-z]+)+\.py", name) for name in names)
    assert revisions() == [name[:4] for name in names]
    assert (FOLDER / "CURRENT").read_text().strip() == names[-1][:4]


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_file_imports_nothing_of_ours_and_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        )
    }  # fmt: skip

    assert imported & OURS == set()
    assert ast.get_docstring(tree)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {"upgrade", "downgrade"} <= set(functions)
    assert not all(isinstance(node, ast.Pass) for node in functions["downgrade"].body)


# ------------------------------------------------------------------------------------------ up, down, up


@pytest.mark.slow
def test_every_migration_goes_down_to_where_it_came_from(empty_app: Flask) -> None:
    steps = revisions()
    go(empty_app, steps[0])
    for lower, upper in itertools.pairwise(steps):
        before = schema(empty_app)
        go(empty_app, upper)
        after = schema(empty_app)
        go(empty_app, lower, down=True)
        assert schema(empty_app) == before, f"down to {lower}"
        go(empty_app, upper)
        assert schema(empty_app) == after, f"up again to {upper}"
        assert after != before, f"{upper} changes nothing"


@pytest.mark.slow
def test_all_the_way_down_leaves_nothing_of_ours(empty_app: Flask) -> None:
    go(empty_app, "head")
    full = schema(empty_app)
    go(empty_app, "base", down=True)

    with writing(empty_app) as engine:
        left = set(inspect(engine).get_table_names()) & set(db_tables())
    assert left == set()
    go(empty_app, "head")
    assert schema(empty_app) == full


def db_tables() -> list[str]:
    return sorted(Base.metadata.tables)


def test_models_and_migrations_say_the_same(empty_app: Flask) -> None:
    go(empty_app, "head")
    with empty_app.app_context():
        flask_migrate.check(directory=str(FOLDER))


# --------------------------------------------------------------------------------------- with rows in it


@pytest.fixture
def populated_app(empty_app: Flask) -> Flask:
    """A database with people, referrals, listings and accounts in it."""
    go(empty_app, "head")
    with writing(empty_app):
        factories.use(db.session)
        Side.made(db.session, now())
        db.session.commit()
    return empty_app


def counts(app: Flask) -> dict[str, int]:
    """Rows of every table that is there."""
    with writing(app) as engine, engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(engine, only=lambda name, _: name in db_tables())
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


@pytest.mark.slow
def test_rows_survive_every_migration_down_and_up(populated_app: Flask) -> None:
    """What a table loses when it is taken away is all that is lost."""
    steps = revisions()
    full = counts(populated_app)
    assert sum(full.values()) > 50
    for upper, lower in zip(reversed(steps), reversed(steps[:-1]), strict=False):
        before = counts(populated_app)
        go(populated_app, lower, down=True)
        below = counts(populated_app)
        assert {name: below[name] for name in below} == {name: before[name] for name in below}, (
            lower
        )
        go(populated_app, upper)
        again = counts(populated_app)
        assert {name: again[name] for name in below} == below, upper
        go(populated_app, lower, down=True)


def lines_of_old_code(app: Flask) -> list[Insert]:
    """What the version before writes: for each table, a line with the columns that it knows."""
    with writing(app) as engine, engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(engine, only=lambda name, _: name in db_tables())
        rows = {
            table: connection.execute(select(table).limit(1)).mappings().first()
            for table in metadata.sorted_tables
        }
    return [table.insert().values(**row) for table, row in rows.items() if row is not None]


def refusals(app: Flask, lines: list[Insert]) -> list[str]:
    """Lines that the schema does not take for their shape; that each is there already is no matter."""
    found = []
    with writing(app) as engine, engine.connect() as connection:
        for line in lines:
            savepoint = connection.begin_nested()
            try:
                connection.execute(line)
            except DBAPIError as error:
                if not re.search("unique|append-only", str(error.orig), re.IGNORECASE):
                    found.append(f"{line.table.name}: {error.orig}")
            savepoint.rollback()
    return found


@pytest.mark.slow
def test_code_of_the_version_before_still_writes(populated_app: Flask) -> None:
    """While servers are exchanged one after the other, the old ones meet the new schema."""
    for lower, upper in itertools.pairwise(revisions()[revisions().index(IN_USE) :]):
        go(populated_app, lower, down=True)
        lines = lines_of_old_code(populated_app)
        assert len(lines) > 20
        go(populated_app, upper)
        assert refusals(populated_app, lines) == []


@pytest.mark.slow
def test_rows_are_protected_again_after_down_and_up(populated_app: Flask) -> None:
    last = revisions()
    go(populated_app, last[-2], down=True)
    go(populated_app, "head")

    with writing(populated_app) as engine, engine.connect() as connection:
        for table in ("audit_entry", "referral_event", "complaint_event", "disclosure"):
            savepoint = connection.begin_nested()
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 -- our own names
            savepoint.rollback()
