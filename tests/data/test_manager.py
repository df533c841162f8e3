from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_analytics.core.clock import ManualClock, TimeRange
from ml_analytics.core.errors import MLFrameworkError, ParameterError
from ml_analytics.core.settings import MongoSection, Settings, SqlSection
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import DataManager, MLDataManager, load_sp500
from ml_analytics.stores import Stores, open_stores

CONFIGURED = Settings(
    mongodb=MongoSection(collections={"training_data": ("text_corpus",)}),
    sql=SqlSection(tables={"structured_data": ("churn",)}),
)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


@pytest.fixture
def manager(stores: Stores) -> MLDataManager:
    return MLDataManager(stores, "acme", CONFIGURED, clock=ManualClock(datetime(2024, 3, 1, tzinfo=UTC)))


def test_the_second_name_is_the_same_thing() -> None:
    assert DataManager is MLDataManager


@pytest.mark.parametrize(
    "kind", ["predictions", "embeddings", "metrics", "validation_results", "text_corpus", "churn"]
)
def test_results_come_back_by_type(manager: MLDataManager, kind: str) -> None:
    ids = asyncio.run(
        manager.store_model_results(
            {"type": kind, "data": {"accuracy": 0.53}, "time": "2024-02-01", "features": {"rsi_14": 30.0}}
        )
    )
    frame = asyncio.run(manager.fetch_training_data(kind, {"start": "2024-01-01", "end": "2024-03-01"}))
    assert len(frame) == len(ids) == 1
    row = frame.iloc[0]
    assert row["processed_content"] == {"accuracy": 0.53}
    assert row["features"] == {"rsi_14": 30.0}
    assert (row["data_type"], row["source_app"]) == (kind, "ml_analytics")
    assert manager.fetch_training_data_sync(kind, {"start": "2024-02-01T00:00:01", "end": None}).empty
    assert manager.fetch_training_data_sync(kind, TimeRange(None, datetime(2024, 2, 1, tzinfo=UTC))).empty
    other = "embeddings" if kind == "predictions" else "predictions"
    assert manager.fetch_training_data_sync(other).empty


@pytest.mark.parametrize("kind", ["predictions", "metrics"])
def test_storing_again_adds_nothing(manager: MLDataManager, kind: str) -> None:
    results = {"type": kind, "data": [{"a": 1}, {"a": 2}], "id": "run-7"}
    assert manager.store_model_results_sync(results) == ["run-7-0", "run-7-1"]
    assert manager.store_model_results_sync(results) == ["run-7-0", "run-7-1"]
    made = {"type": kind, "data": {"a": 3}, "time": datetime(2024, 1, 1, tzinfo=UTC)}
    assert manager.store_model_results_sync(made) == manager.store_model_results_sync(made)
    assert len(manager.fetch_training_data_sync(kind)) == 3


def test_raw_text_is_ingested_and_fetched(manager: MLDataManager) -> None:
    frame = pd.DataFrame({"timestamp": ["2024-01-01T00:00:00Z"], "body": ["markets rose"]})
    assert manager.ingest(frame, source="news", data_type="text").added == 1
    assert manager.ingest(frame, source="news", data_type="text_corpus").added == 1
    for kind in ("text", "text_corpus"):
        row = manager.fetch_training_data_sync(kind).iloc[0]
        assert row["raw_content"] == {"body": "markets rose"}
        assert {"source", "scraped_at", "metadata", "time"} <= set(row.index)


def test_market_metrics_are_fetched_as_a_table(manager: MLDataManager) -> None:
    manager.ingest(load_sp500().head(30), source="arch", symbol="SPX")
    manager.promote()
    frame = manager.fetch_training_data_sync("market_metrics", {"start": "1999-01-05", "end": "1999-01-08"})
    assert frame["timestamp"].dt.day.tolist() == [5, 6, 7]
    assert set(frame["symbol"]) == {"SPX"}


def test_what_was_served_is_read_but_not_written(manager: MLDataManager, stores: Stores) -> None:
    served = {"_id": "p1", "time": datetime(2024, 1, 1, tzinfo=UTC), "model_id": "m", "output": 1}
    stores.documents.collection(Tenant("acme"), "predictions").insert_new([served])
    assert manager.fetch_training_data_sync("prediction_log")["_id"].tolist() == ["p1"]
    manager.store_model_results_sync({"type": "predictions", "data": {"up": 0.6}})
    assert len(manager.fetch_training_data_sync("prediction_log")) == 1
    with pytest.raises(ParameterError, match="gets in by serving"):
        manager.store_model_results_sync({"type": "prediction_log", "data": {}})


