"""What is backed up comes back, on any backend, and only there."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.errors import (
    ConflictError,
    IntegrityError,
    NotFoundError,
    ParameterError,
    StoreError,
)
from ml_analytics.core.tenant import Tenant
from ml_analytics.registry import audit
from ml_analytics.stores import Stores, backup, content_hash, open_stores, restore, verify_backup
from ml_analytics.stores.backup.snapshot import ARTIFACT_COLUMNS, TABLES
from ml_analytics.stores.tables import METADATA

A, B, C = Tenant("Tenant_a"), Tenant("tenant_a"), Tenant("tenant.c")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "elsewhere") as opened:
        yield opened


def everything(stores: Stores, tenant: Tenant) -> dict[str, Any]:
    """The oracle: all rows and documents as Python sees them, by their keys."""
    with stores.records.read(tenant) as records:
        found: dict[str, Any] = {
            table.name: records.find(table.name) for table in TABLES if table.name != "tenants"
        }
    for row in found["feature_segments"]:
        row["materialized_until"] = None
    for name in stores.documents.collections(tenant):
        found[f"documents {name}"] = list(stores.documents.collection(tenant, name).find())
    return found


def test_everything_comes_back_as_it_was(
    stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any
) -> None:
    for seed, tenant in enumerate((A, B, C)):
        sample.fill(stores, tenant, seed)
    report = backup(stores, tmp_path / "kept")
    assert set(report.tenants) == {A.id, B.id, C.id}
    assert all(
        one.rows > 40 and one.documents == 36 and one.artifacts == 16 for one in report.tenants.values()
    )
    assert verify_backup(tmp_path / "kept") == report
    restored = restore(elsewhere, tmp_path / "kept")
    assert restored.tenants == report.tenants and restored.there_already == ()
    for tenant in (A, B, C):
        assert repr(everything(elsewhere, tenant)) == repr(everything(stores, tenant)), (
            "kinds too: 1.0 is not 1"
        )
        assert (
            content_hash(elsewhere, tenant)
            == content_hash(stores, tenant)
            == report.tenants[tenant.id].content
        )
        with elsewhere.records.read(tenant) as theirs, stores.records.read(tenant) as ours:
            assert theirs.find("tenants") == ours.find("tenants")
            for table in ARTIFACT_COLUMNS:
                for row in theirs.find(table):
                    for column in ARTIFACT_COLUMNS[table]:
                        assert elsewhere.artifacts.get(tenant, row[column])
            assert len(audit.entries(theirs)) == 3, "the chain of hashes still holds"
    assert content_hash(stores, A) != content_hash(stores, B)


def test_every_column_with_a_digest_is_covered() -> None:
    """A new column of 64 characters is an artifact's digest, or is named here as something else."""
    no_artifacts = {
        ("model_versions", "fingerprint"),
        ("audit", "previous_hash"),
        ("audit", "hash"),
        ("workflow_steps", "inputs_hash"),
        ("feature_views", "fingerprint"),
        ("feature_segments", "fingerprint"),
        ("pipeline_outputs", "key"),
    }
    of_digest_length = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if getattr(column.type, "length", None) == 64 or "digest" in column.name
    }
    covered = {(table, column) for table, columns in ARTIFACT_COLUMNS.items() for column in columns}
    assert of_digest_length == covered | no_artifacts
    assert not covered & no_artifacts


def test_raw_documents_wait_again_and_others_do_not(
    stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any
) -> None:
    sample.fill(stores, A)
    stores.documents.collection(A, "own_queue").insert_new([{"time": sample.TIMES[0], "x": 1}], pending=True)
    stores.documents.collection(A, "named").insert_new([{"time": sample.TIMES[0], "x": 1}])
    backup(stores, tmp_path / "kept", A, queued=["named"])
    restore(elsewhere, tmp_path / "kept")
    waiting = {
        name: len(list(elsewhere.documents.collection(A, name).pending()))
        for name in elsewhere.documents.collections(A)
    }
    assert waiting == {"raw_market": 12, "own_queue": 1, "named": 1, "predictions": 0, "Text.Notes": 0}


def test_derived_state_is_left_out(stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any) -> None:
    sample.fill(stores, A)
    before = content_hash(stores, A)
    with stores.records.begin(A) as records:
        assert records.update("feature_segments", {}, {"materialized_until": sample.TIMES[0]}) == 4
    stores.documents.collection(A, "raw_market").acknowledge(
        one["_id"] for one in stores.documents.collection(A, "raw_market").pending()
    )
    assert content_hash(stores, A) == before
    backup(stores, tmp_path / "kept", A)
    restore(elsewhere, tmp_path / "kept")
    with elsewhere.records.read(A) as records:
        assert {row["materialized_until"] for row in records.find("feature_segments")} == {None}


