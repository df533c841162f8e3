"""Which rows go where, and rows of any kind of table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features.splitting import split_rows, take


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"a": [10, 11, 12]}),
        pd.Series([10, 11, 12]),
        pl.DataFrame({"a": [10, 11, 12]}),
        pl.Series([10, 11, 12]),
        np.array([10, 11, 12]),
        [10, 11, 12],
        (10, 11, 12),
    ],
    ids=lambda one: f"{type(one).__module__.split('.')[0]} {type(one).__name__}",
)
def test_take(table: Any) -> None:
    made = take(table, np.array([2, 0]))
    assert np.asarray(made).ravel().tolist() == [12, 10]
    assert len(take(table, np.array([], dtype=int))) == 0


def test_no_validation_part() -> None:
    rows = split_rows(np.zeros((10, 1)), np.zeros(10), 0.2, 0, 0)
    assert (len(rows.train), len(rows.validation), len(rows.test)) == (8, 0, 2)


def test_a_timestamp_column_orders_rows() -> None:
    times = pd.date_range("2024-01-01", periods=10, tz="UTC")[::-1]
    rows = split_rows(pd.DataFrame({"timestamp": times}), np.zeros(10), 0.2, 0.1, None)
    assert rows.test.tolist() == [1, 0]
    assert rows.train.tolist() == [9, 8, 7, 6, 5, 4, 3]
    with pytest.raises(DataProcessingError, match="empty"):
        split_rows(pd.DataFrame({"timestamp": times.where(times.day > 2)}), np.zeros(10), 0.2, 0.1, None)
