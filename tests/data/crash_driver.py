"""Kills ingest, promote, publish and replay at every write point, runs them again, and prints what is there.

Run by test_crash.py as a process of its own: it forks, which a test process with threads should not. Every run
has a tenant of its own in the same databases. Arguments: settings as JSON; out come JSON lines.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager, keeping, promotion, publication
from ml_analytics.stores import SqlDocumentStore, Stores, open_stores

ROWS, BATCH = 20, 12


class Trigger:
    """Counts write points and kills the process, as a power cut would, at the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.reached = 0

    def point(self) -> None:
        self.reached += 1
        if self.reached == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Killing:
    """Has a write point before every call that writes; after it comes the next one, or the commit."""

    def __init__(self, inner: Any, trigger: Trigger, names: Iterable[str]) -> None:
        self._inner, self._trigger, self._names = inner, trigger, set(names)

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if name not in self._names:
            return member

        def write(*arguments: Any, **named: Any) -> Any:
            self._trigger.point()
            return member(*arguments, **named)

        return write


class KillingRecords:
    def __init__(self, inner: Any, trigger: Trigger) -> None:
        self._inner, self._trigger = inner, trigger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextlib.contextmanager
    def begin(self, tenant: Tenant) -> Iterator[Any]:
        with self._inner.begin(tenant) as records:
            writes = ("insert", "insert_new", "insert_table", "update", "delete")
            yield Killing(records, self._trigger, writes)
            self._trigger.point()  # everything written, nothing committed
        self._trigger.point()  # committed


class KillingDocuments:
    """Documents of another server: each call is there as a whole or not at all."""

    def __init__(self, inner: Any, trigger: Trigger) -> None:
        self._inner, self._trigger = inner, trigger

    def collection(self, tenant: Tenant, name: str) -> Any:
        return Killing(self._inner.collection(tenant, name), self._trigger, ("insert_new", "acknowledge"))


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
    frame.loc[[3, 14], "high"] = 1.0
    frame.loc[[5], "timestamp"] = pd.NaT
    frame.loc[[16], "timestamp"] = frame["timestamp"].iloc[15]
    return frame


def correct(document: dict[str, Any]) -> dict[str, Any] | None:
    """Mend the row without a time and one of the two with a wrong high."""
    if document["time"] is None:
        return {**document, "time": datetime(2024, 2, 1, tzinfo=UTC)}
    if document["raw_content"]["close"] == 103.0:
        return {**document, "raw_content": {**document["raw_content"], "high": 104.0}}
    return None


def work(stores: Stores, tenant: str, trigger: Trigger) -> None:
    killing: Any = KillingRecords(stores.records, trigger)
    beside = isinstance(stores.documents, SqlDocumentStore)  # their statements are write points too
    documents: Any = SqlDocumentStore(killing) if beside else KillingDocuments(stores.documents, trigger)
    data = MLDataManager(dataclasses.replace(stores, records=killing, documents=documents), tenant)
    data.ingest(bars(), source="crash", symbol="X")
    data.promote(symbol="X")
    data.store_model_results_sync(
        {"type": "metrics", "data": [{"n": 1}, {"n": 2}], "id": "early", "time": "2024-01-01"}
    )
    data.publish("market_metrics")
    data.publish("metrics")
    data.store_model_results_sync({"type": "metrics", "data": {"n": 3}, "id": "late", "time": "2024-01-01"})
    data.replay(correct=correct)
    data.promote()
    data.relay()


def state(stores: Stores, tenant: Tenant) -> dict[str, list[str]]:
    def ids(collection: str) -> list[str]:
        return sorted(one["_id"] for one in stores.documents.collection(tenant, collection).find())

    waiting = stores.documents.collection(tenant, "raw_market").pending()
    with stores.records.read(tenant) as records:
        bars = sorted(row["document_id"] for row in records.find("market_metrics"))
        results = [row["id"] for row in records.find("ml_records")]
        held = records.find("quarantine")
        entries = records.count("outbox", {"done_at": None})
    return {
        "documents": ids("raw_market"),
        "waiting": sorted(one["_id"] for one in waiting),
        "promoted": bars,
        "quarantined": sorted(row["id"] for row in held if row["replayed_at"] is None),
        "replayed": sorted(f"{row['id']} as {row['replayed_as']}" for row in held if row["replayed_at"]),
        "results": results,
        "published bars": ids("published_market_metrics"),
        "published results": ids("published_metrics"),
        "open entries": [str(entries)],
    }


def in_child(settings: Settings, tenant: str, kill_at: int) -> int:
    """Work in a child process that is killed at a write point; return its exit status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    with open_stores(settings) as stores:
        work(stores, tenant, Trigger(kill_at))
    os._exit(0)


def main(settings: Settings) -> None:
    """Kill one run per write point, then run each of them again; first comes one that is left alone."""
    keeping.BATCH = promotion.BATCH = BATCH
    publication.KEYS = 8
    kills = 1
    while in_child(settings, f"run{kills}", kills) != 0:
        kills += 1  # there is a write point of that number
    with open_stores(settings) as stores:
        for run in range(kills):
            before = state(stores, Tenant(f"run{run}"))
            trigger = Trigger(0)
            work(stores, f"run{run}", trigger)
            after = state(stores, Tenant(f"run{run}"))
            print(json.dumps({"before": before, "after": after, "points": trigger.reached}), flush=True)


if __name__ == "__main__":
    main(Settings(**json.loads(sys.argv[1])))
