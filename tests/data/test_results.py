from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ConflictError
from ml_analytics.data import MLDataManager
from ml_analytics.stores import Stores, open_stores

KINDS = ("predictions", "metrics")  # documents, records
OTHER = {"predictions": "embeddings", "metrics": "model_performance"}


@pytest.fixture(params=["sqlite", "postgresql", "mongodb"])
def manager(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[MLDataManager]:
    clock = ManualClock(datetime(2024, 3, 1, tzinfo=UTC))
    if request.param == "postgresql":
        stores: Stores = request.getfixturevalue("postgres_stores")
        yield MLDataManager(stores, "acme", clock=clock)
        return
    if request.param == "mongodb":
        from ml_analytics.core.settings import Settings
        from ml_analytics.stores.testing.servers import MongoServer

        with MongoServer() as server:
            settings = Settings(home=tmp_path, documents_url=server.url("results"))
            with open_stores(settings) as stores:
                yield MLDataManager(stores, "acme", settings, clock=clock)
        return
    with open_stores(tmp_path) as stores:
        yield MLDataManager(stores, "acme", clock=clock)


def contents(manager: MLDataManager, kind: str) -> list[Any]:
    frame = manager.fetch_training_data_sync(kind)
    return [] if frame.empty else frame["processed_content"].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_names_another_content_is_refused(manager: MLDataManager, kind: str) -> None:
    store = manager.store_model_results_sync
    assert store({"type": kind, "id": "a", "data": [{"x": 1}, {"x": 2}]}) == ["a-0", "a-1"]
    store({"type": kind, "id": "b", "data": {"x": 1.5}})
    wrong: list[dict[str, Any]] = [
        {"type": kind, "id": "a-0", "data": {"x": 9}},
        {"type": kind, "id": "a", "data": [{"x": 3}, {"x": 2}]},
        {"type": kind, "id": "a", "data": [{"x": 1}, {"x": 2}, {"x": 3}], "features": {"y": 1}},
        {"type": kind, "id": "b", "data": {"x": 1.5}, "source_app": "another"},
        {"type": kind, "id": "b", "data": {"x": 1.5}, "time": "2020-01-01"},
        {"type": OTHER[kind], "id": "b", "data": {"x": 1.5}},
    ]
    for results in wrong:
        with pytest.raises(ConflictError, match="was stored with another content") as raised:
            store(results)
        assert str(raised.value).count(". ") == 0, "one sentence"
    with pytest.raises(ConflictError):
        store({"type": kind, "id": "a", "data": [{"x": 1}, {"x": 3}, {"x": 4}]})
    assert sorted(one["x"] for one in contents(manager, kind)) == [1, 1.5, 2], (
        "nothing of a refused call is kept"
    )
    assert contents(manager, OTHER[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("time", [None, "2024-02-01T10:00:00.123456+02:00"])
def test_the_same_content_again_is_harmless(manager: MLDataManager, kind: str, time: str | None) -> None:
    clock = manager._clock
    assert isinstance(clock, ManualClock)
    results: dict[str, Any] = {
        "type": kind,
        "id": "a",
        "data": [{"n": number, "big": 2**53 + 1, "small": 1e-300, "t": ["ä", None]} for number in range(3)],
        "features": {"y": 0.1},
        **({} if time is None else {"time": time}),
    }  # fmt: skip
    first = manager.store_model_results_sync(results)
    clock.advance(timedelta(hours=1))
    assert manager.store_model_results_sync(results) == first
    longer = {**results, "data": [*results["data"], {"n": 3}]}
    assert manager.store_model_results_sync(longer) == [*first, "a-3"]
    assert sorted(one["n"] for one in contents(manager, kind)) == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_elements_of_one_list_are_all_kept(manager: MLDataManager, kind: str) -> None:
    results = {"type": kind, "data": [{"x": 1}, {"x": 2}, {"x": 1}, {"x": 1}], "time": "2024-02-01"}
    ids = manager.store_model_results_sync(results)
    assert len(set(ids)) == 4
    assert manager.store_model_results_sync(results) == ids
    swapped = {**results, "data": [{"x": 2}, {"x": 1}, {"x": 1}, {"x": 1}]}
    assert sorted(manager.store_model_results_sync(swapped)) == sorted(ids), "only repeats have a number"
    alone = manager.store_model_results_sync({**results, "data": {"x": 1}})
    assert alone == ids[:1]
    assert sorted(one["x"] for one in contents(manager, kind)) == [1, 1, 1, 2]
