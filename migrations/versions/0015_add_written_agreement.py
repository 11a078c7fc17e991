"""Written agreements between those who send and those who receive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "written_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("quota_group", sa.String(length=40), nullable=True),
        sa.Column("quota_share", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.Column("accepted_of_group", sa.Integer(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("approval_days", sa.Integer(), nullable=True),
        sa.Column("payment", sa.String(length=40), nullable=False),
        sa.Column("payment_since", sa.Date(), nullable=True),
        sa.Column("payment_expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "sender_id <> provider_id", name=op.f("ck_written_agreement_two_parties")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= signed_on",
            name=op.f("ck_written_agreement_ends_after_its_signature"),
        ),
        sa.CheckConstraint(
            "(quota_share IS NULL) = (quota_group IS NULL)",
            name=op.f("ck_written_agreement_quota_has_share_and_group"),
        ),
        sa.CheckConstraint(
            "accepted IS NULL OR accepted_of_group BETWEEN 0 AND accepted",
            name=op.f("ck_written_agreement_group_is_a_part"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["organisation.id"],
            name=op.f("fk_written_agreement_sender_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
            name=op.f("fk_written_agreement_provider_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_agreement")),
        sa.UniqueConstraint("key", name=op.f("uq_written_agreement_key")),
    )
    op.create_index("ix_written_agreement_sender_id", "written_agreement", ["sender_id"])
    op.create_index("ix_written_agreement_provider_id", "written_agreement", ["provider_id"])


def downgrade() -> None:
    """Drop it: what was agreed is lost here."""
    op.drop_table("written_agreement")
