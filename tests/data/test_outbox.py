from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.settings import Settings, SqlSection
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager
from ml_analytics.stores import Stores, open_stores
from ml_analytics.stores.testing.servers import MongoServer


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


class Guarded:
    """Documents of a store that can be down, and that refuses some of them."""

    def __init__(self, inner: Any, down: bool = False, poison: tuple[str, ...] = ()) -> None:
        self._inner, self.down, self.poison = inner, down, poison
        self.delivered: list[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def collection(self, tenant: Tenant, name: str) -> Any:
        outer, inner = self, self._inner.collection(tenant, name)

        class Collection:
            def __getattr__(self, name: str) -> Any:
                return getattr(inner, name)

            def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> Any:
                given = list(documents)
                if outer.down:
                    raise StoreError("The documents cannot be reached.")
                if any(one["_id"] in outer.poison for one in given):
                    raise ParameterError("A document is larger than the store can hold.")
                outer.delivered.append([one["_id"] for one in given])
                return inner.insert_new(given, pending=pending)

        return Collection()


def guarded(stores: Stores, **how: Any) -> tuple[MLDataManager, Guarded, ManualClock]:
    documents: Any = Guarded(stores.documents, **how)
    clock = ManualClock(datetime(2024, 3, 1, tzinfo=UTC))
    return MLDataManager(dataclasses.replace(stores, documents=documents), clock=clock), documents, clock


def store(manager: MLDataManager, name: str, count: int = 1) -> list[str]:
    data = [{"n": number} for number in range(count)]
    return manager.store_model_results_sync({"type": "metrics", "data": data, "id": name})


def entries(stores: Stores) -> list[dict[str, Any]]:
    with stores.records.read(Tenant()) as records:
        return records.find("outbox", order_by=["created_at"])


def test_a_store_that_is_down_loses_nothing(stores: Stores) -> None:
    manager, documents, clock = guarded(stores)
    manager.publish("metrics")
    documents.down = True
    for name in ("a", "b"):
        store(manager, name)
        clock.advance(timedelta(minutes=1))
    for attempt in (1, 2):
        with pytest.raises(StoreError, match="cannot be reached"):
            manager.relay()
        oldest, newest = entries(stores)
        assert (oldest["attempts"], newest["attempts"]) == (attempt, 0)
        assert oldest["last_error"] == "The documents cannot be reached."
        assert oldest["done_at"] is None
    documents.down = False
    assert manager.relay().published == 2
    assert documents.delivered == [["a-0"], ["b-0"]], "oldest first"
    assert [(row["attempts"], row["last_error"]) for row in entries(stores)] == [(3, ""), (1, "")]
    assert manager.relay().published == 0


def test_poison_goes_to_quarantine_and_holds_nothing_up(stores: Stores) -> None:
    manager, documents, _ = guarded(stores, poison=("a-3", "a-6"))
    store(manager, "a", 9)
    report = manager.publish("metrics")
    assert (report.published, report.quarantined) == (7, 2)
    store(manager, "b")
    assert manager.relay().published == 1
    held = manager.quarantine("metrics")
    assert sorted(one["_id"] for one in held["document"]) == ["a-3", "a-6"]
    assert set(held["stage"]) == {"publish"} and set(held["target"]) == {"published_metrics"}
    assert all("larger than" in one for one in held["reason"])
    assert all(row["done_at"] is not None for row in entries(stores))
    report_again = manager.replay()
    assert (report_again.replayed, report_again.rejected) == (0, 2)
    documents.poison = ("a-6",)
    assert manager.replay().replayed == 1
    shrunk = manager.replay(correct=lambda one: {**one, "_id": "ignored", "processed_content": {}})
    assert (shrunk.replayed, shrunk.rejected) == (0, 1), "a correction keeps the record's id"
    documents.poison = ()
    assert manager.replay(correct=lambda one: {**one, "processed_content": {}}).replayed == 1
    found = manager.published("metrics").set_index("_id")
    assert len(found) == 10
    assert found.loc["a-6", "processed_content"] == {}
    assert manager.quarantine().empty


def test_two_relays_at_once_are_harmless(stores: Stores) -> None:
    manager, _, _ = guarded(stores)
    manager.publish("metrics")
    for number in range(12):
        store(manager, f"r{number}", 3)
    failed: list[BaseException] = []

    def relay() -> None:
        try:
            manager.relay()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=relay) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert failed == []
    found = manager.published("metrics")["_id"].tolist()
    assert len(found) == len(set(found)) == 36
    assert all(row["done_at"] is not None for row in entries(stores))


def test_mongodb_fails_after_the_sql_commit_and_the_outbox_catches_up(tmp_path: Path) -> None:
    with MongoServer() as server:
        settings = Settings(home=tmp_path, documents_url=server.url("c16"))
        with open_stores(settings) as stores:
            manager = MLDataManager(stores, settings=settings)
            manager.publish("metrics")
            store(manager, "before", 2)
            manager.relay()
            server.stop()
            kept = store(manager, "during", 3)
            with pytest.raises(StoreError):
                manager.relay()
            (waiting,) = [row for row in entries(stores) if row["done_at"] is None]
            assert waiting["attempts"] == 1
            assert waiting["last_error"]
            server.start()
            assert manager.relay().published == 3
            found = manager.published("metrics")["_id"].tolist()
            assert sorted(found) == ["before-0", "before-1", *kept]


def test_a_type_that_the_settings_no_longer_name_holds_nothing_up(stores: Stores) -> None:
    named = Settings(sql=SqlSection(tables={"signals": ("extra",)}))
    with_it, without = MLDataManager(stores, "acme", named), MLDataManager(stores, "acme", Settings())
    for name in ("extra", "metrics"):
        with_it.publish(name)
        with_it.store_model_results_sync({"type": name, "data": {"x": 1}})
    with pytest.warns(UserWarning, match="left what waits of extra, which") as told:
        assert without.relay().published == 1
    assert told[0].filename == __file__
    assert len(without.published("metrics")) == 1
    assert with_it.published("extra").empty
    assert with_it.relay().published == 1, "it waited"
    assert len(with_it.published("extra")) == 1
