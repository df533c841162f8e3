"""A backup that is taken while writers run: one moment, nothing torn, every artifact there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_analytics.core.errors import IntegrityError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager
from ml_analytics.stores import Stores, backup, content_hash, open_stores, restore
from ml_analytics.stores.backup import writing

A = Tenant("tenant_a")
NOW = datetime(2024, 1, 1, tzinfo=UTC)


class Writer(threading.Thread):
    """Registers versions (artifact first, then one transaction) and deletes some, until it is stopped."""

    def __init__(self, stores: Stores) -> None:
        super().__init__(daemon=True)
        self.stores, self.halt = stores, threading.Event()
        self.written = 0
        self.failure: BaseException | None = None
        self.progress = threading.Condition()

    def run(self) -> None:
        try:
            while not self.halt.is_set():
                self.step(self.written)
                with self.progress:
                    self.written += 1
                    self.progress.notify_all()
        except BaseException as error:  # seen by the test
            self.failure = error

    def step(self, number: int) -> None:
        documents = self.stores.documents.collection(A, "raw_market")
        documents.insert_new([{"_id": f"d{number}", "time": NOW, "n": number}], pending=True)
        digest = self.stores.artifacts.put(A, f"weights {number}".encode() * 100)
        with self.stores.records.begin(A) as records:
            records.insert("models", {"model_id": f"m{number}", "created_at": NOW})
            numbers = {"major": 1, "minor": 0, "patch": 0, "digest": digest, "fingerprint": "0" * 64}
            names = {"model_id": f"m{number}", "version": "1.0.0", "created_at": NOW}
            records.insert("model_versions", {**names, **numbers})
            records.insert("ml_records", record(number))
            records.insert("outbox", {"id": f"o{number}", "topic": "t", "created_at": NOW})
        if number % 3 == 0:
            with self.stores.records.begin(A) as records:
                records.delete("model_versions", {"model_id": f"m{number}"})
            self.stores.artifacts.delete(A, digest)

    def wait_for(self, more: int) -> None:
        with self.progress:
            goal = self.written + more
            assert self.progress.wait_for(lambda: self.written >= goal or self.failure, timeout=60)


def record(number: int) -> dict[str, Any]:
    times = {"event_time": NOW, "created_at": NOW}
    return {"id": f"d{number}", "table_name": "t", "processed_content": {}, "features": {}, **times}


@pytest.mark.parametrize("other", ["stores", "postgres_stores"])
def test_a_backup_under_load_is_of_one_moment(
    other: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stores: Stores = request.getfixturevalue(other)
    writer = Writer(stores)
    writer.start()
    for number in range(4):
        writer.wait_for(5)
        report = backup(stores, tmp_path / f"kept{number}", A)
        writer.wait_for(1)  # it wrote on meanwhile
        with open_stores(tmp_path / f"home{number}") as restored:
            restore(restored, tmp_path / f"kept{number}")
            assert content_hash(restored, A) == report.tenants[A.id].content
            with restored.records.read(A) as records:
                models = {row["model_id"] for row in records.find("models")}
                rows = {row["id"] for row in records.find("ml_records")}
                assert len(models) == len(rows) == records.count("outbox") >= 5, "one transaction, one moment"
                versions = records.find("model_versions")
            assert {row["model_id"] for row in versions} <= models
            for row in versions:
                restored.artifacts.get(A, row["digest"])
            waiting = {one["_id"] for one in restored.documents.collection(A, "raw_market").pending()}
            assert rows <= waiting, "every document that a row came from is there, and waits again"
    writer.halt.set()
    writer.join(60)
    assert not writer.is_alive() and writer.failure is None


def on_first_artifact(monkeypatch: pytest.MonkeyPatch, do: Callable[[str], None]) -> list[str]:
    """Let something happen after the tables were read and before the first artifact is."""
    real, asked = writing._artifact, []

    def artifact(stores: Stores, tenant: Tenant, digest: str) -> bytes:
        asked.append(digest)
        if len(asked) == 1:
            do(digest)
        return real(stores, tenant, digest)

    monkeypatch.setattr(writing, "_artifact", artifact)
    return asked


def test_a_version_deleted_while_it_is_copied_makes_a_new_snapshot(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(stores)
    for number in (1, 2, 4):
        writer.step(number)

    def delete(digest: str) -> None:
        with stores.records.begin(A) as records:
            assert records.delete("model_versions", {"digest": digest}) == 1
        stores.artifacts.delete(A, digest)

    asked = on_first_artifact(monkeypatch, delete)
    report = backup(stores, tmp_path / "kept", A)
    assert report.tenants[A.id].artifacts == 2 and len(asked) == 3
    assert report.tenants[A.id].content == content_hash(stores, A)
    names = {path.name for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    assert asked[0] not in names


def test_an_artifact_that_is_lost_is_said(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Writer(stores).step(1)
    on_first_artifact(monkeypatch, lambda digest: stores.artifacts.delete(A, digest))
    with pytest.raises(IntegrityError, match="is missing though a record names it"):
        backup(stores, tmp_path / "kept", A)
    assert not (tmp_path / "kept" / "manifest.json").exists()


@pytest.mark.parametrize("moment", ["before the tables", "after the tables"])
def test_what_is_promoted_between_tables_and_documents_waits_again(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are not in the backup, and in the documents it waits no longer; nobody says ``queued``."""
    collections: Any = {"collections": {"app_docs": ["chat"]}}
    here = Settings(home=tmp_path / "home", mongodb=collections)
    there = Settings(home=tmp_path / "restored", mongodb=collections)
    first, second = (
        pd.DataFrame({"timestamp": [f"2024-01-0{day}T00:00Z"], "text": [text]})
        for day, text in ((1, "first"), (2, "second"))
    )
    write = writing._write_documents
    with open_stores(here) as stores:
        manager = MLDataManager(stores, settings=here)
        manager.ingest(first, "site", "chat")
        manager.promote("chat", "metrics")
        if moment == "before the tables":
            manager.ingest(second, "site", "chat")

        def promoted_first(*arguments: Any) -> Any:
            if moment == "after the tables":
                manager.ingest(second, "site", "chat")
            manager.promote("chat", "metrics")
            assert len(manager.fetch_training_data_sync("metrics")) == 2
            return write(*arguments)

        monkeypatch.setattr(writing, "_write_documents", promoted_first)
        backup(stores, tmp_path / "kept")
    with open_stores(there) as stores:
        restore(stores, tmp_path / "kept")
        manager = MLDataManager(stores, settings=there)
        assert len(manager.fetch_training_data_sync("metrics")) == 1
        manager.promote("chat", "metrics")
        content = manager.fetch_training_data_sync("metrics")["processed_content"].tolist()
    assert content == [{"text": "first"}, {"text": "second"}], "each once"


def test_waiting_documents_of_any_form_wait_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have no ``raw_content`` and are acknowledged before the documents are read."""
    write = writing._write_documents
    with open_stores(tmp_path / "home") as stores:
        own = stores.documents.collection(A, "own_queue")
        own.insert_new([{"_id": "a", "time": NOW, "n": 1}], pending=True)
        stores.documents.collection(A, "others").insert_new([{"_id": "b", "time": NOW, "n": 1}])

        def acknowledged_first(*arguments: Any) -> Any:
            assert own.acknowledge(["a"]) == 1
            return write(*arguments)

        monkeypatch.setattr(writing, "_write_documents", acknowledged_first)
        backup(stores, tmp_path / "kept", A)
    with open_stores(tmp_path / "restored") as stores:
        restore(stores, tmp_path / "kept")
        waiting = {
            name: [one["_id"] for one in stores.documents.collection(A, name).pending()]
            for name in stores.documents.collections(A)
        }
    assert waiting == {"own_queue": ["a"], "others": []}
