from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.pipelines import Workflow
from ml_analytics.stores import Stores, open_stores
from ml_analytics.stores.records import SqlRecords


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return open_stores(tmp_path / "home")


def flow(stores: Stores, tenant: str = "default") -> Workflow:
    return Workflow(stores.records, Tenant(tenant), "flow")


def test_a_finished_step_is_remembered(stores: Stores) -> None:
    runs: list[int] = []

    def work() -> dict[str, int]:
        runs.append(1)
        return {"n": len(runs)}

    assert flow(stores).step("a", [1], work) == {"n": 1}
    assert flow(stores).step("a", [1], work) == {"n": 1}
    assert flow(stores).step("a", [2], work) == {"n": 2}
    assert flow(stores, "other").step("a", [2], work) == {"n": 3}


def test_a_failed_step_is_not_remembered(stores: Stores) -> None:
    def fails() -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        flow(stores).step("a", [], fails)
    assert flow(stores).step("a", [], lambda: 5) == 5


def test_results_must_be_plain(stores: Stores) -> None:
    with pytest.raises(ParameterError):
        flow(stores).step("a", [], object)


def test_a_killed_run_goes_on_after_its_last_finished_step(tmp_path: Path) -> None:
    child = """
import os, signal, sys
from pathlib import Path
from ml_analytics.core.tenant import Tenant
from ml_analytics.pipelines import Workflow
from ml_analytics.stores import open_stores
home, marks = Path(sys.argv[1]), Path(sys.argv[2])
flow = Workflow(open_stores(home).records, Tenant(), "flow")
def mark(name, die=False):
    with marks.open("a") as out: out.write(name)
    if die: os.kill(os.getpid(), signal.SIGKILL)
    return name
flow.step("a", [], lambda: mark("a"))
flow.step("b", [], lambda: mark("b", die=sys.argv[3] == "die"))
flow.step("c", [], lambda: mark("c"))
"""
    marks = tmp_path / "marks"
    command = [sys.executable, "-c", child, str(tmp_path / "home"), str(marks)]
    assert subprocess.run([*command, "die"], check=False).returncode == -9
    assert subprocess.run([*command, "live"], check=False).returncode == 0
    assert marks.read_text() == "abbc"


def test_what_no_longer_stands_is_done_again(stores: Stores) -> None:
    runs: list[int] = []

    def work() -> int:
        runs.append(1)
        return len(runs)

    assert flow(stores).step("a", [], work) == 1
    assert flow(stores).step("a", [], work, stands=lambda value: value == 1) == 1
    assert flow(stores).step("a", [], work, stands=lambda value: value == 2) == 2


def test_two_processes_may_finish_one_step_at_once(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[str] = []
    known = SqlRecords.lock

    def lock(self: SqlRecords, name: str) -> None:
        locked.append(name)
        known(self, name)

    monkeypatch.setattr(SqlRecords, "lock", lock)
    assert flow(stores).step("a", [], lambda: flow(stores).step("a", [], lambda: 1) + 1) == 2
    assert locked == ["workflow:flow", "workflow:flow"]
