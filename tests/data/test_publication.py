from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ConflictError, NotFoundError, ParameterError
from ml_analytics.core.settings import Settings, SqlSection
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager, publication
from ml_analytics.data.publication import begin_publication, publication_of
from ml_analytics.data.reports import PublishReport
from ml_analytics.stores import Stores, open_stores

NOW = datetime(2024, 3, 1, tzinfo=UTC)
CONFIGURED = Settings(sql=SqlSection(tables={"signals": ("recommendations",)}))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


@pytest.fixture
def manager(stores: Stores) -> MLDataManager:
    return MLDataManager(stores, "acme", CONFIGURED, clock=ManualClock(NOW))


def bars(count: int, start: str = "2024-01-01") -> pd.DataFrame:
    close = 100.0 + np.arange(count)
    return pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 5.0},
        index=pd.date_range(start, periods=count, freq="h", tz="UTC", name="timestamp"),
    )


def store(manager: MLDataManager, name: str, *values: int, kind: str = "recommendations") -> list[str]:
    data = [{"buy": value} for value in values]
    return manager.store_model_results_sync(
        {"type": kind, "data": data, "id": name, "features": {"rsi": 1.5}}
    )


def test_what_is_there_is_published_and_then_what_comes(manager: MLDataManager) -> None:
    first = store(manager, "a", 1, 2)
    assert manager.publish("recommendations") == PublishReport(2, 0, 0)
    second = store(manager, "b", 3)
    store(manager, "other", 9, kind="metrics")
    assert manager.relay() == PublishReport(1, 0, 0)
    assert manager.publish("recommendations") == PublishReport(0, 0, 0)
    found = manager.published("recommendations")
    assert sorted(found["_id"]) == sorted(first + second)
    table = manager.fetch_training_data_sync("recommendations").set_index("id")
    for row in found.to_dict("records"):
        record = table.loc[row["_id"]]
        for name in ("source_app", "data_type", "processed_content", "features"):
            assert row[name] == record[name]
        assert row["time"] == record["event_time"]
        assert pd.Timestamp(row["created_at"]) == record["created_at"]


