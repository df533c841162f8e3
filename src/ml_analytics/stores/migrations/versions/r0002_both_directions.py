"""Queues in both directions, the feature store, cached pipeline steps, and a list of the tenants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "publications",
    "feature_views",
    "feature_segments",
    "online_features",
    "pipeline_outputs",
    "tenants",
)
OLDER = (
    "models",
    "model_versions",
    "stages",
    "promotions",
    "audit",
    "outbox",
    "api_keys",
    "workflow_steps",
    "market_metrics",
    "ml_records",
    "quarantine",
    "documents",
)
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_PENDING = sa.text("pending = 1")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _string(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Add columns and tables; raw documents that are there wait for promotion (again is harmless)."""
    _queues()
    _features()
    _others()
    if op.get_context().dialect.name == "postgresql":
        _unforced(OLDER)  # the owner's own statements below must see every tenant's rows
    op.execute("UPDATE documents SET pending = 1 WHERE collection IN ('raw_market', 'text', 'social')")
    tenants = " UNION ".join(f"SELECT tenant_id FROM {table}" for table in OLDER)
    op.execute(f"INSERT INTO tenants SELECT tenant_id, CURRENT_TIMESTAMP FROM ({tenants}) AS known")
    if op.get_context().dialect.name == "postgresql":
        _forced(OLDER)
        _secure()


def downgrade() -> None:
    """Drop what this revision added and all it holds."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_documents_pending", "documents")
    op.drop_index("ix_quarantine_waiting", "quarantine")
    for table, columns in (
        ("documents", ["pending"]),
        ("quarantine", ["data_type", "stage", "target", "replayed_as"]),
        ("outbox", ["attempts", "last_error"]),
    ):
        for column in columns:
            op.drop_column(table, column)


def _queues() -> None:
    op.add_column("outbox", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("last_error", _string(400), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("data_type", _string(100), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("stage", _string(100), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("target", _string(100), nullable=False, server_default=""))
    op.add_column("quarantine", sa.Column("replayed_as", _string(200), nullable=True))
    op.create_index("ix_quarantine_waiting", "quarantine", ["tenant_id", "replayed_at", "created_at"])
    op.add_column("documents", sa.Column("pending", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_documents_pending",
        "documents",
        ["tenant_id", "collection", "time", "id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
    op.create_table(
        "publications",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("data_type", _string(100), nullable=False),
        sa.Column("collection", _string(100), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "data_type"),
    )


def _features() -> None:
    op.create_table(
        "feature_views",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("name", _string(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("fingerprint", _string(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", "version"),
    )
    op.create_table(
        "feature_segments",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("view", _string(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("digest", _string(64), nullable=False),
        sa.Column("batch_id", _string(200), nullable=False),
        sa.Column("fingerprint", _string(64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("first_event", _TIME, nullable=False),
        sa.Column("last_event", _TIME, nullable=False),
        sa.Column("last_created", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("materialized_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "view", "version", "seq"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "view", "version"],
            ["feature_views.tenant_id", "feature_views.name", "feature_views.version"],
            name="fk_feature_segments_views",
        ),
    )
    op.create_index(
        "ix_feature_segments_batch",
        "feature_segments",
        ["tenant_id", "view", "version", "batch_id"],
        unique=True,
    )
    op.create_table(
        "online_features",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("view", _string(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("entity", _string(400), nullable=False),
        sa.Column("event_time", _TIME, nullable=False),
        sa.Column("created_time", _TIME, nullable=False),
        sa.Column("values", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "view", "version", "entity"),
    )


def _others() -> None:
    op.create_table(
        "pipeline_outputs",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("pipeline", _string(100), nullable=False),
        sa.Column("step", _string(100), nullable=False),
        sa.Column("key", _string(64), nullable=False),
        sa.Column("digest", _string(64), nullable=False),
        sa.Column("kind", _string(100), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "pipeline", "step", "key"),
    )
    op.create_table(
        "tenants",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id"),
    )


def _unforced(tables: tuple[str, ...]) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def _forced(tables: tuple[str, ...]) -> None:
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _secure() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} "
            "USING (tenant_id = current_setting('ml_analytics.tenant', true)) "
            "WITH CHECK (tenant_id = current_setting('ml_analytics.tenant', true))"
        )
    # '*' is no tenant's name: it shows the list of tenants and not one row of theirs.
    op.execute(
        "CREATE POLICY everyone ON tenants FOR SELECT "
        "USING (current_setting('ml_analytics.tenant', true) = '*')"
    )
    _forced(TABLES)