@pytest.mark.parametrize(
    "change",
    [
        lambda records: records.update("models", {"model_id": "model_id0"}, {"description": "other"}),
        lambda records: records.update("market_metrics", {"symbol": "symbol1"}, {"close": 0.1 + 0.2}),
        lambda records: records.delete("promotions", {"id": "id0"}),
        lambda records: records.update("outbox", {"id": "id1"}, {"attempts": 7}),
        lambda records: records.update("quarantine", {"id": "id1"}, {"document": {"a": 2**70 + 1}}),
    ],
)
def test_the_hash_sees_every_change(stores: Stores, sample: Any, change: Callable[[Any], int]) -> None:
    sample.fill(stores, A)
    before = content_hash(stores, A)
    with stores.records.begin(A) as records:
        assert change(records) == 1
    after = content_hash(stores, A)
    assert (after.hash, after.records) != (before.hash, before.records)
    assert (after.documents, after.artifacts) == (before.documents, before.artifacts)


def test_the_hash_sees_documents_and_artifacts(stores: Stores, sample: Any) -> None:
    sample.fill(stores, A)
    before = content_hash(stores, A)
    stores.documents.collection(A, "new").insert_new([{"time": sample.TIMES[0]}])
    after = content_hash(stores, A)
    assert after.documents != before.documents and after.records == before.records
    with stores.records.begin(A) as records:
        records.update(
            "pipeline_outputs", {"pipeline": "pipeline0"}, {"digest": stores.artifacts.put(A, b"new")}
        )
    assert content_hash(stores, A).artifacts != before.artifacts
    with stores.records.begin(A) as records:
        records.update("pipeline_outputs", {"pipeline": "pipeline0"}, {"digest": "0" * 64})
    with pytest.raises(IntegrityError, match=f"'{'0' * 64}' is missing"):
        content_hash(stores, A)


def test_a_tenants_backup_holds_no_byte_of_another(stores: Stores, tmp_path: Path, sample: Any) -> None:
    sample.fill(stores, A, canary="canary-of-a")
    sample.fill(stores, B, canary="canary-of-b")
    backup(stores, tmp_path / "kept", A)
    seen = 0
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            assert b"canary-of-b" not in data and b"tenant_a " not in data
            seen += data.count(b"canary-of-a")
    assert seen > 50, "the canary would be seen"


def test_another_name(stores: Stores, tmp_path: Path, sample: Any) -> None:
    sample.fill(stores, A)
    sample.fill(stores, B, seed=1)
    backup(stores, tmp_path / "kept")
    report = restore(stores, tmp_path / "kept", A, as_tenant=C)
    assert list(report.tenants) == [C.id]
    assert content_hash(stores, C) == content_hash(stores, A)
    with pytest.raises(ParameterError, match="'as_tenant' parameter of restore must be given for one tenant"):
        restore(stores, tmp_path / "kept", as_tenant=C)
    with pytest.raises(NotFoundError, match="'nobody' is not in the backup"):
        restore(stores, tmp_path / "kept", Tenant("nobody"))


def test_a_tenant_that_is_not_empty_is_refused_and_left_alone(
    stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any
) -> None:
    sample.fill(stores, A)
    backup(stores, tmp_path / "kept", A)
    sample.fill(elsewhere, A, seed=5, rows=2)
    before = content_hash(elsewhere, A)
    with pytest.raises(ConflictError, match=r"'Tenant_a' is not empty \(.*models: 2, .*never overwrites"):
        restore(elsewhere, tmp_path / "kept")
    assert content_hash(elsewhere, A) == before
    elsewhere.documents.collection(B, "predictions").insert_new([{"time": sample.TIMES[0], "_id": "Doc 1 ü"}])
    with pytest.raises(ConflictError, match=r"'tenant_a' is not empty \(predictions: 1\)"):
        restore(elsewhere, tmp_path / "kept", as_tenant=B)
    assert elsewhere.documents.collection(B, "predictions").count() == 1
    assert elsewhere.documents.collections(B) == ["predictions"]


def test_again_is_harmless_and_makes_damaged_artifacts_good(
    stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any
) -> None:
    sample.fill(stores, A)
    backup(stores, tmp_path / "kept", A)
    restore(elsewhere, tmp_path / "kept")
    with elsewhere.records.read(A) as records:
        digest = records.find("model_versions")[0]["digest"]
    Path(elsewhere.artifacts.locate(A, digest)).write_bytes(b"damaged")
    with pytest.raises(IntegrityError):
        content_hash(elsewhere, A)
    again = restore(elsewhere, tmp_path / "kept")
    assert again.there_already == (A.id,)
    assert content_hash(elsewhere, A) == content_hash(stores, A)


