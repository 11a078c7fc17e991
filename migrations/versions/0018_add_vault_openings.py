"""Requests to read the true address of a hidden service: two persons, a reason, once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The addresses themselves have had their table from the beginning."""
    op.create_table(
        "vault_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by_id <> asked_by_id", name=op.f("ck_vault_opening_two_persons")
        ),
        sa.CheckConstraint(
            "read_at IS NULL OR is_approved", name=op.f("ck_vault_opening_read_when_approved")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_vault_opening_asked_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_vault_opening_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_vault_opening_site_id_site"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_opening")),
    )
    op.create_index(
        op.f("ix_vault_opening_asked_by_id"), "vault_opening", ["asked_by_id"], unique=False
    )
    op.create_index(op.f("ix_vault_opening_site_id"), "vault_opening", ["site_id"], unique=False)


def downgrade() -> None:
    """Drop it: who asked for what is left in the audit."""
    op.drop_index(op.f("ix_vault_opening_site_id"), table_name="vault_opening")
    op.drop_index(op.f("ix_vault_opening_asked_by_id"), table_name="vault_opening")
    op.drop_table("vault_opening")
