"""Kills writing, compacting and materialising at every write point, runs them again, and prints what is there.

Run by test_kill.py as a process of its own. For point 1, 2, 3, … a forked child works on a copy of a prepared
store and sends itself SIGKILL there; the next child looks at what is left, does the work again and looks once
more. The parent itself opens nothing: a fork should not inherit threads. With the addresses of a PostgreSQL the
records are there and each point is a tenant of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from tests.stores.kill_points import Countdown, watch_database, watch_files

from ml_analytics import FeatureStore, FeatureView, ManualClock, Settings, Stores, open_stores
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import SqlRecordStore

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = START + 10 * HOUR
VIEW = FeatureView("spend", ["user"], {"x": "float", "s": "string"})
USERS = 3


def batch(number: int) -> pd.DataFrame:
    """Return two rows for each user: one of the past and one of the future."""
    times = [START + number * HOUR, NOW + number * HOUR]
    return pd.DataFrame(
        {
            "user": [user for user in range(USERS) for _ in times],
            "x": [100.0 * number + place for place in range(2 * USERS)],
            "s": f"batch {number}",
            "event_timestamp": times * USERS,
            "created_timestamp": START,
        }
    )


@dataclass(frozen=True)
class Place:
    """Where a point's work is done."""

    home: Path
    tenant: str = "default"
    urls: tuple[str, ...] = ()

    def opened(self) -> Stores:
        named: dict[str, Any] = dict(zip(("database_url", "database_owner_url"), self.urls, strict=False))
        return open_stores(Settings(home=self.home, **named))


def prepare(place: Place) -> None:
    with place.opened() as stores:
        store = FeatureStore(stores, place.tenant, clock=ManualClock(NOW))
        store.register(VIEW)
        for number in (0, 1):
            store.write(VIEW, batch(number))
        store.materialize()
        store.write(VIEW, batch(2))


def work(stores: Stores, tenant: str) -> None:
    store = FeatureStore(stores, tenant, clock=ManualClock(NOW))
    bad = batch(4).head(1).assign(x=float("inf"))
    store.write(VIEW, pd.concat([batch(3), bad], ignore_index=True), on_bad="quarantine")
    store.materialize()
    store.compact(VIEW)
    later = ManualClock(NOW + HOUR)
    FeatureStore(stores, tenant, clock=later).materialize()


def state(stores: Stores, tenant: str) -> dict[str, Any]:
    """Return every stored value and answer; reading checks every digest."""
    store = FeatureStore(stores, tenant, clock=ManualClock(NOW + HOUR))
    with stores.records.read(Tenant(tenant)) as records:
        segments = records.find("feature_segments", order_by=["seq"])
        quarantined = [row["reason"] for row in records.find("quarantine")]
    read = store._segments.read(VIEW, store._segments.files(VIEW), ["user", "event_timestamp", "x"])
    asked = pd.DataFrame(
        [
            {"user": user, "event_timestamp": NOW + hour * HOUR}
            for user in range(USERS)
            for hour in range(-10, 5)
        ]
    )
    history = store.get_historical_features(asked, ["spend:x"])["x"]
    online = store.get_online_features([{"user": user} for user in range(USERS)], ["spend:x", "spend:s"])
    return {
        "batches": [[row["seq"], row["batch_id"], row["rows"]] for row in segments],
        "files": len({row["digest"] for row in segments}),
        "rows": sorted(map(str, read.to_pylist())),
        "quarantined": quarantined,
        "history": [None if pd.isna(value) else value for value in history],
        "online": online,
    }


def in_child(action: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        action()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def killed_work(place: Place, point: int) -> None:
    tick = Countdown(point)
    with place.opened() as stores:
        assert isinstance(stores.records, SqlRecordStore)
        watch_database(stores.records.engine, tick)
        watch_files(tick)
        work(stores, place.tenant)


def again(place: Place) -> None:
    with place.opened() as stores:
        before = state(stores, place.tenant)
        work(stores, place.tenant)
        print(json.dumps({"before": before, "after": state(stores, place.tenant)}), flush=True)


def main(folder: Path, step: int, urls: tuple[str, ...]) -> None:
    prepared = Place(folder / "prepared")
    if not urls:
        assert in_child(partial(prepare, prepared)) == 0
    point = 0
    while True:
        place = Place(folder / "copy", f"t{point}" if urls else "default", urls)
        if urls:
            assert in_child(partial(prepare, place)) == 0
        else:
            shutil.copytree(prepared.home, place.home)
        status = in_child(partial(killed_work, place, point)) if point else -1
        assert status == 0 or point == 0 or os.WIFSIGNALED(status), "the work failed"
        assert in_child(partial(again, place)) == 0
        shutil.rmtree(place.home)
        if status == 0:
            return  # there is no write point of that number
        point += 1 if point == 0 else step


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3:]))
