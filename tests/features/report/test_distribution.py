"""Figures of each feature beside pandas; histograms and courses that lose nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.report.distribution import BINS, describe, shape_of
from ml_analytics.features.report.inputs import read_inputs

COLUMNS = st.lists(
    st.one_of(st.floats(-1e9, 1e9), st.sampled_from([0.0, 1.0, np.nan, np.inf])), min_size=1, max_size=80
)


@settings(deadline=None)
@given(column=COLUMNS)
def test_figures_are_those_of_pandas(column: list[float]) -> None:
    made = describe(read_inputs(pd.DataFrame({"a": column}), None, None)).loc["a"]
    series = pd.Series(column).replace([np.inf, -np.inf], np.nan)
    assert made["values"] == series.count()
    assert made["missing"] == pytest.approx(series.isna().mean(), abs=1e-12)
    assert made["infinite"] == np.isinf(column).sum()
    for name, expected in (
        ("minimum", series.min()),
        ("median", series.median()),
        ("maximum", series.max()),
        ("mean", series.mean()),
        ("std", series.std()),
    ):
        assert made[name] == pytest.approx(expected, rel=1e-9, abs=1e-5, nan_ok=True), name
    first = series.first_valid_index()
    assert made["first_value"] == (-1 if first is None else first)
    assert made["holes"] == (0 if first is None else series.loc[first:].isna().sum())


@given(column=COLUMNS)
def test_a_histogram_counts_every_value(column: list[float]) -> None:
    values = np.where(np.isinf(column), np.nan, column)
    shape = shape_of(values)
    known = values[~np.isnan(values)]
    assert shape.counts.sum() == known.size
    if known.size:
        assert known.min() <= shape.low <= shape.high <= known.max()
        assert shape.counts.size in (BINS, np.unique(known).size)
    assert shape.course.shape == shape.spread.shape == (min(48, len(column)),)


def test_few_different_values_have_a_bar_each() -> None:
    assert shape_of(np.array([100.0, 0.0, 0.0, -100.0])).counts.tolist() == [1, 2, 1]


def test_tails_are_counted_in_the_outer_bars() -> None:
    values = np.concatenate([np.linspace(0.0, 1.0, 998), [-1e6, 1e6]])
    shape = shape_of(values)
    assert shape.counts.size == BINS and 0.0 <= shape.low < 0.01 and 0.99 < shape.high <= 1.0
    assert np.ptp(shape.counts) < 15


def test_the_course_is_the_mean_of_stretches_of_rows() -> None:
    values = np.random.default_rng(0).normal(size=480)
    values[:10] = np.nan
    shape = shape_of(values)
    blocks = pd.Series(values).groupby(np.arange(480) // 10)
    np.testing.assert_allclose(shape.course, blocks.mean(), equal_nan=True)
    np.testing.assert_allclose(shape.spread, blocks.std(ddof=0), atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_tiny_and_huge_values_have_finite_pictures(size: float) -> None:
    shape = shape_of(np.random.default_rng(0).normal(size=100) * size)
    assert np.isfinite(shape.course).all() and np.isfinite(shape.spread).all() and shape.counts.sum() == 100
