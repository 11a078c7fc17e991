"""Messages: how far each has come and when it is tried next; what people answer by SMS."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
INDEXES = {
    "ix_outbox_message_recipient_digest": ["recipient_digest"],
    "ix_outbox_message_subject": ["subject"],
    "ix_outbox_message_waiting": ["state", "next_at"],
}


def new_columns() -> list[sa.Column]:
    # SQLite adds a column that may not be empty only with a constant
    return [
        sa.Column("recipient_digest", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("audience", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("country", sa.String(length=2), nullable=False, server_default=""),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False, server_default="queued"),
        sa.Column("next_at", WHEN, nullable=False, server_default="1970-01-01 00:00:00"),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("reported_at", WHEN, nullable=True),
        sa.Column("read_at", WHEN, nullable=True),
    ]


def upgrade() -> None:
    """Add the columns; what was sent is sent, the rest waits."""
    for column in new_columns():
        op.add_column("outbox_message", column)
    op.execute("UPDATE outbox_message SET state = 'sent' WHERE sent_at IS NOT NULL")
    op.execute("UPDATE outbox_message SET next_at = created_at")
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "outbox_message", columns, unique=False)
    op.create_table(
        "inbound_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("received_at", WHEN, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("sender_digest", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("same", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"],
            name=op.f("fk_inbound_statement_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_statement")),
        sa.UniqueConstraint("same", name=op.f("uq_inbound_statement_same")),
    )  # fmt: skip
    for column in ("received_at", "referral_id", "sender_digest"):
        op.create_index(
            op.f(f"ix_inbound_statement_{column}"), "inbound_statement", [column], unique=False
        )


def downgrade() -> None:
    """Take them away; a message that had failed would be tried again."""
    op.drop_table("inbound_statement")
    for name in INDEXES:
        op.drop_index(op.f(name), table_name="outbox_message")
    for column in reversed(new_columns()):
        op.drop_column("outbox_message", column.name)
