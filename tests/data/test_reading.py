from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import ParameterError
from ml_analytics.data import MLDataManager
from ml_analytics.data.output import documents_as
from ml_analytics.stores import Stores, open_stores


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[MLDataManager]:
    with open_stores(tmp_path) as stores:
        yield MLDataManager(stores)


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MLDataManager]:
    if request.param == "postgresql":
        stores: Stores = request.getfixturevalue("postgres_stores")
        yield MLDataManager(stores, "acme")
        return
    with open_stores(tmp_path) as stores:
        yield MLDataManager(stores, "acme")


def fill(manager: MLDataManager, kind: str, count: int = 25) -> None:
    for number in range(count):
        manager.store_model_results_sync(
            {
                "type": kind,
                "data": {"n": number, "nested": {"a": [1, None]}, "text": "ä😀"},
                "features": {"x": number / 3},
                "time": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number),
                "id": f"{kind}-{number:03}",
            }
        )


def plain(table: Any) -> list[dict[str, Any]]:
    """Rows as plain values, whatever the table is: JSON read, times as text, missing as None."""
    rows = table.to_pylist() if isinstance(table, pa.Table) else None
    if rows is None:
        rows = table.to_dicts() if isinstance(table, pl.DataFrame) else table.to_dict("records")
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows]


def _plain(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in "{[":
        return json.loads(cell)
    if isinstance(cell, datetime):
        return pd.Timestamp(cell).tz_convert("UTC").isoformat()
    return None if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell) else cell


@pytest.mark.parametrize("kind", ["metrics", "predictions", "market_metrics", "text"])
def test_equal_content_whatever_the_output(anywhere: MLDataManager, kind: str) -> None:
    if kind == "market_metrics":
        close = np.arange(1.0, 26.0) + 10
        bars = pd.DataFrame(
            {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 5},
            index=pd.date_range("2024-01-01", periods=25, freq="h", tz="UTC"),
        )
        anywhere.ingest(bars, source="s", symbol="X")
        anywhere.promote()
    elif kind == "text":
        frame = pd.DataFrame(
            {
                "timestamp": pd.date_range("2024-01-01", periods=25, freq="h", tz="UTC"),
                "b": [None, *"ab" * 12],
            }
        )
        anywhere.ingest(frame, source="s", data_type="text")
    else:
        fill(anywhere, kind)
    span = {"start": "2024-01-01T05:00", "end": "2024-01-01T20:00"}
    asked: list[Any] = [
        anywhere.fetch_training_data_sync(kind, span, one) for one in ("pandas", "polars", "arrow")
    ]
    assert [type(one) for one in asked] == [pd.DataFrame, pl.DataFrame, pa.Table]
    first, *others = [plain(one) for one in asked]
    assert len(first) == 15, "half-open"
    assert all(one == first for one in others)

    async def awaited() -> list[Any]:
        found = [await anywhere.fetch_training_data(kind, span, one) for one in ("pandas", "polars", "arrow")]
        portions = [one async for one in anywhere.stream_training_data_async(kind, span, 4, "arrow")]
        return [*found, [row for one in portions for row in plain(one)], [one.num_rows for one in portions]]

    *whole, streamed, sizes = asyncio.run(awaited())
    assert all(plain(one) == first for one in whole)
    assert sizes == [4, 4, 4, 3]
    assert streamed == first
    for output in ("pandas", "polars", "arrow"):
        portions = list(anywhere.stream_training_data(kind, span, rows=4, output=output))
        assert [len(plain(one)) for one in portions] == [4, 4, 4, 3]
        assert [row for one in portions for row in plain(one)] == first


def test_nothing_is_a_table_without_rows(anywhere: MLDataManager) -> None:
    for kind in ("metrics", "predictions", "market_metrics"):
        for output in ("pandas", "polars", "arrow"):
            assert plain(anywhere.fetch_training_data_sync(kind, None, output)) == []
            assert list(anywhere.stream_training_data(kind, output=output)) == []


def test_a_stream_may_be_left_early(anywhere: MLDataManager) -> None:
    fill(anywhere, "metrics", 10)
    portions = anywhere.stream_training_data("metrics", rows=3)
    assert len(next(portions)) == 3
    portions.close()  # type: ignore[attr-defined]

    async def first() -> int:
        async for portion in anywhere.stream_training_data_async("metrics", rows=3):
            return len(portion)
        return 0

    assert asyncio.run(first()) == 3
    fill(anywhere, "user_interactions", 1)  # the store is free


def test_kinds_of_columns(manager: MLDataManager) -> None:
    fill(manager, "metrics", 3)
    frame = manager.fetch_training_data_sync("metrics")
    assert frame["processed_content"].iloc[1] == {"n": 1, "nested": {"a": [1, None]}, "text": "ä😀"}
    assert str(frame["event_time"].dtype) == "datetime64[us, UTC]"
    table = manager.fetch_training_data_sync("metrics", None, "arrow")
    assert table.schema.field("event_time").type == pa.timestamp("us", "UTC")


