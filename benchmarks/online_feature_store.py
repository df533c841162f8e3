"""Online features of one entity, embedded: 99 of 100 answers come faster than this.

Ours is the whole ``get_online_features``: the view's definition, one row of SQLite, the ttl, five values by
their kinds; with the version named, as a service should, and without, where the highest is looked up. The
peer is a SELECT of a JSON text by primary key with plain sqlite3 and ``json.loads``. All ask in turn for the
same random entities out of 10,000.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics import FeatureStore, FeatureView

ENTITIES = 10_000
CALLS = 3_000
FEATURES = [f"f{number}" for number in range(5)]


def table() -> pd.DataFrame:
    """Return one row for each entity."""
    generator = np.random.default_rng(0)
    values = {name: generator.normal(size=ENTITIES) for name in FEATURES}
    now = pd.Timestamp(datetime.now(UTC))
    return pd.DataFrame({"user_id": range(ENTITIES), "event_timestamp": now, **values})


def plain_database(home: Path, rows: pd.DataFrame) -> sqlite3.Connection:
    """Prepare the peer."""
    connection = sqlite3.connect(home / "plain.db")
    connection.execute("CREATE TABLE online (entity TEXT PRIMARY KEY, body TEXT)")
    texts = [json.dumps(row) for row in rows[FEATURES].to_dict("records")]
    connection.executemany(
        "INSERT INTO online VALUES (?, ?)", zip(map(str, rows["user_id"]), texts, strict=True)
    )
    connection.commit()
    return connection


def main() -> list[dict[str, Any]]:
    """Measure and print one line."""
    rows = table()
    with tempfile.TemporaryDirectory() as folder, FeatureStore(folder) as store:
        view = FeatureView("users", ["user_id"], dict.fromkeys(FEATURES, "float"), ttl=timedelta(days=1))
        store.register(view)
        store.write(view, rows)
        store.materialize()
        peer = plain_database(Path(folder), rows)
        taken: dict[str, list[float]] = {"users@1": [], "users": [], "peer": []}
        for user in np.random.default_rng(1).integers(0, ENTITIES, CALLS).tolist():
            start = time.perf_counter()
            (text,) = peer.execute("SELECT body FROM online WHERE entity = ?", (str(user),)).fetchone()
            expected = json.loads(text)
            taken["peer"].append((time.perf_counter() - start) * 1e3)
            for reference in ("users@1", "users"):
                start = time.perf_counter()
                answer = store.get_online_features({"user_id": user}, [reference])
                taken[reference].append((time.perf_counter() - start) * 1e3)
                if {name: answer[name] for name in FEATURES} != expected:
                    raise AssertionError(user)
        peer.close()
    slowest = {name: float(np.percentile(times, 99)) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name}: median {np.median(times):.3f} ms, p99 {slowest[name]:.3f} ms")
    return [
        {
            "figure": f"online features: one entity of {reference}, p99",
            "ours": slowest[reference],
            "peer": slowest["peer"],
            "ratio": slowest[reference] / slowest["peer"],
            "unit": "ms",
            "target": "<= 2 ms",
        }
        for reference in ("users@1", "users")
    ]


if __name__ == "__main__":
    main()