def test_what_cannot_be_backed_up(stores: Stores, tmp_path: Path, sample: Any) -> None:
    with pytest.raises(NotFoundError, match="'Tenant_a' has nothing to back up"):
        backup(stores, tmp_path / "kept", A)
    assert not (tmp_path / "kept").exists()
    sample.fill(stores, A)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    with pytest.raises(ConflictError, match=r"is not empty: it holds 'mine.txt'"):
        backup(stores, tmp_path / "taken", A)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["mine.txt"]
    backup(stores, tmp_path / "kept", A)
    with pytest.raises(ConflictError, match="There is a backup in"):
        backup(stores, tmp_path / "kept", A)
    with pytest.raises(StoreError, match=r"Cannot write a backup to .*: (Not a directory|File exists)"):
        backup(stores, tmp_path / "taken" / "mine.txt" / "kept", A)
    with stores.records.read(A) as records:
        digest = records.find("pipeline_outputs")[0]["digest"]
    stores.artifacts.delete(A, digest)
    with pytest.raises(IntegrityError, match=f"'{digest}' is missing though a record names it"):
        backup(stores, tmp_path / "second", A)
    assert not (tmp_path / "second" / "manifest.json").exists()
    with pytest.raises(NotFoundError, match="no complete backup"):
        restore(stores, tmp_path / "second")
    with pytest.raises(NotFoundError, match="no complete backup"):
        verify_backup(tmp_path / "nowhere")


def test_nothing_at_all_is_a_backup_too(stores: Stores, elsewhere: Stores, tmp_path: Path) -> None:
    assert backup(stores, tmp_path / "kept").tenants == {}
    assert restore(elsewhere, tmp_path / "kept").tenants == {}


def test_a_backup_is_for_its_owner_only(stores: Stores, tmp_path: Path, sample: Any) -> None:
    sample.fill(stores, A)
    backup(stores, tmp_path / "kept", A)
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_more_rows_than_a_page(stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any) -> None:
    moment = sample.TIMES[0]
    with stores.records.begin(A) as records:
        rows = [
            {
                "symbol": f"s{n % 7}",
                "timestamp": moment.replace(microsecond=n),
                "close": n / 7,
                "created_at": moment,
            }
            for n in range(3001)
        ]
        records.insert_new("market_metrics", rows)
    stores.documents.collection(A, "many").insert_new({"time": moment, "n": n} for n in range(2001))
    report = backup(stores, tmp_path / "kept", A)
    assert (report.tenants[A.id].rows, report.tenants[A.id].documents) == (3002, 2001)
    restore(elsewhere, tmp_path / "kept")
    assert everything(elsewhere, A) == everything(stores, A)


def test_the_disk_is_full(
    stores: Stores, tmp_path: Path, sample: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.fill(stores, A)
    real, left = os.fsync, [9]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"Cannot write '.*': No space left on device\."):
        backup(stores, tmp_path / "kept", A)
    assert not (tmp_path / "kept" / "manifest.json").exists()
    monkeypatch.undo()
    backup(stores, tmp_path / "kept", A)  # goes on in the same place
    assert verify_backup(tmp_path / "kept").tenants[A.id].content == content_hash(stores, A)


def test_a_backup_of_an_older_schema_gets_the_defaults(
    stores: Stores, elsewhere: Stores, tmp_path: Path
) -> None:
    """A column that came later is absent in the files, and changes no hash as long as it holds its default."""
    moment = "2024-01-01T00:00:00.000000+00:00"
    from datetime import datetime

    with stores.records.begin(A) as records:
        row = {
            "id": "q",
            "source": "s",
            "reason": "r",
            "document": {},
            "created_at": datetime.fromisoformat(moment),
        }
        records.insert("quarantine", row)
    backup(stores, tmp_path / "kept", A)
    rewrite(
        tmp_path / "kept",
        A,
        "quarantine",
        lambda row: without(row, "data_type", "replayed_as"),
        schema="0001",
    )
    restore(elsewhere, tmp_path / "kept")
    with elsewhere.records.read(A) as records:
        assert records.find("quarantine")[0]["data_type"] == ""
    assert content_hash(elsewhere, A) == content_hash(stores, A)


def test_a_backup_of_a_newer_schema_is_refused(
    stores: Stores, elsewhere: Stores, tmp_path: Path, sample: Any
) -> None:
    sample.fill(stores, A)
    backup(stores, tmp_path / "kept", A)
    rewrite(tmp_path / "kept", A, "models", lambda row: row, schema="9999")
    with pytest.raises(
        StoreError, match="of schema 9999, this version of ml_analytics knows only up to 0002"
    ):
        restore(elsewhere, tmp_path / "kept")
    assert elsewhere.records.tenants() == []


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def rewrite(
    root: Path, tenant: Tenant, table: str, change: Callable[[dict[str, Any]], dict[str, Any]], schema: str
) -> None:
    """Write a table's file anew, as another version of this package would have."""
    from ml_analytics.stores.backup.files import LineWriter, creating
    from ml_analytics.stores.backup.layout import table_path
    from ml_analytics.stores.backup.manifest import read_manifest

    manifest = read_manifest(root)
    path = root / table_path(tenant.id, table)
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    with creating(path) as file:
        writer = LineWriter(file)
        for row in rows:
            writer.write(json.dumps(change(row)).encode() + b"\n")
        manifest.tenants[tenant.id].tables[table] = writer.finish()
    dataclasses.replace(manifest, schema=schema).write(root)
