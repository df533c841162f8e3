"""PostgreSQL, MongoDB and Redis are stopped and started again under load, one after the other."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import PREDICTIONS
from ml_analytics.models import ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.server import running
from ml_analytics.stores import Stores, open_stores
from ml_analytics.stores.testing.servers import MongoServer, PostgresServer, RedisServer

CLIENTS = 3
PATIENCE_SECONDS = 120.0
"""How long one answer, or the next good one of every client, may take: longer is a hang."""


@dataclass
class Tally:
    """What the clients were answered."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    answers: list[Counter[int]] = field(default_factory=lambda: [Counter() for _ in range(CLIENTS)])
    acknowledged: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, client: int, name: str, expected: str, answer: httpx.Response) -> None:
        with self.changed:
            self.answers[client][answer.status_code] += 1
            if answer.status_code == 200:
                told = answer.json()["outputs"][0]["data"]
                self.acknowledged[name] = told[0]
                if told != [expected]:
                    self.wrong.append(f"{name}: {told}")
            elif answer.status_code != 503 or "retry-after" not in answer.headers:
                self.wrong.append(f"{name}: {answer.status_code} {answer.headers} {answer.text}")
            else:
                self.refusals.append(answer.text)
            self.changed.notify_all()

    def all_go_on(self, count: int, statuses: tuple[int, ...]) -> None:
        """Wait until every client has had ``count`` more answers of these statuses."""

        def had(one: int) -> int:
            return sum(self.answers[one][status] for status in statuses)

        with self.changed:
            goal = [had(one) + count for one in range(CLIENTS)]
            arrived = self.changed.wait_for(
                lambda: self.wrong or all(had(one) >= goal[one] for one in range(CLIENTS)), PATIENCE_SECONDS
            )
            assert arrived and not self.wrong, (self.wrong, self.answers)


def ask(url: str, client: int, tally: Tally, stop: threading.Event) -> None:
    """Ask until told to stop; a prediction that was refused for now is asked for again under its own name."""
    generator = random.Random(client)
    with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as http:
        number = 0
        while not stop.is_set():
            name, age = f"client-{client}-{number}", generator.choice([20.0, 30.0, 40.0, 50.0])
            tensor = {"name": "rows", "shape": [1, 2], "datatype": "FP64", "data": [[age, 1.0]]}
            body = {"id": name, "inputs": [tensor], "parameters": {"use_cache": True}}
            try:
                answer = http.post("/v2/models/risk/infer", json=body)
            except httpx.HTTPError as error:
                with tally.changed:
                    tally.wrong.append(f"{name}: {error!r}")
                    tally.changed.notify_all()
                return
            tally.add(client, name, "high" if age > 35 else "low", answer)
            if answer.status_code == 200:
                number += 1
            else:
                stop.wait(0.02)  # Retry-After says a second; a client less polite than that is served, too


class DurableMongoServer(MongoServer):
    """One that keeps what it has acknowledged through SIGKILL, as MongoDB does; by default this one does not."""

    def command(self) -> list[str]:
        """Return the command line."""
        return [*super().command(), "--sync-on-commit"]


@dataclass
class System:
    """Stores on three servers of their own, and a model in them."""

    postgres: PostgresServer
    mongodb: MongoServer
    redis: RedisServer
    stores: Stores
    settings: Settings


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with PostgresServer() as postgres, DurableMongoServer() as mongodb, RedisServer() as redis:
        postgres.create_database("restarts")
        settings = Settings(
            home=tmp_path / "home",
            database_url=postgres.url("ml_app", "restarts"),
            database_owner_url=postgres.url("ml_owner", "restarts"),
            documents_url=mongodb.url("restarts") + "?serverSelectionTimeoutMS=500",
            cache_url=redis.url(),
        )
        with open_stores(settings) as stores:
            register(stores)
            yield System(postgres, mongodb, redis, stores, settings)


def register(stores: Stores) -> None:
    rows = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0] * 10, "income": [1.0] * 40})
    labels = np.where(rows["age"] > 35, "high", "low")
    model = ModelFactory.create("random_forest", n_estimators=5, random_state=0).fit(rows, labels)
    scores = {"validation": {"accuracy": 1.0}}
    ModelRegistry(stores, "default").register_model("risk", model, metrics=scores, sample=rows)


def test_restarts_under_load_lose_nothing_and_answer_always(system: System) -> None:
    tally, stop = Tally(), threading.Event()
    with running(system.stores, system.settings) as url:
        clients = [
            threading.Thread(target=ask, args=(url, number, tally, stop), name=f"client-{number}")
            for number in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        try:
            tally.all_go_on(3, (200,))
            assert refusals(tally, system.postgres.stop, system.postgres.start)
            assert refusals(tally, lambda: system.mongodb.stop(kill=True), system.mongodb.start)
            assert refusals(tally, lambda: system.redis.stop(kill=True), system.redis.start) == []
        finally:
            stop.set()
            for client in clients:
                client.join(PATIENCE_SECONDS)
        assert not any(client.is_alive() for client in clients) and not tally.wrong, tally.wrong
        check_the_log(system, tally)


def refusals(tally: Tally, end: Callable[[], None], begin: Callable[[], None]) -> list[str]:
    """Stop a server, let everybody be answered without it, start it and let everybody be served again."""
    before = len(tally.refusals)
    end()
    tally.all_go_on(3, (200, 503))
    begin()
    tally.all_go_on(3, (200,))
    return tally.refusals[before:]


def check_the_log(system: System, tally: Tally) -> None:
    log = system.stores.documents.collection(Tenant("default"), PREDICTIONS)
    logged: dict[str, Any] = {one["_id"]: one["output"] for one in log.find()}
    assert len(tally.acknowledged) >= 12 * CLIENTS - CLIENTS
    missing = {name for name, told in tally.acknowledged.items() if logged.get(name) != told}
    assert not missing, f"{len(missing)} of {len(tally.acknowledged)} acknowledged predictions are not logged"
