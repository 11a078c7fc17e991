"""Tracking codes, what was shown to a person before they chose, cards, and the office's telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "tracking_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["account.id"], name="fk_tracking_code_issued_by_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name="fk_tracking_code_member_id_case_member",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_code"),
        sa.UniqueConstraint("digest", name="uq_tracking_code_digest"),
        sa.UniqueConstraint("member_id", name="uq_tracking_code_member_id"),
    )
    op.create_table(
        "services_information",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("listings", JSON, nullable=False),
        sa.Column("material", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name="fk_services_information_by_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name="fk_services_information_case_id_case_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_services_information"),
    )
    op.create_index("ix_services_information_case_id", "services_information", ["case_id"])
    op.create_table(
        "options_counselling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_listing_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.Column("eligible_shown", sa.Integer(), nullable=False),
        sa.Column("eligible_existed", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("was_neutral", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("why_one", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name="fk_options_counselling_by_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["chosen_listing_id"],
            ["listing.id"],
            name="fk_options_counselling_chosen_listing_id_listing",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name="fk_options_counselling_member_id_case_member",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name="fk_options_counselling_need_id_need",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name="fk_options_counselling_referral_id_referral"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["routing_run.id"], name="fk_options_counselling_run_id_routing_run"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_options_counselling"),
    )
    op.create_index("ix_options_counselling_need_id", "options_counselling", ["need_id"])
    op.create_index("ix_options_counselling_referral_id", "options_counselling", ["referral_id"])
    op.create_table(
        "self_referral_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name="fk_self_referral_card_by_id_account"
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name="fk_self_referral_card_listing_id_listing"
        ),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name="fk_self_referral_card_need_id_need",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_self_referral_card"),
    )
    op.create_index("ix_self_referral_card_need_id", "self_referral_card", ["need_id"])
    op.add_column("organisation", sa.Column("help_phone", sa.String(length=40), nullable=True))
    op.add_column("organisation", sa.Column("help_hours", sa.String(length=120), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("organisation", "help_hours")
    op.drop_column("organisation", "help_phone")
    op.drop_index("ix_self_referral_card_need_id", "self_referral_card")
    op.drop_table("self_referral_card")
    op.drop_index("ix_options_counselling_referral_id", "options_counselling")
    op.drop_index("ix_options_counselling_need_id", "options_counselling")
    op.drop_table("options_counselling")
    op.drop_index("ix_services_information_case_id", "services_information")
    op.drop_table("services_information")
    op.drop_table("tracking_code")