@pytest.mark.parametrize("large", [2**53 + 1, 2**63 - 1, 2**2000])
def test_a_large_whole_number_among_fractions_is_not_rounded(large: int) -> None:
    frame = pd.DataFrame({"n": pd.Series([large, 0.5, None], dtype=object)})
    assert documents_as("arrow", frame)["n"].to_pylist() == [str(large), "0.5", None]
    small = pd.DataFrame({"n": pd.Series([2**53, 0.5, None], dtype=object)})
    assert documents_as("arrow", small)["n"].to_pylist() == [2.0**53, 0.5, None]


def test_local_times_and_daylight_saving(manager: MLDataManager) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = pd.date_range("2024-10-27", periods=6, freq="h", tz=berlin)  # 02:00 comes twice
    frame = pd.DataFrame({"timestamp": hours, "n": range(6)})
    assert manager.ingest(frame, source="s", data_type="text").added == 6
    found = manager.fetch_training_data_sync("text")
    assert found["time"].tolist() == hours.tz_convert("UTC").tolist()
    first = datetime(2024, 10, 27, 2, tzinfo=berlin)
    second = first.replace(fold=1)
    between = manager.fetch_training_data_sync("text", {"start": first, "end": second})
    assert [one["n"] for one in between["raw_content"]] == [2]
    with pytest.warns(UserWarning, match="taken as UTC"):
        naive = {"start": datetime(2024, 10, 27, 0, 0), "end": None}
        assert len(manager.fetch_training_data_sync("text", naive)) == 4


@pytest.mark.parametrize(
    "span",
    [
        {"$ne": None},
        {"start": {"$ne": None}},
        {"start": "2024", "end": ["2025"]},
        "2024",
        {"start": "2025-01-01", "end": "2024-01-01"},
        {"start": 20240101},
        [None, None],
    ],
)
def test_ranges_are_ranges(manager: MLDataManager, span: Any) -> None:
    for call in (manager.fetch_training_data_sync, manager.stream_training_data):
        with pytest.raises(ParameterError):
            call("metrics", span)
    with pytest.raises(ParameterError):
        manager.bars("X", span)


@pytest.mark.parametrize("output", ["numpy", None, {"$ne": None}, "Pandas"])
def test_outputs_are_named(manager: MLDataManager, output: Any) -> None:
    with pytest.raises(ParameterError, match="'output'"):
        manager.fetch_training_data_sync("metrics", None, output)


@pytest.mark.parametrize("rows", [0, -1, 1.5, True, None, "10"])
def test_portions_have_rows(manager: MLDataManager, rows: Any) -> None:
    with pytest.raises(ParameterError, match="'rows'"):
        manager.stream_training_data("metrics", TimeRange(), rows)


@pytest.mark.parametrize("rows", [1, 2, 100])
@pytest.mark.parametrize("output", ["pandas", "polars", "arrow"])
def test_portions_hold_what_the_whole_holds(anywhere: MLDataManager, rows: int, output: str) -> None:
    values = [2**53 + 1, None, 2**62 + 1, -(2**53) - 1, True, 0]
    for number in range(len(values)):
        result = {
            "type": "predictions",
            "data": {"x": 1},
            "id": f"r{number}",
            "time": f"2024-01-0{number + 1}",
        }
        anywhere.store_model_results_sync(result)
    (route,) = {anywhere.routing.of("predictions", "test").place}
    made = [
        {"_id": f"w{number}", "time": datetime(2024, 2, number + 1, tzinfo=UTC), "data_type": "predictions", "big": one}
        for number, one in enumerate(values)
    ]  # fmt: skip
    anywhere._stores.documents.collection(anywhere.tenant, route).insert_new(made)

    async def collected() -> list[Any]:
        return [one async for one in anywhere.stream_training_data_async("predictions", None, rows, output)]  # type: ignore[arg-type]

    expected = [None] * len(values) + values
    for portions in (
        list(anywhere.stream_training_data("predictions", None, rows, output)),  # type: ignore[arg-type]
        asyncio.run(collected()),
    ):
        found: list[Any] = []
        for portion in portions:
            size = len(portion) if output != "arrow" else portion.num_rows
            names = portion.column_names if output == "arrow" else list(portion.columns)
            if "big" not in names:
                found += [None] * size
                continue
            cells = portion["big"].to_pylist() if output == "arrow" else portion["big"].to_list()
            found += [
                None if cell != cell else json.loads(cell) if isinstance(cell, str) else cell
                for cell in cells
            ]
        assert found == expected
        assert [type(one) for one in found] == [type(one) for one in expected]
