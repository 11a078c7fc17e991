"""Cases, needs, facts, consents, referrals and their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVE_ROWS = (
    "state IN ('accepted', 'ack', 'completed', 'contacted', 'draft', 'in-service', 'info-req', "
    "'on-hold', 'ready', 'returned', 'sent', 'waitlist')"
)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def forbid_changes(table: str) -> None:
    """Rows of ``table`` can be added and nothing else."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def allow_changes(table: str) -> None:
    """Take ``forbid_changes`` back."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute(f"DROP FUNCTION {table}_append_only()")


EVENT_COLUMNS = (
    "id",
    "referral_id",
    "number",
    "step",
    "source",
    "target",
    "at",
    "actor",
    "role",
    "code",
    "idempotency_key",
    "previous",
    "digest",
)


def forbid_changes_of_events() -> None:
    """Events can be added and nothing else, but a change of keys may write ``details`` anew."""
    rotating = "EXISTS (SELECT 1 FROM key_rotation WHERE ended_at IS NULL)"
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'referral_event is append-only'); END"
        op.execute(
            f"CREATE TRIGGER referral_event_no_delete BEFORE DELETE ON referral_event {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER referral_event_no_update BEFORE UPDATE OF {', '.join(EVENT_COLUMNS)} "
            f"ON referral_event {refuse}"
        )
        op.execute(
            "CREATE TRIGGER referral_event_no_new_details BEFORE UPDATE OF details "
            f"ON referral_event WHEN NOT {rotating} {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION referral_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' THEN "
        "IF to_jsonb(NEW) - 'details' IS NOT DISTINCT FROM to_jsonb(OLD) - 'details' "
        f"AND {rotating} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'referral_event is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER referral_event_no_change BEFORE UPDATE OR DELETE ON referral_event "
        "FOR EACH ROW EXECUTE FUNCTION referral_event_append_only()"
    )


def upgrade() -> None:
    """Create the tables."""

    op.create_table(
        "key_rotation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("values_written", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_rotation")),
    )

    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closure_code", sa.String(length=40), nullable=True),
        sa.Column("excludes_government", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_case_file_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_case_file_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("code", name=op.f("uq_case_file_code")),
    )
    op.create_index(
        op.f("ix_case_file_organisation_id"),
        "case_file",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_case_file_region_id"), "case_file", ["region_id"], unique=False)
    op.create_index(op.f("ix_case_file_state"), "case_file", ["state"], unique=False)
    op.create_table(
        "case_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_case_member_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_member")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_member_case_id_number")),
    )
    op.create_index(op.f("ix_case_member_case_id"), "case_member", ["case_id"], unique=False)
    op.create_table(
        "case_worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_case_worker_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_case_worker_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_worker")),
        sa.UniqueConstraint(
            "case_id", "account_id", name=op.f("uq_case_worker_case_id_account_id")
        ),
    )
    op.create_index(op.f("ix_case_worker_account_id"), "case_worker", ["account_id"], unique=False)
    op.create_index(op.f("ix_case_worker_case_id"), "case_worker", ["case_id"], unique=False)
    op.create_table(
        "contact_route",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_digest", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=20), nullable=False),
        sa.Column("safe_to_call", sa.Boolean(), nullable=False),
        sa.Column("safe_to_leave_voice", sa.Boolean(), nullable=False),
        sa.Column("safe_to_text", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_contact_route_member_id_case_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_route")),
    )
    op.create_index(
        op.f("ix_contact_route_member_id"), "contact_route", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_contact_route_value_digest"),
        "contact_route",
        ["value_digest"],
        unique=False,
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_fact_member_id_case_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["account.id"],
            name=op.f("fk_fact_recorded_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_member_name", "fact", ["member_id", "name"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_need_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_need_member_id_case_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_case_id"), "need", ["case_id"], unique=False)
    op.create_index(op.f("ix_need_member_id"), "need", ["member_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("giver", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("dataset_version", sa.String(length=20), nullable=False),
        sa.Column("fields_excluded", JSON, nullable=False),
        sa.Column("fields_extra", JSON, nullable=False),
        sa.Column("excludes_government", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_channel", sa.String(length=30), nullable=True),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("read_aloud", sa.Boolean(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("witness", sa.LargeBinary(), nullable=True),
        sa.Column("assent", sa.Boolean(), nullable=True),
        sa.Column("exception_code", sa.String(length=30), nullable=True),
        sa.Column("exception_facts", sa.LargeBinary(), nullable=True),
        sa.Column("exception_by_id", sa.Uuid(), nullable=True),
        sa.Column("countersigned_by_id", sa.Uuid(), nullable=True),
        sa.Column("countersigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_consent_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["countersigned_by_id"],
            ["account.id"],
            name=op.f("fk_consent_countersigned_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["exception_by_id"],
            ["account.id"],
            name=op.f("fk_consent_exception_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_consent_member_id_case_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_consent_need_id_need")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["account.id"],
            name=op.f("fk_consent_recorded_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_case_id"), "consent", ["case_id"], unique=False)
    op.create_index(op.f("ix_consent_member_id"), "consent", ["member_id"], unique=False)
    op.create_table(
        "routing_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("directory_number", sa.Integer(), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("results", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_routing_run_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name=op.f("fk_routing_run_need_id_need"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_run")),
    )
    op.create_index(op.f("ix_routing_run_need_id"), "routing_run", ["need_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner_role", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name=op.f("fk_task_need_id_need"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_due_at"), "task", ["due_at"], unique=False)
    op.create_index(op.f("ix_task_need_id"), "task", ["need_id"], unique=False)
    op.create_table(
        "consent_recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_consent_recipient_consent_id_consent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_consent_recipient_listing_id_listing"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_consent_recipient_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_recipient")),
        sa.UniqueConstraint(
            "consent_id", "rank", name=op.f("uq_consent_recipient_consent_id_rank")
        ),
    )
    op.create_index(
        op.f("ix_consent_recipient_consent_id"),
        "consent_recipient",
        ["consent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_consent_recipient_organisation_id"),
        "consent_recipient",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "gap_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name=op.f("fk_gap_record_need_id_need"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["account.id"],
            name=op.f("fk_gap_record_recorded_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["routing_run.id"],
            name=op.f("fk_gap_record_run_id_routing_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_record")),
    )
    op.create_index(op.f("ix_gap_record_need_id"), "gap_record", ["need_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("listing_version_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("return_kind", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("single_stage", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=True),
        sa.Column("capacity_id", sa.Uuid(), nullable=True),
        sa.Column("hold", sa.String(length=10), nullable=False),
        sa.Column("hold_group", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("info_rounds", sa.Integer(), nullable=False),
        sa.Column("contests", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("reopened_from_id", sa.Uuid(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(state = 'returned') = (return_kind IS NOT NULL)",
            name=op.f("ck_referral_return_has_a_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','ready','cancelled','revoked','void') OR sent_at IS NOT NULL",
            name=op.f("ck_referral_sent_once_left_ready"),
        ),
        sa.ForeignKeyConstraint(
            ["capacity_id"],
            ["capacity.id"],
            name=op.f("fk_referral_capacity_id_capacity"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_referral_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_referral_consent_id_consent")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_referral_listing_id_listing")
        ),
        sa.ForeignKeyConstraint(
            ["listing_version_id"],
            ["listing_version.id"],
            name=op.f("fk_referral_listing_version_id_listing_version"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["case_member.id"],
            name=op.f("fk_referral_member_id_case_member"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_referral_need_id_need")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["referral.id"], name=op.f("fk_referral_parent_id_referral")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["organisation.id"],
            name=op.f("fk_referral_recipient_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["reopened_from_id"],
            ["referral.id"],
            name=op.f("fk_referral_reopened_from_id_referral"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["routing_run.id"], name=op.f("fk_referral_run_id_routing_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(op.f("ix_referral_listing_id"), "referral", ["listing_id"], unique=False)
    op.create_index(op.f("ix_referral_need_id"), "referral", ["need_id"], unique=False)
    op.create_index(op.f("ix_referral_parent_id"), "referral", ["parent_id"], unique=False)
    op.create_index(op.f("ix_referral_recipient_id"), "referral", ["recipient_id"], unique=False)
    op.create_index(op.f("ix_referral_state"), "referral", ["state"], unique=False)
    op.create_index(
        "uq_referral_live",
        "referral",
        ["member_id", "need_id", "listing_id"],
        unique=True,
        sqlite_where=sa.text(LIVE_ROWS),
        postgresql_where=sa.text(LIVE_ROWS),
    )
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("by_role", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_contact_attempt_referral_id_referral"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["contact_route.id"],
            name=op.f("fk_contact_attempt_route_id_contact_route"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    op.create_index(
        op.f("ix_contact_attempt_referral_id"),
        "contact_attempt",
        ["referral_id"],
        unique=False,
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("exception_code", sa.String(length=30), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("field_names", JSON, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_disclosure_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_disclosure_consent_id_consent"),
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["organisation.id"],
            name=op.f("fk_disclosure_recipient_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_disclosure_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(
        op.f("ix_disclosure_recipient_id"), "disclosure", ["recipient_id"], unique=False
    )
    op.create_index(op.f("ix_disclosure_referral_id"), "disclosure", ["referral_id"], unique=False)
    op.create_table(
        "referral_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_clock_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_clock")),
    )
    op.create_index(
        "ix_referral_clock_next",
        "referral_clock",
        ["stopped_at", "next_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_referral_clock_referral_id"),
        "referral_clock",
        ["referral_id"],
        unique=False,
    )
    op.create_table(
        "referral_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_event_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_referral_event_idempotency_key")),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_referral_event_referral_id_number")
        ),
    )
    op.create_index(
        op.f("ix_referral_event_referral_id"),
        "referral_event",
        ["referral_id"],
        unique=False,
    )

    forbid_changes_of_events()
    forbid_changes("disclosure")


def downgrade() -> None:
    """Drop them."""
    allow_changes("referral_event")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER referral_event_no_new_details")
    allow_changes("disclosure")

    op.drop_index(op.f("ix_referral_event_referral_id"), table_name="referral_event")
    op.drop_table("referral_event")
    op.drop_index(op.f("ix_referral_clock_referral_id"), table_name="referral_clock")
    op.drop_index("ix_referral_clock_next", table_name="referral_clock")
    op.drop_table("referral_clock")
    op.drop_index(op.f("ix_disclosure_referral_id"), table_name="disclosure")
    op.drop_index(op.f("ix_disclosure_recipient_id"), table_name="disclosure")
    op.drop_table("disclosure")
    op.drop_index(op.f("ix_contact_attempt_referral_id"), table_name="contact_attempt")
    op.drop_table("contact_attempt")
    op.drop_index(
        "uq_referral_live",
        table_name="referral",
        sqlite_where=sa.text(LIVE_ROWS),
        postgresql_where=sa.text(LIVE_ROWS),
    )
    op.drop_index(op.f("ix_referral_state"), table_name="referral")
    op.drop_index(op.f("ix_referral_recipient_id"), table_name="referral")
    op.drop_index(op.f("ix_referral_parent_id"), table_name="referral")
    op.drop_index(op.f("ix_referral_need_id"), table_name="referral")
    op.drop_index(op.f("ix_referral_listing_id"), table_name="referral")
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_index(op.f("ix_gap_record_need_id"), table_name="gap_record")
    op.drop_table("gap_record")
    op.drop_index(op.f("ix_consent_recipient_organisation_id"), table_name="consent_recipient")
    op.drop_index(op.f("ix_consent_recipient_consent_id"), table_name="consent_recipient")
    op.drop_table("consent_recipient")
    op.drop_index(op.f("ix_task_need_id"), table_name="task")
    op.drop_index(op.f("ix_task_due_at"), table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_routing_run_need_id"), table_name="routing_run")
    op.drop_table("routing_run")
    op.drop_index(op.f("ix_consent_member_id"), table_name="consent")
    op.drop_index(op.f("ix_consent_case_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_need_member_id"), table_name="need")
    op.drop_index(op.f("ix_need_case_id"), table_name="need")
    op.drop_table("need")
    op.drop_index("ix_fact_member_name", table_name="fact")
    op.drop_table("fact")
    op.drop_index(op.f("ix_contact_route_value_digest"), table_name="contact_route")
    op.drop_index(op.f("ix_contact_route_member_id"), table_name="contact_route")
    op.drop_table("contact_route")
    op.drop_index(op.f("ix_case_worker_case_id"), table_name="case_worker")
    op.drop_index(op.f("ix_case_worker_account_id"), table_name="case_worker")
    op.drop_table("case_worker")
    op.drop_index(op.f("ix_case_member_case_id"), table_name="case_member")
    op.drop_table("case_member")
    op.drop_index(op.f("ix_case_file_state"), table_name="case_file")
    op.drop_index(op.f("ix_case_file_region_id"), table_name="case_file")
    op.drop_index(op.f("ix_case_file_organisation_id"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_table("key_rotation")
