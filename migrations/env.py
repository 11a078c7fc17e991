"""How migrations run: on the application's own engine, with plain SQL types in the files."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers
from sqlalchemy import Table

import routing.models  # noqa: F401 -- registers the tables
from directory.core.db import WRITING, Base, UtcDateTime, db
from directory.core.encryption import Encrypted


def render_item(kind: str, value: Any, autogen: Any) -> str | bool:
    """Our column types as plain SQL types, so that a migration never imports our code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, Encrypted):
        return "sa.LargeBinary()"
    rendered: str | bool = alembic_helpers.render_item(kind, value, autogen)
    return rendered


def include_object(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
    """Only our tables: SpatiaLite and the search indexes keep tables of their own."""
    if kind == "table" and reflected and other is None:
        return False
    if isinstance(thing, Table) and thing.info.get("skip_migration"):
        return False
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, other))


def run() -> None:
    """Upgrade or downgrade within one transaction a file."""
    token = WRITING.set(True)
    with current_app.app_context(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            include_object=include_object,
            process_revision_directives=alembic_helpers.writer,
            transaction_per_migration=True,
            render_as_batch=False,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    WRITING.reset(token)


run()
