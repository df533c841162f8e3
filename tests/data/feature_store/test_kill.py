from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ml_analytics.stores.testing.servers import PostgresServer

ROOT = Path(__file__).resolve().parents[3]


def run(folder: Path, step: int, *urls: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.data.feature_store.kill_driver", str(folder), str(step), *urls]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return [json.loads(line) for line in ran.stdout.splitlines()]


def check(undisturbed: dict[str, Any], killed: list[dict[str, Any]], least: int) -> None:
    start, whole = undisturbed["before"], undisturbed["after"]
    assert [rows for _, _, rows in whole["batches"]] == [6, 6, 6, 6]
    assert whole["files"] == 1
    assert len(whole["rows"]) == len(set(whole["rows"])) == 24
    assert len(whole["quarantined"]) == 1
    assert [one["x"] for one in whole["online"]] == [101.0, 103.0, 105.0]
    print(f"{len(killed) - 1} kills: 0 lost, 0 twice")
    assert len(killed) > least, "one run per write point"
    assert len({json.dumps(one["before"]) for one in killed}) >= 4, "the kills hit different states"
    for one in killed:
        assert one["after"] == whole
        before = one["before"]
        assert before["batches"] in (start["batches"], whole["batches"])
        assert before["rows"] in (start["rows"], whole["rows"])
        assert before["history"] in (start["history"], whole["history"])
        assert len(before["quarantined"]) == (before["batches"] == whole["batches"])


def test_killed_at_any_write_point_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    undisturbed, *killed = run(tmp_path, 1)
    check(undisturbed, killed, 100)


def test_killed_at_write_points_beside_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    postgres.create_database("killed")
    undisturbed, *killed = run(
        tmp_path, 7, postgres.url("ml_app", "killed"), postgres.url("ml_owner", "killed")
    )
    check(undisturbed, killed, 15)
