"""Database: session, base class of tables, column types, and what each engine needs."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Annotated, Any, ClassVar, cast
from uuid import UUID, uuid4

import pyproj  # noqa: F401 -- must be imported before any connection loads mod_spatialite: memory corruption
import pysqlite3.dbapi2 as sqlite_driver
from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Connection, Dialect, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, MappedColumn, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from directory.core.config import Settings

WGS84 = 4326
SPATIALITE_PACKAGE = "libsqlite3-mod-spatialite"

WRITING: ContextVar[bool] = ContextVar("writing", default=False)
"""Whether the transaction about to begin will write: SQLite then takes its lock at once."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware instant; naive values are refused, UTC comes back on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Aware → UTC (SQLite stores it without its zone)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """UTC, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Key = Annotated[UUID, mapped_column(Uuid(), primary_key=True, default=uuid4)]
Code = Annotated[str, mapped_column(String(40))]
Json = JSON().with_variant(JSONB(), "postgresql")


def geometry(kind: str, *, nullable: bool = False) -> MappedColumn[WKBElement]:
    """A WGS 84 geometry column. A function, because GeoAlchemy2 writes on the type it is given."""
    return mapped_column(Geometry(kind, srid=WGS84), nullable=nullable)


class Base(DeclarativeBase):
    """Base of every table. ``data_class`` is how careful one must be with its rows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[str]: Json,
        list[dict[str, Any]]: Json,
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }
    data_class: ClassVar[str]
    """PUBLIC, PARTNER, PERSONAL, SENSITIVE or VAULT; columns may differ in ``info["class"]``."""


db = SQLAlchemy(require_default_engine=False)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Arguments of ``create_engine`` for the configured address; errors never quote rows."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return {
            "url": _sqlite_url(url), "module": sqlite_driver, "connect_args": {"timeout": 30},
            "hide_parameters": True,
        }  # fmt: skip
    return {
        "url": url.set(drivername="postgresql+psycopg"), "pool_pre_ping": True, "pool_size": 10,
        "hide_parameters": True,
    }  # fmt: skip


def make_engine(settings: Settings) -> Engine:
    """An engine outside Flask, prepared like the application's own."""
    return prepare_engine(create_engine(**engine_options(settings)), settings)


def prepare_engine(engine: Engine, settings: Settings) -> Engine:
    """Install what the engine needs at connect and at the start of a transaction."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _record: _open_sqlite(raw, settings))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its engine and one session per request."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings)}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"json_serializer": _json}
    db.init_app(app)
    # The extension would also end asynchronous sessions, of which there are none, in a thread
    # started for it at every request: that costs more than many a request does.
    app.teardown_appcontext_funcs[:] = [
        ending for ending in app.teardown_appcontext_funcs if not iscoroutinefunction(ending)
    ]
    with app.app_context():
        prepare_engine(db.engine, settings)


@contextmanager
def transaction(session: Session | None = None) -> Iterator[Session]:
    """One transaction for a command: commits at the end, rolls back on any error."""
    token = WRITING.set(True)
    session = session or db.session
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        WRITING.reset(token)


def insert_many(
    session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write rows that all name the same columns: as one stream on PostgreSQL.

    For hundreds of rows and more. Raises what an ``INSERT`` raises.
    """
    table, connection = cast("Table", model.__table__), session.connection()
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), rows)
        return
    refused = connection.dialect.loaded_dbapi.Error
    try:
        _copy(connection, table, rows)
    except refused as error:
        raise DBAPIError.instance(
            f"COPY {table.name}", None, error, refused, hide_parameters=True,
            dialect=connection.dialect,
        ) from error  # fmt: skip


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """``COPY`` knows neither the types nor the defaults of the model: they are applied here."""
    dialect = connection.dialect
    columns = [one for one in table.columns if one.key in rows[0] or one.default is not None]
    values = [_values(column, column.key in rows[0], dialect) for column in columns]
    quoted = dialect.identifier_preparer.quote
    names = ", ".join(quoted(column.name) for column in columns)
    with (
        closing(connection.connection.cursor()) as cursor,
        cursor.copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN") as stream,
    ):
        for row in rows:
            stream.write_row([value(row) for value in values])


def _values(
    column: Column[Any], is_given: bool, dialect: Dialect
) -> Callable[[Mapping[str, Any]], Any]:
    """How a column's value is found in a row, as the driver takes it."""
    default: Any = column.default
    key, bound = column.key, column.type.dialect_impl(dialect).bind_processor(dialect)
    if not is_given:
        return (lambda _row: default.arg(None)) if default.is_callable else lambda _row: default.arg
    return (lambda row: row[key]) if bound is None else lambda row: bound(row[key])


class MissingSpatialite(RuntimeError):
    """The SpatiaLite extension could not be loaded."""


def _sqlite_url(url: URL) -> URL:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return url.set(drivername="sqlite+pysqlite")


def _open_sqlite(raw: Any, settings: Settings) -> None:
    raw.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    raw.enable_load_extension(True)
    try:
        raw.load_extension(settings.spatialite)
    except sqlite_driver.OperationalError as error:
        raise MissingSpatialite(
            f"The SpatiaLite extension is missing: install the package {SPATIALITE_PACKAGE}."
        ) from error
    finally:
        raw.enable_load_extension(False)
    # WAL and FULL: an acknowledged write survives a power cut (trust.md C.5)
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if WRITING.get() else "BEGIN")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


__all__ = [
    "WGS84",
    "WRITING",
    "Base",
    "Code",
    "Integer",
    "Json",
    "Key",
    "UtcDateTime",
    "db",
    "geometry",
    "init_app",
    "make_engine",
    "transaction",
]
