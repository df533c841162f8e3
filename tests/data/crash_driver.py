"""Kills an ingest and promotion at every write point, runs it again, and prints what is there as JSON lines.

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

import numpy as np
import pandas as pd

from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager, manager, promotion
from ml_analytics.stores import SqlDocumentStore, Stores, open_stores

ROWS, BATCH = 50, 25


class Trigger:
    """Counts write points and kills the process, as a power cut would, at the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.reached = 0

    def point(self) -> None:
        self.reached += 1
        if self.reached == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class KillingRecords:
    def __init__(self, inner: Any, trigger: Trigger) -> None:
        self._inner, self._trigger = inner, trigger

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if name not in ("insert", "insert_new", "update", "delete"):
            return member

        def write(*arguments: Any, **named: Any) -> Any:
            self._trigger.point()
            result = member(*arguments, **named)
            self._trigger.point()
            return result

        return write


class KillingStore:
    def __init__(self, inner: Any, trigger: Trigger) -> None:
        self._inner, self._trigger = inner, trigger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextlib.contextmanager
    def begin(self, tenant: Tenant) -> Iterator[KillingRecords]:
        with self._inner.begin(tenant) as records:
            yield KillingRecords(records, self._trigger)
            self._trigger.point()  # everything written, nothing committed
        self._trigger.point()  # committed


def bars() -> pd.DataFrame:
    close = 100.0 + np.arange(ROWS)
    frame = pd.DataFrame(
        {
            "timestamp": pd.date_range("2024-01-01", periods=ROWS, freq="h", tz="UTC"),
            "open": close - 0.5,
            "high": close + 1,
            "low": close - 1,
            "close": close,
            "volume": 5.0,
        }
    )
    frame.loc[[3, 30], "high"] = 1.0
    frame.loc[[10], "timestamp"] = pd.NaT
    frame.loc[[40], "timestamp"] = frame["timestamp"].iloc[39]
    return frame


def work(stores: Stores, trigger: Trigger) -> None:
    killing: Any = KillingStore(stores.records, trigger)
    wrapped = dataclasses.replace(stores, records=killing, documents=SqlDocumentStore(killing))
    data = MLDataManager(wrapped)
    data.ingest(bars(), source="crash", symbol="X")
    data.promote(symbol="X")


def state(stores: Stores) -> dict[str, list[str]]:
    documents = stores.documents.collection(Tenant(), "raw_market").find()
    with stores.records.read(Tenant()) as records:
        promoted = [row["document_id"] for row in records.find("market_metrics")]
        quarantined = [f"{row['id']} {row['reason']}" for row in records.find("quarantine")]
    return {
        "documents": sorted(one["_id"] for one in documents),
        "promoted": sorted(promoted),
        "quarantined": sorted(quarantined),
    }


def in_child(home: Path, kill_at: int, report: bool) -> int:
    """Work in a child process; with ``report`` print the state before and after."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    with open_stores(home) as stores:
        before = state(stores) if report else None
        trigger = Trigger(kill_at)
        work(stores, trigger)
        if report:
            print(json.dumps({"before": before, "after": state(stores)}), flush=True)
    os._exit(0)


def main(folder: Path) -> None:
    manager._BATCH = promotion.BATCH = BATCH
    empty = folder / "empty"
    with open_stores(empty):
        pass  # creates the tables once; the children work on copies
    kill_at = 0
    while True:
        home = folder / str(kill_at)
        shutil.copytree(empty, home)
        status = in_child(home, kill_at, report=False) if kill_at else -1
        in_child(home, 0, report=True)  # the first time without a kill: what the others are compared with
        if status == 0:
            return  # there is no write point of that number
        kill_at += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
