"""Bars are finite and in range, or one sentence names the first that is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features.bars import read_bars


def with_value(frame: pd.DataFrame, column: str, row: int, value: float) -> pd.DataFrame:
    changed = frame.copy()
    changed.loc[changed.index[row], column] = value
    return changed


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1.0, 1e-13, 1e16])
@pytest.mark.parametrize("column", ["open", "high", "low", "close"])
def test_bad_price_is_named(make_bars: Callable[..., pd.DataFrame], column: str, value: float) -> None:
    with pytest.raises(DataProcessingError, match=rf"'{column}'.*bar 7 \(2020-01-08"):
        read_bars(with_value(make_bars(30), column, 7, value), "test")


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 1e19])
def test_bad_volume_is_named(make_bars: Callable[..., pd.DataFrame], value: float) -> None:
    with pytest.raises(DataProcessingError, match=r"'volume'.*bar 7"):
        read_bars(with_value(make_bars(30), "volume", 7, value), "test")


def test_fill_forward_takes_the_last_known_value(make_bars: Callable[..., pd.DataFrame]) -> None:
    frame = make_bars(30)
    bars, _ = read_bars(with_value(frame, "close", 7, np.nan), "test", fill_forward=True)
    assert bars["close"][7] == frame["close"].iloc[6]
    with pytest.raises(DataProcessingError, match="bar 0"):
        read_bars(with_value(frame, "close", 0, np.nan), "test", fill_forward=True)
    with pytest.raises(DataProcessingError, match="inf"):
        read_bars(with_value(frame, "close", 3, np.inf), "test", fill_forward=True)


def test_arrays_are_contiguous_doubles_and_the_frame_is_left_alone(
    make_bars: Callable[..., pd.DataFrame],
) -> None:
    frame = make_bars(10).astype("float32").rename(columns=str.title)
    before = frame.copy()
    bars, index = read_bars(frame, "test")
    assert all(values.dtype == np.float64 and values.flags.c_contiguous for values in bars.values())
    assert index.tz is not None
    assert frame.equals(before)


def test_no_rows_and_disorder(make_bars: Callable[..., pd.DataFrame]) -> None:
    frame = make_bars(10)
    for bad in (frame.iloc[:0], frame.iloc[::-1], frame.iloc[[0, 0, 1]], frame.drop(columns="volume")):
        with pytest.raises(DataProcessingError):
            read_bars(bad, "test")
