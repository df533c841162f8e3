"""Kill a process at every write point, one after the other; run by test_kill.py in a process of its own.

For point 1, 2, 3, … a forked child does the work and sends itself SIGKILL at that point; the parent then looks
at what is there. The first child that lives has no further points. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ml_analytics.core.errors import NotFoundError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore, SqlRecordStore, open_stores

A = Tenant("tenant_a")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
TABLES = ("models", "model_versions", "stages", "audit")


class Countdown:
    """Sends SIGKILL to this process when the given point is reached."""

    def __init__(self, point: int) -> None:
        self.left = point

    def __call__(self, *_: Any, **__: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def every_point(work: Callable[[int, Countdown], None]) -> Iterator[tuple[int, bool]]:
    """Run ``work`` in a child for each point; yield the point and whether the child was killed there."""
    point, killed = 0, True
    while killed:
        point += 1
        child = os.fork()
        if child == 0:
            try:
                work(point, Countdown(point))
            except BaseException:
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        if not killed and os.WEXITSTATUS(status) != 0:
            raise SystemExit("the work failed")
        yield point, killed


def watch_files(tick: Countdown) -> None:
    """Count every file operation, before and after each fsync, and a point in the middle of a write."""
    sync, write = os.fsync, Path.write_bytes
    events = {"open", "os.rename", "os.mkdir", "os.remove", "os.chmod", "os.listdir", "os.scandir"}
    sys.addaudithook(lambda name, _: tick() if name in events else None)

    def fsync(descriptor: Any) -> None:
        tick()
        sync(descriptor)
        tick()

    def write_bytes(path: Path, data: bytes) -> int:
        middle = len(data) // 2
        write(path, data[:middle])
        tick()
        with path.open("ab") as rest:
            rest.write(data[middle:])
        return len(data)

    os.fsync = fsync  # type: ignore[assignment]
    Path.write_bytes = write_bytes  # type: ignore[method-assign,assignment]


def content(point: int) -> bytes:
    """Return the bytes put at a point: others each time."""
    return f"artifact {point} ".encode() * 5000


def kill_artifacts(root: Path) -> dict[str, Any]:
    """Kill ``put`` everywhere: the artifact is there in full or not at all, and the others stay."""
    store = LocalArtifactStore(root)
    before = store.put(A, b"before")

    def put(point: int, tick: Countdown) -> None:
        watch_files(tick)
        LocalArtifactStore(root).put(A, content(point))

    present = []
    for point, killed in every_point(put):
        assert store.get(A, before) == b"before"
        digest = LocalArtifactStore(root / "elsewhere").put(A, content(point))
        try:
            assert store.get(A, digest) == content(point)
            present.append(True)
        except NotFoundError:
            assert killed
            present.append(False)
            assert not store.exists(A, digest)
            assert store.put(A, content(point)) == digest
        assert store.get(A, digest) == content(point)
    return {"present": present, "parts": len(list(root.rglob("*.part")))}


def watch_database(engine: Engine, tick: Countdown) -> None:
    """Count before and after every statement, and before BEGIN and COMMIT."""
    for name in ("before_cursor_execute", "after_cursor_execute", "begin", "commit"):
        event.listen(engine, name, tick)


def register(store: SqlRecordStore, number: int) -> None:
    """Write one model into four tables in one transaction."""
    name = f"m{number}"
    version = {"major": 1, "minor": 0, "patch": 0, "digest": "0" * 64, "fingerprint": "0" * 64}
    with store.begin(A) as records:
        records.insert("models", {"model_id": name, "created_at": NOW})
        records.insert("model_versions", {"model_id": name, "version": "1.0.0", "created_at": NOW, **version})
        records.insert("stages", {"model_id": name, "environment": "e", "version": "1.0.0", "since": NOW})
        records.insert("audit", {"seq": number, "at": NOW, "action": "register", "hash": "0" * 64})


def kill_records(home: Path) -> dict[str, Any]:
    """Kill a transaction everywhere: all four rows are there or none, and the file is sound."""
    open_stores(home).close()

    def work(point: int, tick: Countdown) -> None:
        with open_stores(home) as stores:
            assert isinstance(stores.records, SqlRecordStore)
            watch_database(stores.records.engine, tick)
            register(stores.records, point)
            tick()

    present: list[bool] = []
    for _ in every_point(work):
        with open_stores(home) as stores:
            assert isinstance(stores.records, SqlRecordStore)
            with stores.records.read(A) as records:
                counts = [records.count(table) for table in TABLES]
            with stores.records.engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert len(set(counts)) == 1, counts
        present.append(counts[0] > sum(present))
    return {"present": present}


def write_for_ever(home: Path) -> None:
    """Commit one registration after the other, saying so after each; whoever reads kills us."""
    with open_stores(home) as stores:
        assert isinstance(stores.records, SqlRecordStore)
        with stores.records.read(A) as records:
            number = records.count("models")
        while True:
            number += 1
            register(stores.records, number)
            os.write(1, b".")


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "write":
        write_for_ever(where)
    print(json.dumps({"artifacts": kill_artifacts, "records": kill_records}[what](where)))
