"""Amounts for children of an age: a cash scheme pays one sum up to 13 years and another from 14."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two bounds in years, both included; what is there already holds at every age."""
    op.add_column("allowance", sa.Column("age_from", sa.Integer(), nullable=True))
    op.add_column("allowance", sa.Column("age_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Forget the ages; the amounts stay."""
    op.drop_column("allowance", "age_to")
    op.drop_column("allowance", "age_from")
