"""Follow-ups, what people say, proxies to confirm, announced calls, listings that are contested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
ANSWER_COLUMNS = (
    "id", "referral_id", "follow_up_id", "at", "by", "asker", "channel", "contacted", "started",
    "still_going", "code", "paid", "satisfaction", "complaint", "idempotency_key",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables; attempts to reach a person need no referral any more."""
    _follow_up()
    _person_answer()
    _proxy_confirmation()
    _announced_call()
    _listing()
    _attempts()


def downgrade() -> None:
    """Drop them; attempts without a referral are lost."""
    op.execute("DELETE FROM contact_attempt WHERE referral_id IS NULL")
    with op.batch_alter_table("contact_attempt") as table:
        table.drop_index("ix_contact_attempt_member_id")
        table.drop_constraint("fk_contact_attempt_member_id_case_member", type_="foreignkey")
        table.drop_column("member_id")
        table.alter_column("referral_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_index("ix_listing_correction_listing_id", table_name="listing_correction")
    op.drop_table("listing_correction")
    op.drop_column("listing", "unlisted_criteria_code")
    op.drop_column("listing", "unlisted_criteria_at")
    op.drop_index("ix_announced_call_member_id", table_name="announced_call")
    op.drop_table("announced_call")
    op.drop_index("ix_proxy_confirmation_referral_id", table_name="proxy_confirmation")
    op.drop_table("proxy_confirmation")
    _allow_changes_of_answers()
    op.drop_index("ix_person_answer_referral_id", table_name="person_answer")
    op.drop_table("person_answer")
    op.drop_index("ix_follow_up_referral_id", table_name="follow_up")
    op.drop_index("ix_follow_up_open", table_name="follow_up")
    op.drop_table("follow_up")


def _key(table: str, column: str, target: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), **more
    )


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("noticed_at", INSTANT, nullable=True),
        sa.Column("texted_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("stop_reason", sa.String(length=20), nullable=True),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        _key("follow_up", "referral_id", "referral"),
        _key("follow_up", "carried_from_id", "follow_up"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("referral_id", "due_at", name=op.f("uq_follow_up_referral_id_due_at")),
    )
    op.create_index("ix_follow_up_referral_id", "follow_up", ["referral_id"])
    op.create_index("ix_follow_up_open", "follow_up", ["done_at", "stopped_at", "due_at"])


def _person_answer() -> None:
    op.create_table(
        "person_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("asker", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("contacted", sa.Boolean(), nullable=True),
        sa.Column("started", sa.Boolean(), nullable=True),
        sa.Column("still_going", sa.Boolean(), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("paid", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.String(length=10), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        _key("person_answer", "referral_id", "referral"),
        _key("person_answer", "follow_up_id", "follow_up"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_answer")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_person_answer_idempotency_key")),
    )
    op.create_index("ix_person_answer_referral_id", "person_answer", ["referral_id"])
    _forbid_changes_of_answers()


def _forbid_changes_of_answers() -> None:
    """Answers can be added and nothing else, but a change of keys may write ``words`` anew."""
    rotating = "EXISTS (SELECT 1 FROM key_rotation WHERE ended_at IS NULL)"
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'person_answer is append-only'); END"
        columns = ", ".join(f'"{name}"' for name in ANSWER_COLUMNS)
        op.execute(
            f"CREATE TRIGGER person_answer_no_delete BEFORE DELETE ON person_answer {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER person_answer_no_update BEFORE UPDATE OF {columns} "
            f"ON person_answer {refuse}"
        )
        op.execute(
            "CREATE TRIGGER person_answer_no_new_words BEFORE UPDATE OF words "
            f"ON person_answer WHEN NOT {rotating} {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION person_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' THEN "
        "IF to_jsonb(NEW) - 'words' IS NOT DISTINCT FROM to_jsonb(OLD) - 'words' "
        f"AND {rotating} THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'person_answer is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER person_answer_no_change BEFORE UPDATE OR DELETE ON person_answer "
        "FOR EACH ROW EXECUTE FUNCTION person_answer_append_only()"
    )
    op.execute(
        "CREATE TRIGGER person_answer_no_truncate BEFORE TRUNCATE ON person_answer "
        "FOR EACH STATEMENT EXECUTE FUNCTION person_answer_append_only()"
    )


def _allow_changes_of_answers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("no_delete", "no_update", "no_new_words"):
            op.execute(f"DROP TRIGGER person_answer_{name}")
        return
    op.execute("DROP TRIGGER person_answer_no_change ON person_answer")
    op.execute("DROP TRIGGER person_answer_no_truncate ON person_answer")
    op.execute("DROP FUNCTION person_answer_append_only()")


def _proxy_confirmation() -> None:
    op.create_table(
        "proxy_confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("is_true", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        _key("proxy_confirmation", "referral_id", "referral"),
        _key("proxy_confirmation", "event_id", "referral_event"),
        _key("proxy_confirmation", "answered_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_confirmation")),
        sa.UniqueConstraint("event_id", name=op.f("uq_proxy_confirmation_event_id")),
    )
    op.create_index("ix_proxy_confirmation_referral_id", "proxy_confirmation", ["referral_id"])


def _announced_call() -> None:
    op.create_table(
        "announced_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("call_at", INSTANT, nullable=False),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("announced_by_id", sa.Uuid(), nullable=True),
        sa.Column("kept_at", INSTANT, nullable=True),
        _key("announced_call", "member_id", "case_member", ondelete="CASCADE"),
        _key("announced_call", "route_id", "contact_route", ondelete="SET NULL"),
        _key("announced_call", "announced_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_call")),
    )
    op.create_index("ix_announced_call_member_id", "announced_call", ["member_id"])


def _listing() -> None:
    op.add_column("listing", sa.Column("unlisted_criteria_at", INSTANT, nullable=True))
    op.add_column("listing", sa.Column("unlisted_criteria_code", sa.String(8), nullable=True))
    op.create_table(
        "listing_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("applied", JSON, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        _key("listing_correction", "listing_id", "listing", ondelete="CASCADE"),
        _key("listing_correction", "settled_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_correction")),
    )
    op.create_index("ix_listing_correction_listing_id", "listing_correction", ["listing_id"])


def _attempts() -> None:
    with op.batch_alter_table("contact_attempt") as table:
        table.add_column(sa.Column("member_id", sa.Uuid(), nullable=True))
        table.alter_column("referral_id", existing_type=sa.Uuid(), nullable=True)
    op.execute(
        "UPDATE contact_attempt SET member_id = "
        "(SELECT member_id FROM referral WHERE referral.id = contact_attempt.referral_id)"
    )
    with op.batch_alter_table("contact_attempt") as table:
        table.alter_column("member_id", existing_type=sa.Uuid(), nullable=False)
        table.create_foreign_key(
            "fk_contact_attempt_member_id_case_member", "case_member", ["member_id"], ["id"],
            ondelete="CASCADE",
        )  # fmt: skip
        table.create_index("ix_contact_attempt_member_id", ["member_id"])
