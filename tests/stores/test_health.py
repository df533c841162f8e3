from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.errors import StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import MemoryCache, SqlRecordStore, StoreHealth, Stores, check_stores


def by_name(stores: Stores) -> dict[str, StoreHealth]:
    return {one.name: one for one in check_stores(stores)}


def test_all_is_well_on_sqlite(stores: Stores) -> None:
    found = by_name(stores)
    assert all(one.ok and not one.mend and one.version and one.latency_ms >= 0 for one in found.values())
    assert list(found) == ["records", "documents", "artifacts", "cache", "online"]
    assert found["records"].version.startswith("SQLite 3.")
    assert found["records"].where == stores.location


def test_all_is_well_on_postgresql(postgres_stores: Stores) -> None:
    records = by_name(postgres_stores)["records"]
    assert records.ok and records.version.startswith("PostgreSQL 18")
    assert "secret" not in repr(check_stores(postgres_stores))


def test_checking_leaves_nothing_behind(stores: Stores, tmp_path: Path) -> None:
    check_stores(stores)
    assert [path for path in (tmp_path / "home" / "artifacts").rglob("*") if path.is_file()] == []
    assert stores.documents.collections(Tenant("doctor")) == []


def test_damage_is_reported_and_not_raised(stores: Stores) -> None:
    assert isinstance(stores.records, SqlRecordStore)
    with stores.records.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE models")
    records = by_name(stores)["records"]
    assert not records.ok and "no such table" in records.mend
    assert by_name(stores)["artifacts"].ok


def test_an_older_schema_is_reported(stores: Stores) -> None:
    assert isinstance(stores.records, SqlRecordStore)
    with stores.records.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert "schema is at 0000" in by_name(stores)["records"].mend


def test_a_full_disk_is_reported_before_it_hurts(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 5 << 20))
    found = by_name(stores)
    assert "Only 5 MiB are free" in found["records"].mend and "make room" in found["artifacts"].mend


def test_foreign_backends_are_checked_too(stores: Stores) -> None:
    class Elsewhere(MemoryCache):
        def get(self, tenant: Tenant, key: str) -> bytes | None:
            raise StoreError("The cache cannot be reached.")

    cache: Any = Elsewhere(1000)
    found = by_name(dataclasses.replace(stores, cache=cache))
    assert not found["cache"].ok and found["cache"].mend == "The cache cannot be reached."
