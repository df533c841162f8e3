"""Kill a backup, or a restore, at every write point and start it again; run by test_kill_backup.py.

``kill_backup.py backup DIRECTORY`` or ``kill_backup.py restore DIRECTORY [SETTINGS-AS-JSON]``. Prints one JSON object.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ml_analytics.core.errors import NotFoundError
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, backup, content_hash, open_stores, restore, verify_backup
from ml_analytics.stores.records import SqlRecordStore

A = Tenant("tenant_a")
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


points = load(Path(__file__).parents[1] / "kill_points.py")


def fill(stores: Stores) -> None:
    """Write a little to where a kill could tear: parent and child tables, documents, artifacts."""
    digests = [stores.artifacts.put(A, f"artifact {n}".encode() * 5000) for n in range(2)]
    with stores.records.begin(A) as records:
        for number, digest in enumerate(digests):
            records.insert("models", {"model_id": f"m{number}", "created_at": NOW})
            version = {"major": 1, "minor": 0, "patch": 0, "digest": digest, "fingerprint": "0" * 64}
            row = {"model_id": f"m{number}", "version": "1.0.0", "created_at": NOW, **version}
            records.insert("model_versions", row)
    documents = [{"time": NOW, "n": n} for n in range(5)]
    stores.documents.collection(A, "raw_market").insert_new(documents, pending=True)


def kill_backup(root: Path) -> dict[str, Any]:
    """Each time there is a complete backup or none; again completes it, with the content of the stores."""
    with open_stores(root / "home") as stores:
        fill(stores)
        wanted = content_hash(stores, A)

    def work(point: int, tick: Any) -> None:
        with open_stores(root / "home") as stores:
            watch_files(tick)
            backup(stores, root / f"kept{point}", A)

    present: list[bool] = []
    for point, _ in points.every_point(work):
        kept = root / f"kept{point}"
        try:
            verify_backup(kept)
            present.append(True)
        except NotFoundError:
            present.append(False)
            with open_stores(root / "home") as stores:
                backup(stores, kept, A)
        assert verify_backup(kept).tenants[A.id].content == wanted
        files = [path for path in kept.rglob("*") if path.is_file() and path.name != "incomplete"]
        assert len(files) == 1 + 3 + 1 + 2, files
    return {"present": present}


def watch_files(tick: Any) -> None:
    """Count each file opened for writing, renamed, made and removed, and before and after each fsync."""
    sync = os.fsync
    changes = {"os.rename", "os.mkdir", "os.remove"}
    writing = os.O_WRONLY | os.O_RDWR

    def watch(name: str, arguments: tuple[Any, ...]) -> None:
        if name in changes or (name == "open" and isinstance(arguments[2], int) and arguments[2] & writing):
            tick()

    def fsync(descriptor: Any) -> None:
        tick()
        sync(descriptor)
        tick()

    sys.addaudithook(watch)
    os.fsync = fsync  # type: ignore[assignment]


def watch_database(engine: Engine, tick: Any) -> None:
    """Count before and after each statement that writes, and before each COMMIT."""

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            tick()

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "after_cursor_execute", statement)
    event.listen(engine, "commit", tick)


def watch_mongodb(tick: Any) -> None:
    """Count around what this process writes to MongoDB.

    Not inside an open transaction: the server gives a dead client's up only after a minute, for which the next
    call waits (it does complete).
    """
    from pymongo import monitoring

    class Listener(monitoring.CommandListener):
        def started(self, event: Any) -> None:
            if event.command_name in ("insert", "createIndexes"):
                tick()

        def succeeded(self, event: Any) -> None:
            if event.command_name in ("commitTransaction", "createIndexes"):
                tick()

        def failed(self, event: Any) -> None:
            self.succeeded(event)

    monitoring.register(Listener())


def kill_restore(root: Path, settings: Settings) -> dict[str, Any]:
    """Each time the tables hold everything or nothing; again completes it."""
    with open_stores(root / "home") as stores:
        fill(stores)
        wanted = content_hash(stores, A)
        backup(stores, root / "kept", A)
    open_stores(settings).close()

    def work(point: int, tick: Any) -> None:
        if settings.documents_url is not None:
            watch_mongodb(tick)
        with open_stores(settings) as stores:
            assert isinstance(stores.records, SqlRecordStore)
            watch_files(tick)
            watch_database(stores.records.engine, tick)
            restore(stores, root / "kept", as_tenant=Tenant(f"t{point}"))
            tick()

    present: list[bool] = []
    with open_stores(settings) as stores:
        for point, _ in points.every_point(work):
            target = Tenant(f"t{point}")
            with stores.records.read(target) as records:
                counts = [records.count("models"), records.count("model_versions")]
            assert counts in ([0, 0], [2, 2]), counts
            present.append(counts == [2, 2])
            again = restore(stores, root / "kept", as_tenant=target)
            assert again.there_already == ((target.id,) if present[-1] else ())
            assert content_hash(stores, target) == wanted
            assert stores.documents.collection(target, "raw_market").count() == 5
    return {"present": present}


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "backup":
        print(json.dumps(kill_backup(where)))
    else:
        given = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {"home": str(where / "target")}
        print(json.dumps(kill_restore(where, Settings(**given))))
