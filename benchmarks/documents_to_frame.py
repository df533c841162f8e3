"""Documents on MongoDB as a frame, beside ``DataFrame(list(collection.find()))`` with plain pymongo.

The peer reads plain documents from a plain collection and leaves them as the server gives them; ours come out
in time order with aware UTC times.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from pymongo import MongoClient

from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.mongodb.documents import MongoDocumentStore
from ml_analytics.stores.testing.servers import MongoServer

DOCUMENTS = 200_000
PART = 20_000
ROUNDS = 3


def bar(number: int) -> dict[str, Any]:
    """Return a bar with a headline: numbers, texts, a truth and a list."""
    return {
        "_id": f"bar{number:07}",
        "time": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
        "source": "benchmark",
        "symbol": "SPX" if number % 3 else "NDX",
        "open": number * 0.5,
        "high": number * 0.5 + 1,
        "low": number * 0.5 - 1,
        "close": number * 0.5 + 0.25,
        "volume": number,
        "title": f"headline {number % 1000}",
        "regular": number % 2 == 0,
        "tags": ["a", "b"],
    }


def seconds(work: Callable[[], pd.DataFrame]) -> float:
    """Time one reading."""
    started = time.perf_counter()
    frame = work()
    taken = time.perf_counter() - started
    assert frame.shape == (DOCUMENTS, 12)
    return taken


def main() -> list[dict[str, object]]:
    """Fill one server, then read in turns, so that a drifting machine drifts for both."""
    with MongoServer() as server, MongoClient[dict[str, Any]](server.url("peer")) as client:
        plain = client["peer"]["bars"]
        store = MongoDocumentStore.open(server.url("ours"))
        bars = store.collection(Tenant(), "bars")
        for start in range(0, DOCUMENTS, PART):
            part = [bar(number) for number in range(start, start + PART)]
            plain.insert_many(part)
            bars.insert_new(part)
        bars.frame(limit=1)
        pairs = [
            (seconds(bars.frame), seconds(lambda: pd.DataFrame(list(plain.find())))) for _ in range(ROUNDS)
        ]
        store.close()
    ours, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [
        {
            "figure": f"{DOCUMENTS:,} documents to a frame, beside pymongo",
            "ours": ours,
            "peer": peer,
            "ratio": peer / ours,
            "unit": "s",
            "target": "ratio >= 1.2",
        }
    ]


if __name__ == "__main__":
    print(main())
