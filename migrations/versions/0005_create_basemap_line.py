"""Lines of the basemap that an installation loads itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_geospatial_table(
        "basemap_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column(
            "shape",
            Geometry(
                geometry_type="MULTILINESTRING",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basemap_line")),
    )
    op.create_geospatial_index(
        "idx_basemap_line_shape",
        "basemap_line",
        ["shape"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_basemap_line_kind_name", "basemap_line", ["kind", "name"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_basemap_line_kind_name", table_name="basemap_line")
    op.drop_geospatial_index(
        "idx_basemap_line_shape",
        table_name="basemap_line",
        postgresql_using="gist",
        column_name="shape",
    )
    op.drop_geospatial_table("basemap_line")
