"""Kills a pipeline at every write point and in every step, runs it again, and prints what happened as JSON lines.

Run by test_crash.py as a process of its own: it forks, which a test process with threads should not.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ml_analytics.core.tenant import Tenant
from ml_analytics.data.pipeline import DataPipeline, PipelineStep
from ml_analytics.stores import Stores, open_stores

STEPS = ("load", "clean", "features", "total")


class Trigger:
    """Counts points and kills the process, as a power cut would, at the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.reached = 0

    def point(self) -> None:
        self.reached += 1
        if self.reached == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Killing:
    """A store or a transaction with a point before and after each writing call."""

    def __init__(self, inner: Any, trigger: Trigger) -> None:
        self._inner, self._trigger = inner, trigger

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if name not in ("insert", "update", "put"):
            return member

        def write(*arguments: Any, **named: Any) -> Any:
            self._trigger.point()
            result = member(*arguments, **named)
            self._trigger.point()
            return result

        return write

    @contextlib.contextmanager
    def begin(self, tenant: Tenant) -> Iterator[Killing]:
        with self._inner.begin(tenant) as records:
            yield Killing(records, self._trigger)
            self._trigger.point()  # everything written, nothing committed
        self._trigger.point()  # committed


def steps(trigger: Trigger, ran: list[str]) -> list[PipelineStep]:
    def load(rows: int) -> pd.DataFrame:
        ran.append("load")
        trigger.point()
        return pd.DataFrame({"x": range(rows)})

    def clean(load: pd.DataFrame) -> pd.DataFrame:
        ran.append("clean")
        trigger.point()
        return load[load["x"] > 2]

    def features(clean: pd.DataFrame) -> dict[str, Any]:
        ran.append("features")
        trigger.point()
        return {"train": clean.head(3), "test": clean.tail(2)}

    def total(features: dict[str, Any], load: pd.DataFrame) -> int:
        ran.append("total")
        trigger.point()
        return int(features["train"]["x"].sum() + load["x"].sum())

    made: tuple[Any, ...] = (load, clean, features, total)
    return [PipelineStep(name, one, version="1") for name, one in zip(STEPS, made, strict=True)]


def work(stores: Stores, trigger: Trigger) -> dict[str, Any]:
    records: Any = Killing(stores.records, trigger)
    artifacts: Any = Killing(stores.artifacts, trigger)
    ran: list[str] = []
    wrapped = dataclasses.replace(stores, records=records, artifacts=artifacts)
    result = DataPipeline("bars", steps(trigger, ran), wrapped).run(rows=10)
    return {"output": result.output, "ran": ran, "digests": [step.digest for step in result.steps]}


def kept(stores: Stores) -> list[str]:
    with stores.records.read(Tenant()) as records:
        rows = records.find("pipeline_outputs")
    assert all(stores.artifacts.get(Tenant(), row["digest"]) for row in rows), "a row never lacks its bytes"
    return [row["step"] for row in rows]


def in_child(home: Path, kill_at: int, report: bool) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    with open_stores(home) as stores:
        before = kept(stores)
        done = work(stores, Trigger(kill_at))
        if report:
            print(json.dumps({"before": before, "after": kept(stores), **done}), flush=True)
    os._exit(0)


def main(folder: Path) -> None:
    empty = folder / "empty"
    with open_stores(empty):
        pass  # creates the tables once; the children work on copies
    kill_at = 0
    while True:
        home = folder / str(kill_at)
        shutil.copytree(empty, home)
        status = in_child(home, kill_at, report=False) if kill_at else -1
        if in_child(home, 0, report=True):
            sys.exit(f"the run after the kill at point {kill_at} failed")
        if status == 0:
            return  # there is no point of that number
        kill_at += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
