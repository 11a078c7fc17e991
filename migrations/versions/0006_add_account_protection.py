"""Accounts: the last code that was used, until when a temporary password is valid; no tracking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


TRACKING = {
    "confirmed_at": sa.DateTime(timezone=True),
    "last_login_at": sa.DateTime(timezone=True),
    "current_login_at": sa.DateTime(timezone=True),
    "last_login_ip": sa.String(length=64),
    "current_login_ip": sa.String(length=64),
    "login_count": sa.Integer(),
}
"""Sign-ins are in the audit, without whole addresses."""


def upgrade() -> None:
    """Add the columns, drop those that would follow people."""
    op.add_column("account", sa.Column("tf_last_counter", sa.Integer(), nullable=True))
    op.add_column(
        "account", sa.Column("temporary_until", sa.DateTime(timezone=True), nullable=True)
    )
    for name in TRACKING:
        op.drop_column("account", name)


def downgrade() -> None:
    """Drop them: the last code could be used again, temporary passwords would stay for good."""
    for name, kind in TRACKING.items():
        op.add_column("account", sa.Column(name, kind, nullable=True))
    op.drop_column("account", "temporary_until")
    op.drop_column("account", "tf_last_counter")
