from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_killed_at_any_write_point_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.data.feature_store.kill_driver", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr[-3000:]
    undisturbed, *killed = [json.loads(line) for line in ran.stdout.splitlines()]
    start, whole = undisturbed["before"], undisturbed["after"]
    assert [rows for _, _, rows in whole["batches"]] == [6, 6, 6, 6]
    assert whole["files"] == 1
    assert len(whole["rows"]) == len(set(whole["rows"])) == 24
    assert len(whole["quarantined"]) == 1
    assert [one["x"] for one in whole["online"]] == [101.0, 103.0, 105.0]
    print(f"{len(killed) - 1} kills: 0 lost, 0 twice")
    assert len(killed) > 50, "one run per write point"
    assert len({json.dumps(run["before"]) for run in killed}) >= 4, "the kills hit different states"
    for run in killed:
        assert run["after"] == whole
        before = run["before"]
        assert before["batches"] in (start["batches"], whole["batches"])
        assert before["rows"] in (start["rows"], whole["rows"])
        assert before["history"] in (start["history"], whole["history"])
        assert len(before["quarantined"]) == (before["batches"] == whole["batches"])
