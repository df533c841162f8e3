"""Full disks, failing disks, damaged files and other processes: one clear sentence, nothing half-written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore, SqlRecordStore, Stores, open_stores

A = Tenant("tenant_a")
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(code, os.strerror(code), "/some/path")

    return fail


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize(
    "operation", [(os, "fsync"), (os, "replace"), (Path, "write_bytes"), (Path, "mkdir"), (Path, "chmod")]
)
def test_a_failing_disk_leaves_no_artifact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: tuple[Any, str], code: int
) -> None:
    store = LocalArtifactStore(tmp_path / "artifacts")
    with monkeypatch.context() as broken:
        broken.setattr(*operation, failing(code))
        with pytest.raises(StoreError, match=os.strerror(code)) as refusal:
            store.put(A, b"data")
    assert "\n" not in str(refusal.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store.get(A, store.put(A, b"data")) == b"data"


def test_a_failing_disk_cannot_read_or_delete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalArtifactStore(tmp_path)
    digest = store.put(A, b"data")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", failing(errno.EIO))
        broken.setattr(Path, "unlink", failing(errno.EROFS))
        with pytest.raises(StoreError, match="Cannot read"):
            store.get(A, digest)
        with pytest.raises(StoreError, match="Cannot delete"):
            store.delete(A, digest)
    assert store.get(A, digest) == b"data"


def test_a_full_disk_keeps_nothing_of_the_transaction(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        assert isinstance(stores.records, SqlRecordStore)
        engine = stores.records.engine
        notes = stores.documents.collection(A, "notes")
        notes.insert_new([{"_id": "first", "time": NOW}])

        def fill(connection: Any, _record: Any, _proxy: Any) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 4}").close()

        event.listen(engine, "checkout", fill)
        many = [{"time": NOW, "n": number, "text": "x" * 1000} for number in range(1000)]
        with pytest.raises(StoreError, match="the disk is full") as refusal:
            notes.insert_new(many)
        assert "INSERT" not in str(refusal.value)
        event.remove(engine, "checkout", fill)
        engine.dispose()
        assert [one["_id"] for one in notes.find()] == ["first"]
        assert notes.insert_new(many) == 1000


def test_a_swallowed_failure_cannot_be_committed(tmp_path: Path) -> None:
    # SQLite ends the transaction by itself when the disk is full; what follows must not be kept singly.
    with open_stores(tmp_path) as stores:
        assert isinstance(stores.records, SqlRecordStore)
        with stores.records.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        stores.records.engine.dispose()

        @event.listens_for(stores.records.engine, "checkout")
        def fill(connection: Any, _record: Any, _proxy: Any) -> None:
            connection.execute(f"PRAGMA max_page_count={pages + 4}").close()

        def small(number: int) -> dict[str, Any]:
            return {"model_id": f"m{number}", "created_at": NOW}

        with pytest.raises(StoreError, match="nothing of it was kept"), stores.records.begin(A) as records:
            records.insert("models", small(1))
            with pytest.raises(StoreError, match="the disk is full"):
                records.insert("models", {**small(2), "description": "x" * 1_000_000})
            with pytest.raises(StoreError, match="failed before"):
                records.insert("models", small(3))
        with stores.records.read(A) as records:
            assert records.count("models") == 0


FILE_LIMIT = """
import resource, sys
from datetime import UTC, datetime
from ml_analytics.core.errors import StoreError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import open_stores
with open_stores(sys.argv[1]) as stores:
    notes = stores.documents.collection(Tenant("tenant_a"), "notes")
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
    many = [{"time": datetime(2024, 1, 1, tzinfo=UTC), "n": n, "text": "x" * 1000} for n in range(2000)]
    try:
        notes.insert_new(many)
    except StoreError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(notes.count(), notes.insert_new(many))
"""


def test_a_write_that_the_system_refuses(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILE_LIMIT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    sentence, counts = done.stdout.splitlines()
    assert "disk" in sentence and str(tmp_path) in sentence
    assert counts == "0 2000"


WRITER = """
import sys
from datetime import UTC, datetime
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import open_stores
with open_stores(sys.argv[1]) as stores:
    sys.stdin.read()
    for _ in range(40):
        with stores.records.begin(Tenant("tenant_a")) as records:
            records.lock("audit")
            last = records.find("audit", order_by=["-seq"], limit=1)
            row = {"at": datetime(2024, 1, 1, tzinfo=UTC), "action": "write", "hash": "0" * 64}
            records.insert("audit", {"seq": last[0]["seq"] + 1 if last else 1, **row})
"""


def test_two_processes_write_to_one_file(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
        child.stdin = None
    assert [child.communicate()[1] for child in children] == [b""] * 2
    with open_stores(tmp_path) as stores, stores.records.read(A) as records:
        found = [row["seq"] for row in records.find("audit", order_by=["seq"])]
    assert found == list(range(1, 81))


def test_a_directory_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", failing(errno.EACCES))
    with pytest.raises(StoreError, match=r"Cannot create the directory.*Permission denied"):
        open_stores(tmp_path / "home")


def test_a_file_in_the_place_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(ParameterError, match="must be a directory"):
        open_stores(tmp_path / "home")
    with pytest.raises(StoreError, match="File exists|Not a directory"):  # noqa: RUF043
        open_stores(Settings(home=tmp_path / "home"))


def test_a_directory_in_the_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "ml_analytics.db").mkdir()
    with pytest.raises(StoreError, match="it is a directory"):
        open_stores(tmp_path)


def test_something_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "ml_analytics.db").write_bytes(b"once upon a time " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        open_stores(tmp_path)


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        notes = stores.documents.collection(A, "notes")
        notes.insert_new([{"time": NOW, "n": number, "text": "x" * 500} for number in range(500)])
    file = tmp_path / "ml_analytics.db"
    data = bytearray(file.read_bytes())
    data[8192:-8192] = b"\xff" * (len(data) - 16384)
    file.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|not a database"), open_stores(tmp_path) as stores:
        list(stores.documents.collection(A, "notes").find())


def test_the_path_in_a_message_is_the_one_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    Path("here/ml_analytics.db").mkdir()
    with pytest.raises(StoreError) as refusal:
        open_stores("here")
    assert "here/ml_analytics.db" in str(refusal.value) and str(tmp_path) not in str(refusal.value)


def test_a_bad_document_among_good_ones_keeps_none(stores: Stores) -> None:
    notes = stores.documents.collection(A, "notes")
    good = [{"time": NOW, "n": number} for number in range(100)]
    with pytest.raises(ParameterError):
        notes.insert_new([*good, {"time": "never"}])
    assert notes.count() == 0
