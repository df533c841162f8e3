"""SIGKILL at every command of an insert: the old state or the new one; again adds the rest and nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ml_analytics.stores.testing.servers import MongoServer

DRIVER = str(Path(__file__).with_name("kill_points.py"))
WHOLE = [f"d{i:04}" for i in range(80)]  # three batches of 40, each overlapping the one before by half


def test_killed_anywhere_nothing_is_lost_and_nothing_twice(mongodb: MongoServer) -> None:
    done = subprocess.run(
        [sys.executable, DRIVER, mongodb.url("killed")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    points = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(points) > 15, "too few points to mean anything"
    for seen in points:
        assert len(seen["before"]) in (0, 40, 60, 80), "a batch is there in full or not at all"
        assert seen["before"] == WHOLE[: len(seen["before"])]
        assert seen["added"] == 80 - len(seen["before"])
        assert seen["after"] == seen["waiting"] == WHOLE, "nothing lost, nothing twice, and all of it waits"
    there = [len(seen["before"]) for seen in points]
    assert there == sorted(there) and there[0] == 0 and there[-1] == 80
