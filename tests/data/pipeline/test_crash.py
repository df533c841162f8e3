from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

STEPS = ["load", "clean", "features", "total"]


def test_killed_anywhere_a_run_goes_on_after_the_last_step_that_was_kept(tmp_path: Path) -> None:
    driver = Path(__file__).with_name("crash_driver.py")
    ran = subprocess.run(
        [sys.executable, str(driver), str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    undisturbed, *killed = [json.loads(line) for line in ran.stdout.splitlines()]
    assert undisturbed["ran"] == STEPS
    assert len(killed) > 4 * 8, (
        "one run per point: in each step, around each write, before and after each commit"
    )
    assert {len(run["before"]) for run in killed} == {0, 1, 2, 3, 4}, "the kills hit every state"
    for run in killed:
        assert run["output"] == undisturbed["output"] == 57
        assert run["digests"] == undisturbed["digests"]
        assert run["ran"] == STEPS[len(run["before"]) :], "no step that was kept runs again"
        assert sorted(run["after"]) == sorted(STEPS)