def test_bars_are_published_with_the_record_of_both_databases(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(bars(30), source="feed", symbol="X")
    manager.promote()
    manager.publish("market_metrics", to="live_bars")
    manager.ingest(bars(5, "2024-02-01"), source="feed", symbol="Y")
    manager.promote()
    assert manager.publish("market_metrics").published == 5
    found = manager.published("market_metrics", {"start": "2024-01-01T10:00", "end": "2024-01-01T12:00"})
    assert found["_id"].tolist() == ["X@2024-01-01T10:00:00+00:00", "X@2024-01-01T11:00:00+00:00"]
    one = stores.documents.collection(Tenant("acme"), "live_bars").get("Y@2024-02-01T00:00:00+00:00")
    assert one is not None
    content = {"open": 100.0, "high": 101.0, "low": 99.0, "close": 100.0, "volume": 5.0}
    assert one["processed_content"] == content
    assert (one["source_app"], one["data_type"], one["features"]) == ("feed", "market_metrics", {})


def test_many_records_become_few_entries(
    manager: MLDataManager, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "KEYS", 10)
    manager.ingest(bars(45), source="feed", symbol="X")
    manager.promote()
    assert manager.publish("market_metrics").published == 45
    with stores.records.read(manager.tenant) as records:
        entries = records.find("outbox")
    assert [len(row["payload"]["times"]) for row in entries].count(10) == 4
    assert len(entries) == 5
    assert all(row["done_at"] == NOW for row in entries)
    assert "100.0" not in str(entries), "keys, not content"


def test_a_deleted_record_holds_nothing_up(manager: MLDataManager, stores: Stores) -> None:
    manager.publish("recommendations")
    store(manager, "a", 1, 2)
    with stores.records.begin(manager.tenant) as records:
        records.delete("ml_records", {"id": "a-0"})
    assert manager.relay().published == 1
    assert manager.published("recommendations")["_id"].tolist() == ["a-1"]


def test_a_known_result_makes_no_entry(manager: MLDataManager, stores: Stores) -> None:
    manager.publish("recommendations")
    for _ in range(3):
        store(manager, "a", 1)
    with stores.records.read(manager.tenant) as records:
        assert records.count("outbox") == 1


@pytest.mark.parametrize(
    "name", ["text", "predictions", "nope", "", None, 3, {"$ne": None}, ["metrics"], "a.b", "metrics; DROP"]
)
def test_only_tables_are_published(manager: MLDataManager, name: Any) -> None:
    for call in (manager.publish, manager.published):
        with pytest.raises(ParameterError, match="'data_type'"):
            call(name)


@pytest.mark.parametrize("to", ["raw_market", "predictions", "outcomes", "../x", "", {"$ne": None}, "a b"])
def test_a_publication_has_a_collection_of_its_own(manager: MLDataManager, to: Any) -> None:
    with pytest.raises(ParameterError):
        manager.publish("metrics", to=to)


def test_a_publication_stays_where_it_is(manager: MLDataManager) -> None:
    manager.publish("metrics", to="here")
    assert manager.publish("metrics", to="here").published == 0
    with pytest.raises(ConflictError, match="'here'"):
        manager.publish("metrics", to="there")


def test_another_tenants_publication_is_none(manager: MLDataManager, stores: Stores) -> None:
    store(manager, "canary", 1)
    manager.publish("recommendations")
    other = MLDataManager(stores, "other", CONFIGURED)
    with pytest.raises(NotFoundError) as theirs:
        other.published("recommendations")
    with pytest.raises(NotFoundError) as nobodys:
        MLDataManager(stores, "nobody", CONFIGURED).published("recommendations")
    assert str(theirs.value) == str(nobodys.value)
    assert other.publish("recommendations").published == 0
    assert other.relay().published == 0
    assert other.published("recommendations").empty
    assert stores.documents.collection(Tenant("other"), "published_recommendations").get("canary-0") is None


def test_nothing_falls_between_a_writer_and_the_beginning(postgres_stores: Stores) -> None:
    """A writer that began before the publication, and commits while it begins, is in the backfill."""
    manager = MLDataManager(postgres_stores, "acme", CONFIGURED, clock=ManualClock(NOW))
    store(manager, "before", 1)
    route = manager.routing.of("recommendations", "test")
    records = postgres_stores.records
    began, done = threading.Event(), threading.Event()

    def publish() -> None:
        began.set()
        manager.publish("recommendations")
        done.set()

    thread = threading.Thread(target=publish)
    with records.begin(manager.tenant) as writer:
        assert publication_of(writer, route) is None, "it sees no publication, so it writes no entry"
        thread.start()
        assert began.wait(30)
        row = {
            "id": "between",
            "table_name": "recommendations",
            "data_type": "recommendations",
            "processed_content": {},
            "features": {},
            "event_time": NOW,
            "created_at": NOW,
        }
        writer.insert_new("ml_records", [row])
        assert not done.is_set(), "the publication waits for the writer"
    thread.join(60)
    assert done.is_set()
    assert set(manager.published("recommendations")["_id"]) == {"before-0", "between"}


def test_a_writer_waits_for_the_beginning(postgres_stores: Stores) -> None:
    """A writer that comes while a publication begins sees it, and writes an entry."""
    manager = MLDataManager(postgres_stores, "acme", CONFIGURED, clock=ManualClock(NOW))
    route = manager.routing.of("recommendations", "test")
    started = threading.Event()

    def write() -> None:
        started.set()
        store(manager, "during", 1)

    thread = threading.Thread(target=write)
    with postgres_stores.records.begin(manager.tenant) as records:
        _, begins = begin_publication(records, route, None, NOW)
        assert begins
        thread.start()
        assert started.wait(30)
        assert records.count("ml_records") == 0
    thread.join(60)
    assert manager.relay().published == 1
    assert manager.published("recommendations")["_id"].tolist() == ["during-0"]


def test_two_who_begin_at_once(postgres_stores: Stores) -> None:
    managers = [MLDataManager(postgres_stores, "acme", CONFIGURED) for _ in range(4)]
    store(managers[0], "a", *range(20))
    threads = [threading.Thread(target=one.publish, args=("recommendations",)) for one in managers]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(managers[0].published("recommendations")) == 20
    with postgres_stores.records.read(Tenant("acme")) as records:
        assert records.count("publications") == 1
        assert records.count("outbox") == 1


def test_a_collection_holds_one_published_type(manager: MLDataManager) -> None:
    manager.publish("model_performance", to="live")
    with pytest.raises(
        ConflictError, match="'model_performance' is published to 'live' and 'validation_results'"
    ):
        manager.publish("validation_results", to="live")
    with pytest.raises(ConflictError, match="'published_metrics' is kept for the type 'metrics'"):
        manager.publish("user_interactions", to="published_metrics")
    for name in ("validation_results", "user_interactions"):
        with pytest.raises(NotFoundError):
            manager.published(name)
    assert manager.publish("metrics", to="published_metrics").published == 0, "its own"
    assert manager.publish("model_performance", to="live").published == 0


def test_a_type_named_later_does_not_share_the_collection_of_another(stores: Stores) -> None:
    MLDataManager(stores, "acme", Settings()).publish("metrics", to="published_signals")
    later = MLDataManager(stores, "acme", Settings(sql=SqlSection(tables={"signals": ("signals",)})))
    with pytest.raises(ConflictError, match="'metrics' is published to 'published_signals'"):
        later.publish("signals")
    assert later.publish("signals", to="elsewhere").published == 0
