from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_killed_at_any_write_point_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    driver = Path(__file__).with_name("crash_driver.py")
    ran = subprocess.run(
        [sys.executable, str(driver), str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    undisturbed, *killed = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(killed) > 20, "one run per write point"
    whole = undisturbed["after"]
    assert [len(whole[name]) for name in ("documents", "promoted", "quarantined")] == [49, 46, 4]
    assert len({json.dumps(run["before"]) for run in killed}) > 4, "the kills hit different states"
    for run in killed:
        assert run["after"] == whole
        before = run["before"]
        for name, ids in before.items():
            assert len(set(ids)) == len(ids)
            assert set(ids) <= set(whole[name])
        assert not set(before["promoted"]) & {one.split()[0] for one in before["quarantined"]}
