"""What was closed answers nothing; given stores stay open for others."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ml_analytics.core.errors import StoreError
from ml_analytics.data import DataPipeline, FeatureStore, FeatureView, MLDataManager, PipelineStep
from ml_analytics.stores import Stores, open_stores

VIEW = FeatureView("spend", ["user"], {"x": "float"})
TIMES = pd.DatetimeIndex(["2024-01-01"], tz="UTC", name="timestamp")
BARS = pd.DataFrame({"open": 1.0, "high": 2.0, "low": 1.0, "close": 1.0, "volume": 1.0}, index=TIMES)
ROWS = pd.DataFrame({"user": [1], "x": [1.0], "event_timestamp": TIMES, "created_timestamp": TIMES})
RESULTS = {"type": "metrics", "data": {"x": 1}}


async def _all(found: Any) -> list[Any]:
    return [one async for one in found]


CALLS: dict[type, dict[str, Callable[[Any], Any]]] = {
    MLDataManager: {
        "ingest": lambda it: it.ingest(BARS, "s", symbol="A"),
        "promote": lambda it: it.promote(),
        "watermark": lambda it: it.watermark("raw_market"),
        "publish": lambda it: it.publish("metrics"),
        "published": lambda it: it.published("metrics"),
        "relay": lambda it: it.relay(),
        "quarantine": lambda it: it.quarantine(),
        "replay": lambda it: it.replay(),
        "store_model_results": lambda it: asyncio.run(it.store_model_results(RESULTS)),
        "store_model_results_sync": lambda it: it.store_model_results_sync(RESULTS),
        "fetch_training_data": lambda it: asyncio.run(it.fetch_training_data("metrics")),
        "fetch_training_data_sync": lambda it: it.fetch_training_data_sync("metrics"),
        "stream_training_data": lambda it: list(it.stream_training_data("metrics")),
        "stream_training_data_async": lambda it: asyncio.run(_all(it.stream_training_data_async("metrics"))),
        "bars": lambda it: it.bars("A"),
        "sources": lambda it: it.sources("A"),
        "strangers": lambda it: it.strangers(BARS, "s", "A"),
    },
    FeatureStore: {
        "register": lambda it: it.register(VIEW),
        "apply": lambda it: it.apply([VIEW]),
        "views": lambda it: it.views(),
        "view": lambda it: it.view("spend"),
        "write": lambda it: it.write("spend", ROWS),
        "get_historical_features": lambda it: it.get_historical_features(ROWS[["user", "event_timestamp"]], "spend"),
        "compact": lambda it: it.compact("spend"),
        "materialize": lambda it: it.materialize(),
        "get_online_features": lambda it: it.get_online_features({"user": 1}, "spend@1:x"),
    },
    DataPipeline: {
        "run": lambda it: it.run(),
        "plan": lambda it: it.plan(),
        "clear": lambda it: it.clear(),
    },
}  # fmt: skip
EVERY = [(kind, name) for kind, calls in CALLS.items() for name in calls]


def _made(kind: type, db: Stores | Path, ran: list[str] | None = None) -> Any:
    if kind is not DataPipeline:
        return kind(db)

    def one() -> int:
        if ran is not None:
            ran.append("a")
        return 1

    return DataPipeline("p", [PipelineStep("a", one, version="1")], db)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with open_stores(tmp_path_factory.mktemp("stores")) as opened:
        yield opened


@pytest.mark.parametrize("kind", CALLS)
def test_every_public_method_is_tried(kind: type) -> None:
    methods = {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"close"} == set(CALLS[kind])


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_closed_it_answers_nothing_and_others_go_on(kind: type, name: str, stores: Stores) -> None:
    closed, other = _made(kind, stores), _made(kind, stores)
    if kind is FeatureStore:
        closed.register(VIEW)
    closed.close()
    closed.close()
    with pytest.raises(StoreError) as refused:
        CALLS[kind][name](closed)
    assert str(refused.value) == f"This {kind.__name__} was closed; make a new one."
    if name != "published":  # nothing is
        CALLS[kind][name](other)


@pytest.mark.parametrize("kind", CALLS)
def test_own_stores_are_closed_and_nothing_is_opened_again(kind: type, tmp_path: Path) -> None:
    with _made(kind, tmp_path) as made:
        stores = made._stores
        CALLS[kind][{MLDataManager: "relay", FeatureStore: "views", DataPipeline: "run"}[kind]](made)
    for call in CALLS[kind].values():
        with pytest.raises(StoreError, match="was closed"):
            call(made)
    assert stores.records.engine.pool.checkedin() == 0


@pytest.mark.parametrize("fresh", [False, True])
def test_no_step_runs_in_a_closed_pipeline_and_its_results_can_be_read(stores: Stores, fresh: bool) -> None:
    ran: list[str] = []
    with _made(DataPipeline, stores, ran) as pipeline:
        result = pipeline.run(fresh=True)
    with pytest.raises(StoreError, match="was closed"):
        pipeline.run(fresh=fresh)
    assert ran == ["a"]
    assert result.output == 1
