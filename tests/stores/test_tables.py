from __future__ import annotations

import pytest

from ml_analytics.stores.tables import METADATA


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_every_table_has_the_tenant_first_in_its_key_and_indexes(name: str) -> None:
    table = METADATA.tables[name]
    key = [column.name for column in table.primary_key]
    assert key[0] == "tenant_id" and (len(key) > 1 or name == "tenants")
    assert not table.c.tenant_id.nullable and table.c.tenant_id.type.length == 100  # type: ignore[attr-defined]
    for index in table.indexes:
        assert next(iter(index.columns)).name == "tenant_id"
    for reference in table.foreign_key_constraints:
        assert reference.column_keys[0] == "tenant_id", "a reference must not cross tenants"


def test_the_tables_are_these() -> None:
    assert sorted(METADATA.tables) == [
        "api_keys",
        "audit",
        "documents",
        "feature_segments",
        "feature_views",
        "market_metrics",
        "ml_records",
        "model_versions",
        "models",
        "online_features",
        "outbox",
        "pipeline_outputs",
        "promotions",
        "publications",
        "quarantine",
        "stages",
        "tenants",
        "workflow_steps",
    ]
