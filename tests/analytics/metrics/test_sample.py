from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.metrics.sample import Sample, of_column, sample

values = st.lists(st.floats(-1.0, 3.0, allow_subnormal=False), min_size=1, max_size=60)


@settings(max_examples=100, deadline=None)
@given(values, st.one_of(st.sampled_from([0.01, 0.05, 0.95, 0.99]), st.floats(0.0, 1.0)))
def test_quantiles_equal_those_of_numpy(returns: list[float], q: float) -> None:
    assert Sample(np.array(returns)).quantile(q) == pytest.approx(
        np.quantile(returns, q), rel=1e-12, abs=1e-15
    )


@settings(max_examples=50, deadline=None)
@given(values, st.data())
def test_the_smallest_are_the_smallest(returns: list[float], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(returns)))
    assert sorted(Sample(np.array(returns)).smallest(k)) == sorted(returns)[:k]


def test_equal_values_have_no_deviation_at_all() -> None:
    assert sample([0.1] * 7, "test").deviation == 0.0
    assert math.isnan(sample([0.1], "test").deviation)


def test_a_sample_of_a_sample_is_itself() -> None:
    one = sample([0.1, math.nan], "test")
    assert sample(one, "other") is one
    assert one.size == 1


def test_without_a_calendar_there_are_no_months() -> None:
    assert sample([0.1, 0.2], "test").by("month").size == 0
    backwards = pd.Series([0.1, 0.2], index=pd.DatetimeIndex(["2024-02-01", "2024-01-01"]))
    assert sample(backwards, "test").by("month").size == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.floats(-0.9, 1.0), st.just(math.nan)), min_size=1, max_size=60))
def test_months_of_a_sample_with_gaps_are_those_of_the_rest(returns: list[float]) -> None:
    series = pd.Series(returns, index=pd.date_range("2024-01-20", periods=len(returns), freq="D"))
    expected = (1 + series.dropna()).resample("ME").prod() - 1
    expected = expected[series.dropna().resample("ME").size() > 0] if len(expected) else expected
    got = sample(series, "test").by("month").values
    np.testing.assert_allclose(got, expected.to_numpy(), rtol=1e-9, atol=1e-12)


def test_a_column_of_gaps_is_empty() -> None:
    one = of_column(np.array([np.nan, np.nan]), None)
    assert one.size == 0
    assert math.isnan(m.total_return(one))


def test_depths_are_those_of_the_table_of_drawdowns(market: pd.Series) -> None:
    np.testing.assert_array_equal(sample(market, "test").depths, m.drawdown_periods(market)["depth"])
