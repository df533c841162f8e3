"""Labels: what comes after the bar, and how far they look."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import certify_function, direction_labels, forward_returns, label_spans

prices = st.lists(st.floats(0.01, 1e6), min_size=0, max_size=40)


@given(close=prices, horizon=st.integers(1, 50), threshold=st.floats(-0.5, 0.5))
def test_labels_against_the_obvious(close: list[float], horizon: int, threshold: float) -> None:
    labels = direction_labels(np.array(close), horizon, threshold)
    for t, label in enumerate(labels):
        if t + horizon >= len(close):
            assert np.isnan(label)
        else:
            assert label == float(close[t + horizon] / close[t] - 1 > threshold)


@given(close=prices, horizon=st.integers(1, 5))
def test_forward_returns_against_the_obvious(close: list[float], horizon: int) -> None:
    made = forward_returns(pd.Series(close, dtype=float), horizon)
    expected = pd.Series(close, dtype=float).shift(-horizon) / pd.Series(close, dtype=float) - 1
    np.testing.assert_allclose(made, expected)


def test_index_and_kinds(bars: pd.DataFrame) -> None:
    labels = direction_labels(bars["close"], 5)
    assert labels.index.equals(bars.index)
    assert set(labels.dropna()) == {0.0, 1.0}
    assert labels.isna().sum() == 5
    for other in (bars["close"].to_list(), pl.Series(bars["close"].to_numpy())):
        np.testing.assert_array_equal(direction_labels(other, 5), labels)


def test_spans_end_where_the_label_looks(bars: pd.DataFrame) -> None:
    spans = label_spans(bars.index, 3)
    assert list(spans.columns) == ["start", "end"]
    assert (spans["start"] == bars.index).all()
    assert (spans["end"].iloc[:-3] == bars.index[3:]).all()
    assert spans["end"].iloc[-3:].isna().all()
    assert label_spans(bars.index[:2], 5)["end"].isna().all()


def test_a_label_used_as_a_feature_is_found(bars: pd.DataFrame) -> None:
    assert not certify_function(lambda f: direction_labels(f["close"]).to_frame(), bars).clean


@pytest.mark.parametrize("horizon", [0, -1, 1.5, True, "1"])
def test_bad_horizon(bars: pd.DataFrame, horizon: int) -> None:
    for call in (direction_labels, forward_returns):
        with pytest.raises(ParameterError, match="'horizon'"):
            call(bars["close"], horizon)
    with pytest.raises(ParameterError, match="'horizon'"):
        label_spans(bars.index, horizon)


def test_bad_input(bars: pd.DataFrame) -> None:
    for bad in ([1.0, np.nan], [1.0, 0.0], [1.0, -2.0], [1.0, np.inf]):
        with pytest.raises(DataProcessingError, match="bar 1"):
            direction_labels(bad)
    for shape in ([["a"]], ["a", "b"], np.ones((2, 2))):
        with pytest.raises(DataProcessingError, match="one-dimensional numbers"):
            forward_returns(shape)
    for wrong in (np.nan, "0", True):
        with pytest.raises(ParameterError, match="'threshold'"):
            direction_labels([1.0, 2.0], threshold=wrong)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="DatetimeIndex"):
        label_spans(pd.RangeIndex(3))
