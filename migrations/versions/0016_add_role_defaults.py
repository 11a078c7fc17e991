"""What a role may do by default, so that an upgrade brings new permissions and keeps a country's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Nobody has changed a role yet: what each may do is its default."""
    op.add_column(
        "account_role", sa.Column("defaults", JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    op.execute("UPDATE account_role SET defaults = permissions")


def downgrade() -> None:
    """Forget the defaults; what a role may do stays."""
    op.drop_column("account_role", "defaults")
