"""Append-only tables: a row cannot be replaced either, nor a table emptied."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SAME_ROW = {
    "audit_entry": "id = NEW.id OR (chain = NEW.chain AND number = NEW.number)",
    "referral_event": (
        "id = NEW.id OR idempotency_key = NEW.idempotency_key "
        "OR (referral_id = NEW.referral_id AND number = NEW.number)"
    ),
    "disclosure": "id = NEW.id",
}
"""What SQLite's INSERT OR REPLACE would remove without asking the triggers for DELETE."""


def upgrade() -> None:
    """Refuse both."""
    for table, same in SAME_ROW.items():
        if op.get_bind().dialect.name == "sqlite":
            exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 -- our own names
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {exists} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
            )


def downgrade() -> None:
    """Allow both again."""
    for table in SAME_ROW:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_no_replace")
        else:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
