"""Kill a process at every command it sends to MongoDB, then insert again; run by test_kill.py.

For point 1, 2, 3, … a forked child inserts and sends itself SIGKILL at that point; another says what is there,
inserts again and says it once more. Prints one JSON line for each point.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import monitoring

from ml_analytics.core.tenant import Tenant
from ml_analytics.stores.mongodb.documents import MongoCollection, MongoDocumentStore

A = Tenant("tenant_a")
BATCHES, SIZE = 3, 40
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


class Killer(monitoring.CommandListener):
    """Sends SIGKILL to this process when the given point is reached: before or behind a command."""

    def __init__(self, point: int) -> None:
        self.left = point

    def tick(self, name: str) -> None:
        if name in ("createIndexes", "find", "insert", "update", "commitTransaction"):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.tick(event.command_name)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self.tick(event.command_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


def batch(number: int) -> list[dict[str, Any]]:
    """Return documents; half of a batch is in the one before it too."""
    first = number * SIZE // 2
    return [{"_id": f"d{i:04}", "time": NOON + timedelta(seconds=i)} for i in range(first, first + SIZE)]


def work(collection: MongoCollection) -> int:
    return sum(collection.insert_new(batch(number), pending=True) for number in range(BATCHES))


def in_child(act: Callable[[], None]) -> int:
    """Do it in a child, so that this process never has a connection; return how it ended."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def insert(url: str, name: str, point: int) -> None:
    monitoring.register(Killer(point))
    work(MongoDocumentStore.open(url).collection(A, name))


def report(url: str, name: str) -> None:
    store = MongoDocumentStore.open(url)
    # A killed writer's transaction stands in the way until the server ends it, after a minute; here it is told to.
    store.connection.client().admin.command("killAllSessions", [])
    collection = store.collection(A, name)
    seen: dict[str, Any] = {"before": [one["_id"] for one in collection.find()]}
    seen["added"] = work(collection)
    seen["after"] = [one["_id"] for one in collection.find()]
    seen["waiting"] = [one["_id"] for one in collection.pending()]
    print(json.dumps(seen), flush=True)


def main(url: str) -> None:
    point, killed = 0, True
    while killed:
        point += 1
        name = f"point{point}"
        status = in_child(lambda: insert(url, name, point))  # noqa: B023 - used at once
        killed = os.WIFSIGNALED(status)
        if (not killed and status) or in_child(lambda: report(url, name)):  # noqa: B023
            raise SystemExit("the work failed")


if __name__ == "__main__":
    main(sys.argv[1])
