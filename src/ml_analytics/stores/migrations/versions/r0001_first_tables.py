"""First tables; on PostgreSQL row-level security, forced on every one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
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
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _string(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Create every table and, on PostgreSQL, let each session see only the tenant it has named."""
    _registry()
    _operations()
    _data()
    if op.get_context().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY tenant ON {table} "
                "USING (tenant_id = current_setting('ml_analytics.tenant', true)) "
                "WITH CHECK (tenant_id = current_setting('ml_analytics.tenant', true))"
            )


def downgrade() -> None:
    """Drop every table and all it holds."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _registry() -> None:
    op.create_table(
        "models",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("model_id", _string(100), nullable=False),
        sa.Column("model_type", _string(100), nullable=False),
        sa.Column("description", _TEXT, nullable=False),
        sa.Column("metadata", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("archived_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "model_id"),
    )
    op.create_table(
        "model_versions",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("model_id", _string(100), nullable=False),
        sa.Column("version", _string(100), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("patch", sa.Integer(), nullable=False),
        sa.Column("model_type", _string(100), nullable=False),
        sa.Column("digest", _string(64), nullable=False),
        sa.Column("compiled_digest", _string(64), nullable=True),
        sa.Column("compiled_note", _TEXT, nullable=False),
        sa.Column("metrics", _JSON, nullable=False),
        sa.Column("hyperparameters", _JSON, nullable=False),
        sa.Column("signature", _JSON, nullable=False),
        sa.Column("lineage", _JSON, nullable=False),
        sa.Column("metadata", _JSON, nullable=False),
        sa.Column("fingerprint", _string(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("archived_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "model_id"],
            ["models.tenant_id", "models.model_id"],
            name="fk_model_versions_models",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "model_id", "version"),
    )
    op.create_index(
        "ix_model_versions_fingerprint",
        "model_versions",
        ["tenant_id", "model_id", "fingerprint"],
        unique=False,
    )
    op.create_index(
        "ix_model_versions_number",
        "model_versions",
        ["tenant_id", "model_id", "major", "minor", "patch"],
        unique=False,
    )
    op.create_table(
        "stages",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("model_id", _string(100), nullable=False),
        sa.Column("environment", _string(100), nullable=False),
        sa.Column("version", _string(100), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("actor", _string(200), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "model_id", "environment"),
    )
    op.create_table(
        "promotions",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("id", _string(100), nullable=False),
        sa.Column("model_id", _string(100), nullable=False),
        sa.Column("version", _string(100), nullable=False),
        sa.Column("environment", _string(100), nullable=False),
        sa.Column("previous_version", _string(100), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", _string(200), nullable=False),
        sa.Column("decision", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "ix_promotions_model", "promotions", ["tenant_id", "model_id", "environment", "at"], unique=False
    )


def _operations() -> None:
    op.create_table(
        "audit",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", _string(200), nullable=False),
        sa.Column("action", _string(100), nullable=False),
        sa.Column("subject", _string(400), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("previous_hash", _string(64), nullable=False),
        sa.Column("hash", _string(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq"),
    )
    op.create_index("ix_audit_subject", "audit", ["tenant_id", "subject", "seq"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("id", _string(100), nullable=False),
        sa.Column("topic", _string(100), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("ix_outbox_open", "outbox", ["tenant_id", "done_at", "created_at"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("key_hash", _string(200), nullable=False),
        sa.Column("for_tenant", _string(100), nullable=False),
        sa.Column("name", _string(200), nullable=False),
        sa.Column("role", _string(100), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "key_hash"),
    )
    op.create_index("ix_api_keys_for", "api_keys", ["tenant_id", "for_tenant"], unique=False)
    op.create_table(
        "workflow_steps",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("workflow", _string(200), nullable=False),
        sa.Column("step", _string(200), nullable=False),
        sa.Column("inputs_hash", _string(64), nullable=False),
        sa.Column("result", _JSON, nullable=True),
        sa.Column("finished_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "workflow", "step"),
    )


def _data() -> None:
    op.create_table(
        "market_metrics",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("symbol", _string(100), nullable=False),
        sa.Column("timestamp", _TIME, nullable=False),
        sa.Column("open", sa.Float(precision=53), nullable=True),
        sa.Column("high", sa.Float(precision=53), nullable=True),
        sa.Column("low", sa.Float(precision=53), nullable=True),
        sa.Column("close", sa.Float(precision=53), nullable=True),
        sa.Column("volume", sa.Float(precision=53), nullable=True),
        sa.Column("source_app", _string(200), nullable=False),
        sa.Column("document_id", _string(200), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "symbol", "timestamp"),
    )
    op.create_index("ix_market_metrics_time", "market_metrics", ["tenant_id", "timestamp"], unique=False)
    op.create_table(
        "ml_records",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("id", _string(200), nullable=False),
        sa.Column("table_name", _string(100), nullable=False),
        sa.Column("source_app", _string(200), nullable=False),
        sa.Column("data_type", _string(100), nullable=False),
        sa.Column("processed_content", _JSON, nullable=False),
        sa.Column("features", _JSON, nullable=False),
        sa.Column("event_time", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index(
        "ix_ml_records_table", "ml_records", ["tenant_id", "table_name", "event_time"], unique=False
    )
    op.create_table(
        "quarantine",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("id", _string(200), nullable=False),
        sa.Column("source", _string(200), nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("replayed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("ix_quarantine_source", "quarantine", ["tenant_id", "source", "created_at"], unique=False)
    op.create_table(
        "documents",
        sa.Column("tenant_id", _string(100), nullable=False),
        sa.Column("collection", _string(100), nullable=False),
        sa.Column("id", _string(200), nullable=False),
        sa.Column("time", _TIME, nullable=False),
        sa.Column("body", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "collection", "id"),
    )
    op.create_index("ix_documents_time", "documents", ["tenant_id", "collection", "time", "id"], unique=False)
