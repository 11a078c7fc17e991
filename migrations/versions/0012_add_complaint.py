"""Complaints, their history, whom they are about, and their promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
EVENT_COLUMNS = (
    "id",
    "complaint_id",
    "number",
    "step",
    "source",
    "target",
    "at",
    "actor",
    "role",
    "idempotency_key",
    "previous",
    "digest",
)
ROTATING = "EXISTS (SELECT 1 FROM key_rotation WHERE ended_at IS NULL)"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'complaint_event is append-only'); END"
SAME_ROW = (
    "id = NEW.id OR idempotency_key = NEW.idempotency_key "
    "OR (complaint_id = NEW.complaint_id AND number = NEW.number)"
)
THERE = f"EXISTS (SELECT 1 FROM complaint_event WHERE {SAME_ROW})"  # noqa: S608 -- our own names
TRIGGERS = {
    "complaint_event_no_delete": "BEFORE DELETE ON complaint_event",
    "complaint_event_no_update": f"BEFORE UPDATE OF {', '.join(EVENT_COLUMNS)} ON complaint_event",
    "complaint_event_no_new_details": (
        f"BEFORE UPDATE OF details ON complaint_event WHEN NOT {ROTATING}"
    ),
    "complaint_event_no_replace": f"BEFORE INSERT ON complaint_event WHEN {THERE}",
}
"""Events can be added and nothing else, but a change of keys may write ``details`` anew."""


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("receipt_digest", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("harmed", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("held_by", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("caseworker_may_know", sa.Boolean(), nullable=False),
        sa.Column("name_may_be_shared", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_complaint_region_id_region")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_complaint_listing_id_listing")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_complaint_case_id_case_file"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("code", name=op.f("uq_complaint_code")),
        sa.UniqueConstraint("receipt_digest", name=op.f("uq_complaint_receipt_digest")),
    )
    for column in ("level", "country", "region_id", "state", "case_id", "received_at"):
        op.create_index(op.f(f"ix_complaint_{column}"), "complaint", [column], unique=False)
    op.create_table(
        "complaint_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_event_complaint_id_complaint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_event")),
        sa.UniqueConstraint(
            "complaint_id", "number", name=op.f("uq_complaint_event_complaint_id_number")
        ),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_complaint_event_idempotency_key")),
    )
    op.create_index(
        op.f("ix_complaint_event_complaint_id"), "complaint_event", ["complaint_id"], unique=False
    )
    op.create_table(
        "complaint_party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_certain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_party_complaint_id_complaint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_complaint_party_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_party")),
        sa.UniqueConstraint(
            "complaint_id",
            "organisation_id",
            name=op.f("uq_complaint_party_complaint_id_organisation_id"),
        ),
    )
    for column in ("complaint_id", "organisation_id"):
        op.create_index(
            op.f(f"ix_complaint_party_{column}"), "complaint_party", [column], unique=False
        )
    op.create_table(
        "complaint_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaint.id"],
            name=op.f("fk_complaint_clock_complaint_id_complaint"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_clock")),
    )
    op.create_index(
        "ix_complaint_clock_next", "complaint_clock", ["stopped_at", "next_at"], unique=False
    )
    op.create_index(
        op.f("ix_complaint_clock_complaint_id"), "complaint_clock", ["complaint_id"], unique=False
    )
    forbid_changes()


def forbid_changes() -> None:
    """Let the history of a complaint only grow."""
    if op.get_bind().dialect.name == "sqlite":
        for name, when in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {when} {REFUSE}")
        return
    op.execute(
        "CREATE FUNCTION complaint_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF TG_OP = 'UPDATE' THEN "
        "IF to_jsonb(NEW) - 'details' IS NOT DISTINCT FROM to_jsonb(OLD) - 'details' "
        f"AND {ROTATING} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'complaint_event is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER complaint_event_no_change BEFORE UPDATE OR DELETE ON complaint_event "
        "FOR EACH ROW EXECUTE FUNCTION complaint_event_append_only()"
    )
    op.execute(
        "CREATE TRIGGER complaint_event_no_truncate BEFORE TRUNCATE ON complaint_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION complaint_event_append_only()"
    )


def downgrade() -> None:
    """Drop them: what was complained of is lost."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(f"DROP TRIGGER {trigger}")
    op.drop_table("complaint_clock")
    op.drop_table("complaint_party")
    op.drop_table("complaint_event")
    op.drop_table("complaint")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION complaint_event_append_only()")
