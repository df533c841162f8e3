"""The schema: one SQLAlchemy ``MetaData``; every table carries ``tenant_id`` first in its primary key.

Text sorts by code point on every database (collation ``C`` on PostgreSQL), times are aware UTC, JSON is
``jsonb`` on PostgreSQL. Change a table here *and* add a revision under ``migrations/versions``; a test
holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; databases that forget the zone (SQLite) get it back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _string(length: int) -> String:
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _tenant() -> Column[Any]:
    return Column("tenant_id", _string(100), primary_key=True, nullable=False)


def _key(name: str, length: int = 100) -> Column[Any]:
    return Column(name, _string(length), primary_key=True, nullable=False)


def _name(
    name: str,
    length: int = 100,
    *,
    nullable: bool = False,
    default: str | None = None,
    server_default: str | None = None,
) -> Column[Any]:
    # server_default: for a column that came later, in rows that were there before it.
    return Column(name, _string(length), nullable=nullable, default=default, server_default=server_default)


def _text(name: str) -> Column[Any]:
    kind = Text().with_variant(Text(collation="C"), "postgresql")
    return Column(name, kind, nullable=False, default="")


def _time(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime(), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> Column[Any]:
    kind = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    return Column(name, kind, nullable=nullable, default=None if nullable else {})


MODELS = Table(
    "models",
    METADATA,
    _tenant(),
    _key("model_id"),
    _name("model_type", default=""),
    _text("description"),
    _json("metadata"),
    _time("created_at"),
    _time("archived_at", nullable=True),
)

MODEL_VERSIONS = Table(
    "model_versions",
    METADATA,
    _tenant(),
    _key("model_id"),
    _key("version"),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("patch", Integer, nullable=False),
    _name("model_type", default=""),
    _name("digest", 64),
    _name("compiled_digest", 64, nullable=True),
    _text("compiled_note"),
    _json("metrics"),
    _json("hyperparameters"),
    _json("signature"),
    _json("lineage"),
    _json("metadata"),
    _name("fingerprint", 64),
    _time("created_at"),
    _time("archived_at", nullable=True),
    ForeignKeyConstraint(
        ["tenant_id", "model_id"], ["models.tenant_id", "models.model_id"], name="fk_model_versions_models"
    ),
    Index("ix_model_versions_number", "tenant_id", "model_id", "major", "minor", "patch"),
    Index("ix_model_versions_fingerprint", "tenant_id", "model_id", "fingerprint"),
)

STAGES = Table(
    "stages",
    METADATA,
    _tenant(),
    _key("model_id"),
    _key("environment"),
    _name("version"),
    _time("since"),
    _name("actor", 200, default=""),
)

PROMOTIONS = Table(
    "promotions",
    METADATA,
    _tenant(),
    _key("id"),
    _name("model_id"),
    _name("version"),
    _name("environment"),
    _name("previous_version", nullable=True),
    _time("at"),
    _name("actor", 200, default=""),
    _json("decision"),
    Index("ix_promotions_model", "tenant_id", "model_id", "environment", "at"),
)

AUDIT = Table(
    "audit",
    METADATA,
    _tenant(),
    Column("seq", BigInteger, primary_key=True, nullable=False, autoincrement=False),
    _time("at"),
    _name("actor", 200, default=""),
    _name("action"),
    _name("subject", 400, default=""),
    _json("detail"),
    _name("previous_hash", 64, default=""),
    _name("hash", 64),
    Index("ix_audit_subject", "tenant_id", "subject", "seq"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    _tenant(),
    _key("id"),
    _name("topic"),
    _json("payload"),
    _time("created_at"),
    _time("done_at", nullable=True),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    _name("last_error", 400, default="", server_default=""),
    Index("ix_outbox_open", "tenant_id", "done_at", "created_at"),
)

PUBLICATIONS = Table(
    "publications",
    METADATA,
    _tenant(),
    _key("data_type"),
    _name("collection"),
    _time("created_at"),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    _tenant(),
    _key("key_hash", 200),
    _name("for_tenant"),
    _name("name", 200, default=""),
    _name("role"),
    _time("created_at"),
    _time("revoked_at", nullable=True),
    Index("ix_api_keys_for", "tenant_id", "for_tenant"),
)

MARKET_METRICS = Table(
    "market_metrics",
    METADATA,
    _tenant(),
    _key("symbol"),
    Column("timestamp", UtcDateTime(), primary_key=True, nullable=False),
    Column("open", Float(53), nullable=True),
    Column("high", Float(53), nullable=True),
    Column("low", Float(53), nullable=True),
    Column("close", Float(53), nullable=True),
    Column("volume", Float(53), nullable=True),
    _name("source_app", 200, default=""),
    _name("document_id", 200, nullable=True),
    _time("created_at"),
    Index("ix_market_metrics_time", "tenant_id", "timestamp"),
)

ML_RECORDS = Table(
    "ml_records",
    METADATA,
    _tenant(),
    _key("id", 200),
    _name("table_name"),
    _name("source_app", 200, default=""),
    _name("data_type", default=""),
    _json("processed_content"),
    _json("features"),
    _time("event_time"),
    _time("created_at"),
    Index("ix_ml_records_table", "tenant_id", "table_name", "event_time"),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    _tenant(),
    _key("id", 200),
    _name("source", 200, default=""),
    _text("reason"),
    _json("document"),
    _time("created_at"),
    _time("replayed_at", nullable=True),
    _name("data_type", default="", server_default=""),
    _name("stage", default="", server_default=""),
    _name("target", default="", server_default=""),
    _name("replayed_as", 200, nullable=True),
    Index("ix_quarantine_source", "tenant_id", "source", "created_at"),
    Index("ix_quarantine_waiting", "tenant_id", "replayed_at", "created_at"),
)

WORKFLOW_STEPS = Table(
    "workflow_steps",
    METADATA,
    _tenant(),
    _key("workflow", 200),
    _key("step", 200),
    _name("inputs_hash", 64),
    _json("result", nullable=True),
    _time("finished_at"),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    _tenant(),
    _key("collection"),
    _key("id", 200),
    _time("time"),
    _json("body"),
    Column("pending", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_documents_time", "tenant_id", "collection", "time", "id"),
    Index(
        "ix_documents_pending",
        "tenant_id",
        "collection",
        "time",
        "id",
        sqlite_where=text("pending = 1"),
        postgresql_where=text("pending = 1"),
    ),
)

FEATURE_VIEWS = Table(
    "feature_views",
    METADATA,
    _tenant(),
    _key("name"),
    Column("version", Integer, primary_key=True, nullable=False, autoincrement=False),
    _json("definition"),
    _name("fingerprint", 64),
    _time("created_at"),
)

FEATURE_SEGMENTS = Table(
    "feature_segments",
    METADATA,
    _tenant(),
    _key("view"),
    Column("version", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, nullable=False, autoincrement=False),
    _name("digest", 64),
    _name("batch_id", 200),
    _name("fingerprint", 64),
    Column("rows", BigInteger, nullable=False),
    _time("first_event"),
    _time("last_event"),
    _time("last_created"),
    _time("created_at"),
    _time("materialized_until", nullable=True),
    ForeignKeyConstraint(
        ["tenant_id", "view", "version"],
        ["feature_views.tenant_id", "feature_views.name", "feature_views.version"],
        name="fk_feature_segments_views",
    ),
    Index("ix_feature_segments_batch", "tenant_id", "view", "version", "batch_id", unique=True),
)

ONLINE_FEATURES = Table(
    "online_features",
    METADATA,
    _tenant(),
    _key("view"),
    Column("version", Integer, primary_key=True, nullable=False, autoincrement=False),
    _key("entity", 400),
    _time("event_time"),
    _time("created_time"),
    _text("values"),  # JSON as it was written: jsonb would lose the kind of large numbers
)

PIPELINE_OUTPUTS = Table(
    "pipeline_outputs",
    METADATA,
    _tenant(),
    _key("pipeline"),
    _key("step"),
    _key("key", 64),
    _name("digest", 64),
    _name("kind"),
    Column("rows", BigInteger, nullable=True),
    _json("detail"),
    _time("created_at"),
)

TENANTS = Table(
    "tenants",
    METADATA,
    _tenant(),
    _time("created_at"),
)
"""Who has ever written: what a backup of everything walks through."""
