"""From one backend onto another and back: equal content, by the hash and by what Python reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, backup, content_hash, open_stores, restore
from ml_analytics.stores.backup.snapshot import TABLES

A, B = Tenant("tenant_a"), Tenant("Tenant_b")


@pytest.fixture
def at_scale(postgres: Any, mongodb: Any, s3_server: Any, tmp_path: Path) -> Iterator[Stores]:
    """PostgreSQL, MongoDB and S3."""
    postgres.create_database("backup_all")
    with open_stores(
        Settings(
            home=tmp_path / "scale",
            database_url=postgres.url("ml_app", "backup_all"),
            database_owner_url=postgres.url("ml_owner", "backup_all"),
            documents_url=mongodb.url(f"backup_{tmp_path.name[-40:]}"),
            artifacts_url=s3_server.make_bucket(f"backup-{abs(hash(tmp_path.name))}") + "/kept",
            artifacts_options=s3_server.options,
        )
    ) as opened:
        yield opened


@pytest.fixture
def on_postgresql(postgres: Any, tmp_path: Path) -> Iterator[Stores]:
    """PostgreSQL for records and documents."""
    postgres.create_database("backup_sql")
    with open_stores(
        Settings(
            home=tmp_path / "sql",
            database_url=postgres.url("ml_app", "backup_sql"),
            database_owner_url=postgres.url("ml_owner", "backup_sql"),
        )
    ) as opened:
        yield opened


def by_value(value: Any) -> Any:
    """The oracle's form: numbers as decimals, which compare by value."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: by_value(item) for key, item in value.items()}
    return [by_value(item) for item in value] if isinstance(value, list) else value


def everything(stores: Stores, tenant: Tenant) -> dict[str, Any]:
    with stores.records.read(tenant) as records:
        found: dict[str, Any] = {table.name: records.find(table.name) for table in TABLES}
    for row in found["feature_segments"]:
        row["materialized_until"] = None
    for name in stores.documents.collections(tenant):
        found[f"documents {name}"] = list(stores.documents.collection(tenant, name).find())
    return {name: by_value(rows) for name, rows in found.items()}


@pytest.mark.parametrize("other", ["on_postgresql", "at_scale"])
def test_there_and_back_again(
    other: str, stores: Stores, tmp_path: Path, sample: Any, request: pytest.FixtureRequest
) -> None:
    there: Stores = request.getfixturevalue(other)
    for seed, tenant in enumerate((A, B)):
        sample.fill(stores, tenant, seed)
    report = backup(stores, tmp_path / "first")
    restore(there, tmp_path / "first")
    for tenant in (A, B):
        assert content_hash(there, tenant) == report.tenants[tenant.id].content
        assert everything(there, tenant) == everything(stores, tenant)
    second = backup(there, tmp_path / "second")
    assert {name: one.content for name, one in second.tenants.items()} == {
        name: one.content for name, one in report.tenants.items()
    }
    with open_stores(tmp_path / "third") as back:
        restore(back, tmp_path / "second")
        for tenant in (A, B):
            assert content_hash(back, tenant) == content_hash(stores, tenant)
            assert everything(back, tenant) == everything(stores, tenant)
            assert len(list(back.documents.collection(tenant, "raw_market").pending())) == 12


@pytest.mark.parametrize("other", ["on_postgresql", "at_scale"])
def test_what_begins_at_scale_comes_home(
    other: str, tmp_path: Path, sample: Any, request: pytest.FixtureRequest
) -> None:
    there: Stores = request.getfixturevalue(other)
    sample.fill(there, A, seed=3)
    sample.fill(there, B, seed=4, canary="canary-of-b")
    backup(there, tmp_path / "kept", A)
    with open_stores(tmp_path / "home") as home:
        restore(home, tmp_path / "kept")
        assert content_hash(home, A) == content_hash(there, A)
        assert home.documents.collections(B) == []
        assert [one.id for one in home.records.tenants()] == [A.id]
    again = restore(there, tmp_path / "kept")
    assert again.there_already == (A.id,)


def test_a_tenant_that_has_only_documents(at_scale: Stores, tmp_path: Path, sample: Any) -> None:
    at_scale.documents.collection(A, "notes").insert_new([{"time": sample.TIMES[0], "x": 1}])
    assert at_scale.records.tenants() == []
    report = backup(at_scale, tmp_path / "kept")
    assert list(report.tenants) == [A.id]
    with open_stores(tmp_path / "home") as home:
        restore(home, tmp_path / "kept")
        assert content_hash(home, A) == content_hash(at_scale, A) == report.tenants[A.id].content
        restore(home, tmp_path / "kept")
