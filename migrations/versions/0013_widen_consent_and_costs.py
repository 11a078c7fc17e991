"""Guardians and reviews of consents, terms of cost, and what people are owed back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CONSENT_COLUMNS = {
    "giver_name": sa.LargeBinary(),
    "giver_relation": sa.String(length=30),
    "assent_mode": sa.String(length=30),
    "questions_asked": sa.LargeBinary(),
    "route_id": sa.Uuid(),
    "escalated_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    """Add the columns and the tables."""
    for name, kind in CONSENT_COLUMNS.items():
        op.add_column("consent", sa.Column(name, kind, nullable=True))
    op.add_column(
        "contact_route", sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "listing", sa.Column("cost_terms", JSON, nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column("allowance", sa.Column("paid_by", sa.String(length=120), nullable=True))
    op.create_table(
        "exception_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("licence", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_exception_review_consent_id_consent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_exception_review_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_review")),
    )
    op.create_index(
        op.f("ix_exception_review_consent_id"), "exception_review", ["consent_id"], unique=False
    )
    op.create_table(
        "expense",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_amount", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_expense_referral_id_referral")
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"], ["organisation.id"], name=op.f("fk_expense_payer_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_expense_recorded_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense")),
    )
    op.create_index(op.f("ix_expense_referral_id"), "expense", ["referral_id"], unique=False)
    op.create_index(op.f("ix_expense_due_at"), "expense", ["due_at"], unique=False)


def downgrade() -> None:
    """Drop them: guardians, reviews, terms of cost and reimbursements are lost."""
    op.drop_index(op.f("ix_expense_due_at"), table_name="expense")
    op.drop_index(op.f("ix_expense_referral_id"), table_name="expense")
    op.drop_table("expense")
    op.drop_index(op.f("ix_exception_review_consent_id"), table_name="exception_review")
    op.drop_table("exception_review")
    op.drop_column("allowance", "paid_by")
    op.drop_column("listing", "cost_terms")
    op.drop_column("contact_route", "agreed_at")
    for name in reversed(CONSENT_COLUMNS):
        op.drop_column("consent", name)
