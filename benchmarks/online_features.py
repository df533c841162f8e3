"""Online features of one entity, 10,000 entities kept: the tail that a prediction waits for.

Ours is the whole ``read``: scope, checks, transaction, times and JSON. The peers are the barest reads of the
same JSON: ``SELECT`` by primary key with plain sqlite3, and ``GET`` with plain redis-py. All read the same
entities in the same random order, in turns; the 99th percentile of a turn is its figure, the median of the
turns counts.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import redis

from ml_analytics.core.protocols import OnlineStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import OnlineRow
from ml_analytics.stores import open_stores
from ml_analytics.stores.redis.online import RedisOnlineStore
from ml_analytics.stores.testing.servers import RedisServer

ENTITIES = 10_000
FEATURES = 20
ROUNDS = 9
READS = 1_000
TENANT = Tenant("bench")


def p99_ms(read: Callable[[str], object], entities: list[str]) -> float:
    """Read every entity once and return the 99th percentile of one read, in milliseconds."""
    taken = []
    for entity in entities:
        started = time.perf_counter()
        read(entity)
        taken.append(time.perf_counter() - started)
    return 1e3 * float(np.percentile(taken, 99))


def main() -> list[dict[str, object]]:
    """Measure embedded and Redis, each beside its peer."""
    generator = np.random.default_rng(0)
    now = datetime(2024, 1, 2, tzinfo=UTC)
    values = generator.normal(size=(ENTITIES, FEATURES))
    rows = [
        OnlineRow(f"user-{number}", now, now, {f"feature_{at}": float(x) for at, x in enumerate(row)})
        for number, row in enumerate(values)
    ]
    with tempfile.TemporaryDirectory() as home, open_stores(home) as stores, RedisServer() as server:
        on_redis = RedisOnlineStore.open(server.url())
        for store in (stores.online, on_redis):
            store.write(TENANT, "users", 1, rows)
        plain_sqlite, plain_redis = _sqlite(Path(home) / "peer.db", rows), _redis(server.url(), rows)
        return [
            _figure("embedded", stores.online, "sqlite3 SELECT", plain_sqlite, "ours p99 <= 2 ms"),
            _figure("Redis", on_redis, "redis-py GET", plain_redis, "none"),
        ]


def _figure(
    where: str, store: OnlineStore, peer_name: str, peer: Callable[[str], object], target: str
) -> dict[str, object]:
    generator = np.random.default_rng(1)
    turns = []
    for _ in range(ROUNDS):
        entities = [f"user-{number}" for number in generator.integers(0, ENTITIES, READS)]
        ours = p99_ms(lambda entity: store.read(TENANT, "users", 1, [entity]), entities)
        turns.append((ours, p99_ms(peer, entities)))
    ours, theirs = (statistics.median(side) for side in zip(*turns, strict=True))
    figure = f"online features of one entity, {where}, p99"
    print(f"{figure}: ours {ours:.3f} ms, {peer_name} {theirs:.3f} ms, ratio {ours / theirs:.1f}")
    return {
        "figure": figure,
        "ours": ours,
        "peer": theirs,
        "ratio": ours / theirs,
        "unit": "ms",
        "target": target,
    }


def _sqlite(file: Path, rows: list[OnlineRow]) -> Callable[[str], object]:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE online (entity TEXT PRIMARY KEY, json TEXT) WITHOUT ROWID")
    connection.executemany("INSERT INTO online VALUES (?, ?)", _texts(rows))
    connection.commit()
    return lambda entity: json.loads(
        connection.execute("SELECT json FROM online WHERE entity = ?", (entity,)).fetchone()[0]
    )


def _redis(url: str, rows: list[OnlineRow]) -> Callable[[str], object]:
    client = redis.Redis.from_url(url)
    client.mset({f"peer/{entity}": text for entity, text in _texts(rows)})
    return lambda entity: json.loads(client.get(f"peer/{entity}") or "")


def _texts(rows: list[OnlineRow]) -> list[tuple[str, str]]:
    return [(row.entity, json.dumps(dict(row.values))) for row in rows]


if __name__ == "__main__":
    main()
