"""The search index: FTS5 with trigrams on SQLite, tsvector with pg_trgm on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    op.create_table(
        "listing_text",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("name_fr", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_text_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_listing_text")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_listing_text_listing_id")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_index(
        "ix_search_word_trigrams",
        "search_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    if on_sqlite():
        # words come cut, folded and stemmed: the tokenizer only splits at spaces
        op.execute(
            "CREATE VIRTUAL TABLE listing_fts USING fts5(tokens, detail='none', "
            "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
        op.execute(
            "CREATE VIRTUAL TABLE search_word_fts "
            "USING fts5(padded, detail='none', tokenize='trigram')"
        )
        return
    op.create_table(
        "listing_vector",
        sa.Column("document", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vector", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"],
            ["listing_text.document"],
            name=op.f("fk_listing_vector_document_listing_text"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_listing_vector")),
    )
    op.create_index(
        "ix_listing_vector_vector", "listing_vector", ["vector"], postgresql_using="gin"
    )


def downgrade() -> None:
    if on_sqlite():
        op.execute("DROP TABLE search_word_fts")
        op.execute("DROP TABLE listing_fts")
    else:
        op.drop_index("ix_listing_vector_vector", table_name="listing_vector")
        op.drop_table("listing_vector")
    op.drop_index("ix_search_word_trigrams", table_name="search_word")
    op.drop_table("search_word")
    op.drop_table("listing_text")
