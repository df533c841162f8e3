"""The engine: one column-major matrix, every column where it belongs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ml_analytics.features import catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.matrix import compute_columns, compute_matrix


def test_every_entry_writes_its_own_columns(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(300), "test")
    made = compute_matrix(bars, catalogue())
    expected = [values for entry in catalogue() for values in entry.values(bars).values()]
    np.testing.assert_array_equal(made, np.column_stack(expected))
    assert made.flags.f_contiguous


def test_named_columns_in_the_order_asked_for(make_bars: Callable[..., pd.DataFrame]) -> None:
    bars, _ = read_bars(make_bars(100), "test")
    made = compute_columns(bars, catalogue("trend"), ["sma_20", "sma_5", "macd_hist"])
    expected = {name: values for one in catalogue("trend") for name, values in one.values(bars).items()}
    for place, name in enumerate(["sma_20", "sma_5", "macd_hist"]):
        np.testing.assert_array_equal(made[:, place], expected[name])
    assert made.flags.f_contiguous
