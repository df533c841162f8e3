from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.data import DataLoader, DataValidator
from ml_analytics.data.validation import Severity


def _bars(n: int = 120, price: float = 500.0) -> Any:
    rng = np.random.default_rng(1)
    close = price * np.exp(np.cumsum(rng.normal(0, 0.003, n)))
    volume = rng.lognormal(3, 0.5, n)
    return pd.DataFrame(
        {
            "open": close,
            "high": close * 1.01,
            "low": close * 0.99,
            "close": close,
            "volume": volume,
            "Volume USD": volume * close * rng.uniform(0.99, 1.01, n),
        },
        index=pd.date_range("2024-01-01", periods=n, freq="h", tz="UTC", name="timestamp"),
    )


def _swap(frame: Any, rows: np.ndarray) -> Any:
    result = frame.copy()
    result.loc[rows, ["volume", "Volume USD"]] = frame.loc[rows, ["Volume USD", "volume"]].to_numpy()
    return result


def _finding(frame: Any) -> Any:
    return DataValidator().validate_ohlcv(frame).finding("unit_switch")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=120, max_size=120), st.sampled_from([0.01, 30.0, 40_000.0]))
def test_exactly_the_swapped_rows_are_found(flags: list[bool], price: float) -> None:
    frame, rows = _bars(price=price), np.array(flags)
    swapped = _swap(frame, rows)
    found = _finding(swapped)
    if not rows.any():
        assert found is None
    else:
        assert found.severity is Severity.ERROR and found.rejects
        assert found.rows.tolist() == np.flatnonzero(rows).tolist()


def test_every_switch_point_is_named() -> None:
    rows = np.zeros(120, dtype=bool)
    rows[30:50] = rows[90:] = True
    frame = _swap(_bars(), rows)
    frame.iloc[50:53, 4:6] = 0.0  # bars without volume decide nothing
    found = _finding(frame)
    times = [f"{frame.index[position]:%Y-%m-%d %H:%M}" for position in (30, 53, 90)]
    assert f"it switches at {', '.join(times)}." in found.sentence
    assert [one.row for one in found.examples] == [30, 53, 90]
    assert "throughout" in _finding(_swap(_bars(), np.ones(120, dtype=bool))).sentence


def test_a_second_volume_that_is_no_value_is_left_alone() -> None:
    frame = _bars()
    frame["Volume USD"] = frame["volume"] * 0.5
    frame = frame.rename(columns={"Volume USD": "taker buy volume"})
    assert _finding(frame) is None


def test_one_volume_column_is_judged_by_its_level() -> None:
    frame = _bars(400).drop(columns="Volume USD")
    assert _finding(frame) is None
    frame.loc[frame.index[150:260], "volume"] *= 500.0
    found = _finding(frame)
    assert found.severity is Severity.WARNING and not found.rejects
    assert found.rows.tolist() == [150, 260]
    late = _bars(400).drop(columns="Volume USD")
    late.loc[late.index[385:], "volume"] *= 500.0
    assert _finding(late).rows.tolist() == [385], "also near the end"
    quiet = _bars(400).drop(columns="Volume USD")
    quiet.loc[quiet.index[::7], "volume"] = 0.0
    quiet.loc[quiet.index[100:103], "volume"] *= 1000.0
    assert _finding(quiet) is None, "a burst is not a new unit"


@pytest.mark.real_data
def test_the_hourly_file_as_documented(real_data: Path) -> None:
    frame = DataLoader().load(real_data / "btcusd_1h_bitfinex_raw.csv.gz")
    report = DataValidator().validate_ohlcv(frame)
    found = report.finding("unit_switch")
    assert found is not None and found.count == 20_143
    oracle = np.flatnonzero((frame["volume"] > frame["Volume USD"]).to_numpy())
    np.testing.assert_array_equal(found.rows, oracle)
    for time in ("2019-03-03 01:00", "2019-04-13 17:00", "2020-10-12 09:00"):
        assert time in found.sentence
    assert [one.rule for one in report.errors] == ["unit_switch"]
    flat = report.finding("flat_bars")
    assert flat is not None and flat.count == 5
    assert report.finding("gaps") is None
    single = DataValidator().validate_ohlcv(frame.drop(columns="Volume USD")).finding("unit_switch")
    assert single is not None and single.rows.tolist() == [7003, 8003, 21147]