@pytest.mark.parametrize(
    "results",
    [
        None,
        {},
        {"type": "metrics"},
        {"type": "metrics", "data": {}, "tenant_id": "other"},
        {"type": "metrics", "data": "text"},
        {"type": "metrics", "data": [1]},
        {"type": "metrics", "data": {}, "features": [1]},
        {"type": "metrics", "data": {}, "time": "yesterday"},
        {"type": "metrics", "data": {}, "id": {"$ne": None}},
        {"type": "metrics", "data": {}, "source_app": ""},
        {"type": "metrics", "data": {"x": object()}},
        {"type": "market_metrics", "data": {}},
        {"type": "models", "data": {}},
        {"type": {"$ne": None}, "data": {}},
        {"type": "metrics", "data": {"x": "nul\x00"}},
    ],
)
def test_bad_results_get_one_sentence_and_store_nothing(manager: MLDataManager, results: Any) -> None:
    with pytest.raises(MLFrameworkError) as caught:
        manager.store_model_results_sync(results)
    assert "must be" in str(caught.value)
    assert manager.fetch_training_data_sync("metrics").empty


def test_all_entries_or_none(manager: MLDataManager) -> None:
    with pytest.raises(ParameterError):
        manager.store_model_results_sync({"type": "predictions", "data": [{"a": 1}, {"a": object()}]})
    assert manager.fetch_training_data_sync("predictions").empty


@pytest.mark.parametrize("name", ["models", {"$ne": None}, "a.b", "", None])
def test_names_from_outside_are_listed_names(manager: MLDataManager, name: Any) -> None:
    bars = load_sp500().head(2)
    for call in (
        lambda: manager.fetch_training_data_sync(name),
        lambda: manager.ingest(bars, source="s", data_type=name, symbol="X"),
        lambda: manager.promote(data_type=name),
        lambda: manager.promote(to=name),
        lambda: manager.promote(repair=[name]),
    ):
        with pytest.raises(ParameterError):
            call()


@pytest.mark.parametrize("symbol", [None, "", "a" * 101, {"$ne": None}, "a\x00", 3, "a\nb"])
def test_symbols_are_text(manager: MLDataManager, symbol: Any) -> None:
    with pytest.raises(ParameterError, match="'symbol'"):
        manager.bars(symbol)
    with pytest.raises(ParameterError, match="'symbol'"):
        manager.ingest(load_sp500().head(2), source="s", symbol=symbol)


def test_other_refusals(manager: MLDataManager) -> None:
    with pytest.raises(ParameterError, match="'source'"):
        manager.ingest(load_sp500().head(2), source="", symbol="X")
    with pytest.raises(ParameterError, match="'time_range'"):
        manager.fetch_training_data_sync("text", "2024")  # type: ignore[arg-type]
    with pytest.raises(ParameterError):
        manager.fetch_training_data_sync("text", {"from": "2024"})
    with pytest.raises(ParameterError, match="'repair'"):
        manager.promote(repair="unit_switch")
    with pytest.raises(ParameterError, match=r"'to' parameter .* one of metrics.* for 'text'"):
        manager.promote(data_type="text")
    with pytest.raises(ParameterError, match="'data_type'"):
        manager.promote(data_type="metrics")


def test_it_opens_and_closes_its_own_stores(tmp_path: Path) -> None:
    with MLDataManager(tmp_path, settings=Settings(tenant_id="acme")) as manager:
        assert manager.tenant == Tenant("acme")
        manager.ingest(load_sp500().head(3), source="arch", symbol="SPX")
    with MLDataManager(settings=Settings(home=tmp_path, tenant_id="acme")) as manager:
        assert len(manager.fetch_training_data_sync("raw_market")) == 3


def test_given_stores_stay_open(stores: Stores) -> None:
    with MLDataManager(stores) as manager:
        assert manager.tenant == Tenant()
    assert MLDataManager(stores).bars("X").empty
