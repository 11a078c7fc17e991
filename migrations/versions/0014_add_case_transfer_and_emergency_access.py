"""Cases: transfers, emergency access, and people announced from another country."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "case_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("struck", JSON, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handover", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_case_transfer_answered_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_transfer_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["account.id"], name=op.f("fk_case_transfer_offered_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisation.id"],
            name=op.f("fk_case_transfer_receiver_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["organisation.id"], name=op.f("fk_case_transfer_sender_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["case_file.id"], name=op.f("fk_case_transfer_successor_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_transfer")),
        sa.UniqueConstraint("code", name=op.f("uq_case_transfer_code")),
    )
    op.create_index(op.f("ix_case_transfer_case_id"), "case_transfer", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_transfer_due_at"), "case_transfer", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_case_transfer_receiver_id"), "case_transfer", ["receiver_id"], unique=False
    )
    op.create_index(
        op.f("ix_case_transfer_sender_id"), "case_transfer", ["sender_id"], unique=False
    )
    op.create_table(
        "cross_border_packet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("sender_name", sa.LargeBinary(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("receiver_name", sa.LargeBinary(), nullable=False),
        sa.Column("installation", sa.String(length=40), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("host_country", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("departs_on", sa.Date(), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("landed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Uuid(), nullable=True),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"],
            ["account.id"],
            name=op.f("fk_cross_border_packet_acknowledged_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_cross_border_packet_case_id_case_file"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_cross_border_packet_created_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisation.id"],
            name=op.f("fk_cross_border_packet_receiver_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["organisation.id"],
            name=op.f("fk_cross_border_packet_sender_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cross_border_packet")),
        sa.UniqueConstraint("number", name=op.f("uq_cross_border_packet_number")),
    )
    op.create_index(
        op.f("ix_cross_border_packet_acknowledge_by"),
        "cross_border_packet",
        ["acknowledge_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cross_border_packet_case_id"), "cross_border_packet", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_cross_border_packet_receiver_id"),
        "cross_border_packet",
        ["receiver_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_cross_border_packet_sender_id"), "cross_border_packet", ["sender_id"], unique=False
    )
    op.create_index(
        op.f("ix_cross_border_packet_state"), "cross_border_packet", ["state"], unique=False
    )
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column(
            "priority",
            sa.Enum("P0", "P1", "P2", "P3", name="priority", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("second_reason", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_note", sa.LargeBinary(), nullable=True),
        sa.Column("tells_person", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_emergency_access_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_emergency_access_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_emergency_access_member_id_case_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["account.id"],
            name=op.f("fk_emergency_access_reviewed_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(
        op.f("ix_emergency_access_account_id"), "emergency_access", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_emergency_access_case_id"), "emergency_access", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_emergency_access_member_id"), "emergency_access", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_emergency_access_review_due_at"),
        "emergency_access",
        ["review_due_at"],
        unique=False,
    )
    op.create_table(
        "service_confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("packet_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_service_confirmation_answered_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["account.id"],
            name=op.f("fk_service_confirmation_asked_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_service_confirmation_listing_id_listing")
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"],
            ["cross_border_packet.id"],
            name=op.f("fk_service_confirmation_packet_id_cross_border_packet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_confirmation")),
    )
    op.create_index(
        op.f("ix_service_confirmation_listing_id"),
        "service_confirmation",
        ["listing_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_service_confirmation_packet_id"),
        "service_confirmation",
        ["packet_id"],
        unique=False,
    )
    op.create_table(
        "transfer_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("by_sender", sa.Boolean(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_transfer_call_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["case_transfer.id"],
            name=op.f("fk_transfer_call_transfer_id_case_transfer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_call")),
    )
    op.create_index(
        op.f("ix_transfer_call_transfer_id"), "transfer_call", ["transfer_id"], unique=False
    )


def downgrade() -> None:
    """Drop them: offers, openings and packets are lost."""
    op.drop_index(op.f("ix_transfer_call_transfer_id"), table_name="transfer_call")
    op.drop_table("transfer_call")
    op.drop_index(op.f("ix_service_confirmation_packet_id"), table_name="service_confirmation")
    op.drop_index(op.f("ix_service_confirmation_listing_id"), table_name="service_confirmation")
    op.drop_table("service_confirmation")
    op.drop_index(op.f("ix_emergency_access_review_due_at"), table_name="emergency_access")
    op.drop_index(op.f("ix_emergency_access_member_id"), table_name="emergency_access")
    op.drop_index(op.f("ix_emergency_access_case_id"), table_name="emergency_access")
    op.drop_index(op.f("ix_emergency_access_account_id"), table_name="emergency_access")
    op.drop_table("emergency_access")
    op.drop_index(op.f("ix_cross_border_packet_state"), table_name="cross_border_packet")
    op.drop_index(op.f("ix_cross_border_packet_sender_id"), table_name="cross_border_packet")
    op.drop_index(op.f("ix_cross_border_packet_receiver_id"), table_name="cross_border_packet")
    op.drop_index(op.f("ix_cross_border_packet_case_id"), table_name="cross_border_packet")
    op.drop_index(op.f("ix_cross_border_packet_acknowledge_by"), table_name="cross_border_packet")
    op.drop_table("cross_border_packet")
    op.drop_index(op.f("ix_case_transfer_sender_id"), table_name="case_transfer")
    op.drop_index(op.f("ix_case_transfer_receiver_id"), table_name="case_transfer")
    op.drop_index(op.f("ix_case_transfer_due_at"), table_name="case_transfer")
    op.drop_index(op.f("ix_case_transfer_case_id"), table_name="case_transfer")
    op.drop_table("case_transfer")
