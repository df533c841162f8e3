from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def _runs(settings: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    driver = Path(__file__).with_name("crash_driver.py")
    ran = subprocess.run(
        [sys.executable, str(driver), json.dumps(settings)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert ran.returncode == 0, ran.stderr
    undisturbed, *killed = [json.loads(line) for line in ran.stdout.splitlines()]
    return undisturbed, killed


def _check(undisturbed: dict[str, Any], killed: list[dict[str, Any]], kind: str) -> None:
    """Compare every killed run, once it was run again, with the one that was left alone."""
    whole = undisturbed["after"]
    counts = {name: len(ids) for name, ids in whole.items()}
    assert counts == {
        "documents": 20,  # 19 with a time, and the one whose time was mended
        "waiting": 0,
        "promoted": 18,
        "quarantined": 2,  # a wrong high, a repeated time
        "replayed": 2,
        "results": 3,
        "published bars": 18,
        "published results": 3,
        "open entries": 1,
    }
    assert whole["open entries"] == ["0"]
    assert len(killed) == undisturbed["points"] > 60, "one run per write point"
    lost = twice = 0
    for run in killed:
        for name, ids in whole.items():
            lost += len(set(ids) - set(run["after"][name]))
            twice += len(set(run["after"][name]) - set(ids))
            for moment in ("before", "after"):
                twice += len(run[moment][name]) - len(set(run[moment][name]))
        before = run["before"]
        assert not set(before["promoted"]) & set(before["quarantined"])
        assert set(before["published bars"]) <= set(whole["published bars"])
        assert len(before["published bars"]) <= len(before["promoted"]), "only what was committed"
    states = len({json.dumps(run["before"]) for run in killed})
    print(f"{kind}: {len(killed)} kills, {states} states, {lost} lost, {twice} twice")
    assert (lost, twice) == (0, 0)
    assert states > 12, "the kills hit different states"


def test_killed_at_any_write_point_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    _check(*_runs({"home": str(tmp_path)}), "SQLite")


def test_the_same_on_postgresql_and_mongodb(tmp_path: Path, postgres: Any, mongodb: Any) -> None:
    postgres.create_database("crash")
    settings = {
        "home": str(tmp_path),
        "database_url": postgres.url("ml_app", "crash"),
        "database_owner_url": postgres.url("ml_owner", "crash"),
        "documents_url": mongodb.url("crash"),
    }
    _check(*_runs(settings), "PostgreSQL and MongoDB")
