"""SIGKILL at every write point, and in the middle of commits: the old state or the new one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import LocalArtifactStore, open_stores
from ml_analytics.stores.artifacts import sweep

DRIVER = str(Path(__file__).with_name("kill_points.py"))
A = Tenant("tenant_a")
TABLES = ("models", "model_versions", "stages", "audit")


def drive(what: str, where: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, DRIVER, what, str(where)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_an_artifact_is_there_in_full_or_not_at_all(tmp_path: Path) -> None:
    result = drive("artifacts", tmp_path / "artifacts")
    present = result["present"]
    assert len(present) > 10, "too few points to mean anything"
    assert present == sorted(present), "once there, it stays"
    assert not present[0] and present[-1]
    assert result["parts"] > 0, "killed writers leave parts"
    # The parts are harmless, and go when they are old.
    store = LocalArtifactStore(tmp_path / "artifacts")
    folders = [folder for folder in (store.root / "tenant_a").iterdir() if folder.is_dir()]
    assert sum(sweep(folder) for folder in folders) == 0
    assert sum(sweep(folder, older_than_seconds=-60) for folder in folders) == result["parts"]
    assert list(store.root.rglob("*.part")) == []


def test_a_transaction_is_there_in_full_or_not_at_all(tmp_path: Path) -> None:
    present = drive("records", tmp_path / "home")["present"]
    assert len(present) > 10, "too few points to mean anything"
    assert present == sorted(present), "before the commit nothing, after it everything"
    assert not present[0] and present[-1]


def test_what_was_acknowledged_survives_a_kill_inside_the_next_commit(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_stores(home).close()
    acknowledged = 0
    for wanted in (1, 3, 8):
        child = subprocess.Popen([sys.executable, DRIVER, "write", str(home)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        got = len(child.stdout.read(wanted))
        child.kill()
        got += len(child.stdout.read())
        child.stdout.close()
        child.wait()
        assert got >= wanted
        acknowledged += got
        with open_stores(home) as stores, stores.records.read(A) as records:
            counts = {records.count(table) for table in TABLES}
        # At most one more was committed without our hearing of it.
        assert len(counts) == 1 and counts <= {acknowledged, acknowledged + 1}
        acknowledged = counts.pop()
