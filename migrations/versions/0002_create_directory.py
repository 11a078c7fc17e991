"""Services, sites, listings and what they offer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables."""

    op.create_table(
        "search_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("found_nothing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_search_demand_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_demand")),
        sa.UniqueConstraint(
            "day",
            "country",
            "region_id",
            "category",
            "word",
            name=op.f("uq_search_demand_day_country_region_id_category_word"),
        ),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("description", JSON, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_service_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_service_programme_id_programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("key", name=op.f("uq_service_key")),
    )
    op.create_index(op.f("ix_service_category"), "service", ["category"], unique=False)
    op.create_index(
        op.f("ix_service_organisation_id"), "service", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_service_programme_id"), "service", ["programme_id"], unique=False)
    op.create_geospatial_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("place_name", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(length=40), nullable=False),
        sa.Column("is_urban", sa.Boolean(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("accessibility", JSON, nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.CheckConstraint(
            "precision <> 'hidden' OR (point IS NULL AND lon IS NULL"
            " AND lat IS NULL AND address IS NULL)",
            name=op.f("ck_site_hidden_has_no_position"),
        ),
        sa.CheckConstraint(
            "(lon IS NULL) = (lat IS NULL) AND (lon IS NULL) = (point IS NULL)",
            name=op.f("ck_site_position_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_site_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
    )
    op.create_geospatial_index(
        "idx_site_point",
        "site",
        ["point"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_site_country"), "site", ["country"], unique=False)
    op.create_index(op.f("ix_site_region_id"), "site", ["region_id"], unique=False)
    op.create_table(
        "hidden_address",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
            name=op.f("fk_hidden_address_site_id_site"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_hidden_address")),
    )
    op.create_table(
        "listing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("visibility", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.Column("is_permanent", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Uuid(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.Uuid(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("cost_model", sa.String(length=20), nullable=True),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("cost_note", sa.Text(), nullable=True),
        sa.Column("duration_days", sa.Integer(), nullable=True),
        sa.Column("hours_per_week", sa.Integer(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("has_no_end", sa.Boolean(), nullable=False),
        sa.Column("has_no_conditions", sa.Boolean(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("supports", JSON, nullable=False),
        sa.Column("specialties", JSON, nullable=False),
        sa.Column("sectors", JSON, nullable=False),
        sa.Column("saturated_sectors", JSON, nullable=False),
        sa.Column("documents_required", JSON, nullable=False),
        sa.Column("data_needed", JSON, nullable=False),
        sa.Column("allowed_senders", JSON, nullable=False),
        sa.Column("accepts_self_referral", sa.Boolean(), nullable=True),
        sa.Column("accepts_incomplete", sa.Boolean(), nullable=False),
        sa.Column("single_stage", sa.Boolean(), nullable=False),
        sa.Column("waitlist_days", sa.Integer(), nullable=True),
        sa.Column("promised_hours", JSON, nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by_id"],
            ["account.id"],
            name=op.f("fk_listing_edited_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_listing_service_id_service")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_listing_site_id_site")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"],
            ["account.id"],
            name=op.f("fk_listing_verified_by_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("service_id", "site_id", name=op.f("uq_listing_service_id_site_id")),
    )
    op.create_index("ix_listing_changed_in", "listing", ["changed_in"], unique=False)
    op.create_index(op.f("ix_listing_service_id"), "listing", ["service_id"], unique=False)
    op.create_index(op.f("ix_listing_site_id"), "listing", ["site_id"], unique=False)
    op.create_index(op.f("ix_listing_state"), "listing", ["state"], unique=False)
    op.create_table(
        "allowance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("per", sa.String(length=20), nullable=False),
        sa.Column("first_payment_day", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_allowance_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowance")),
    )
    op.create_index(op.f("ix_allowance_listing_id"), "allowance", ["listing_id"], unique=False)
    op.create_table(
        "capacity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "held >= 0 AND taken >= 0", name=op.f("ck_capacity_counts_not_negative")
        ),
        sa.CheckConstraint(
            "places IS NULL OR held + taken <= places",
            name=op.f("ck_capacity_never_oversubscribed"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_capacity_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
    )
    op.create_index(op.f("ix_capacity_listing_id"), "capacity", ["listing_id"], unique=False)
    op.create_table(
        "condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("asks", JSON, nullable=False),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("flexible_by", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_condition_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["condition.id"],
            name=op.f("fk_condition_parent_id_condition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    op.create_index(op.f("ix_condition_listing_id"), "condition", ["listing_id"], unique=False)
    op.create_table(
        "focal_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("role_title", sa.String(length=120), nullable=False),
        sa.Column("person_name", sa.String(length=120), nullable=True),
        sa.Column("deputy_name", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_second", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("hours", sa.String(length=200), nullable=True),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("promised_hours", JSON, nullable=False),
        sa.Column("out_of_hours_phone", sa.String(length=40), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("answered_test_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_focal_point_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focal_point")),
    )
    op.create_index(op.f("ix_focal_point_listing_id"), "focal_point", ["listing_id"], unique=False)
    op.create_table(
        "intake_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("recurrence", sa.String(length=200), nullable=True),
        sa.Column("cut_off_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_intake_window_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_window")),
    )
    op.create_index(
        op.f("ix_intake_window_listing_id"),
        "intake_window",
        ["listing_id"],
        unique=False,
    )
    op.create_table(
        "listing_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by_id"],
            ["account.id"],
            name=op.f("fk_listing_version_edited_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_version_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
        sa.UniqueConstraint(
            "listing_id", "number", name=op.f("uq_listing_version_listing_id_number")
        ),
    )
    op.create_index(
        op.f("ix_listing_version_listing_id"),
        "listing_version",
        ["listing_id"],
        unique=False,
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_opening_hours_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(
        op.f("ix_opening_hours_listing_id"),
        "opening_hours",
        ["listing_id"],
        unique=False,
    )
    op.create_table(
        "group_places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("capacity_id", sa.Uuid(), nullable=False),
        sa.Column("population_group", sa.String(length=40), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capacity_id"],
            ["capacity.id"],
            name=op.f("fk_group_places_capacity_id_capacity"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_places")),
        sa.UniqueConstraint(
            "capacity_id",
            "population_group",
            name=op.f("uq_group_places_capacity_id_population_group"),
        ),
    )
    op.create_index(
        op.f("ix_group_places_capacity_id"),
        "group_places",
        ["capacity_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them."""

    op.drop_index(op.f("ix_group_places_capacity_id"), table_name="group_places")
    op.drop_table("group_places")
    op.drop_index(op.f("ix_opening_hours_listing_id"), table_name="opening_hours")
    op.drop_table("opening_hours")
    op.drop_index(op.f("ix_listing_version_listing_id"), table_name="listing_version")
    op.drop_table("listing_version")
    op.drop_index(op.f("ix_intake_window_listing_id"), table_name="intake_window")
    op.drop_table("intake_window")
    op.drop_index(op.f("ix_focal_point_listing_id"), table_name="focal_point")
    op.drop_table("focal_point")
    op.drop_index(op.f("ix_condition_listing_id"), table_name="condition")
    op.drop_table("condition")
    op.drop_index(op.f("ix_capacity_listing_id"), table_name="capacity")
    op.drop_table("capacity")
    op.drop_index(op.f("ix_allowance_listing_id"), table_name="allowance")
    op.drop_table("allowance")
    op.drop_index(op.f("ix_listing_state"), table_name="listing")
    op.drop_index(op.f("ix_listing_site_id"), table_name="listing")
    op.drop_index(op.f("ix_listing_service_id"), table_name="listing")
    op.drop_index("ix_listing_changed_in", table_name="listing")
    op.drop_table("listing")
    op.drop_table("hidden_address")
    op.drop_index(op.f("ix_site_region_id"), table_name="site")
    op.drop_index(op.f("ix_site_country"), table_name="site")
    op.drop_geospatial_index(
        "idx_site_point",
        table_name="site",
        postgresql_using="gist",
        column_name="point",
    )
    op.drop_geospatial_table("site")
    op.drop_index(op.f("ix_service_programme_id"), table_name="service")
    op.drop_index(op.f("ix_service_organisation_id"), table_name="service")
    op.drop_index(op.f("ix_service_category"), table_name="service")
    op.drop_table("service")
    op.drop_table("search_demand")
