"""Accounts: the last code that was used, and until when a password of the administrator is valid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("account", sa.Column("tf_last_counter", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("temporary_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them: codes of the last half minute could be used again, temporary passwords would stay."""
    op.drop_column("account", "temporary_until")
    op.drop_column("account", "tf_last_counter")
