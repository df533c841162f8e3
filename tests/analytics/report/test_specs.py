from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import TradingReport
from ml_analytics.analytics.report.html import specs


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1, max_size=20))
def test_numbers_are_near_what_they_were_and_unknown_where_not_finite(values: list[float]) -> None:
    found = specs.numbers(values)
    largest = max((abs(one) for one in values if math.isfinite(one)), default=0.0)
    for before, after in zip(values, found, strict=True):
        if math.isfinite(before):
            assert after == pytest.approx(before, abs=max(largest * 1e-4, 1e-11))
        else:
            assert after is None


def test_times_keep_the_clock_of_their_zone_and_days_have_none() -> None:
    hours = pd.date_range("2024-01-01 22:00", periods=2, freq="h", tz="America/New_York")
    assert specs.times(hours) == ["2024-01-01 22:00:00", "2024-01-01 23:00:00"]
    assert specs.times(pd.date_range("2024-01-01", periods=2, tz="Asia/Tokyo")) == [
        "2024-01-01",
        "2024-01-02",
    ]
    assert specs.times(pd.RangeIndex(1, 3)) == [1, 2]


def test_growth_lost_is_not_drawn_and_the_benchmark_has_its_own_dress() -> None:
    made = specs.growth(TradingReport.joined([0.1, -1.0, 0.5], [0.1, 0.1, 0.1]), np.arange(3))
    own, other = made["data"][:2]
    assert own["y"] == [1.1, None, None]
    assert own["line"]["dash"] != other["line"]["dash"]
    assert [one["y"][-1] for one in made["data"][2:]] == [-1.0, 0.0]
