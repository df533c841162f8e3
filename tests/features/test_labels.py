"""Labels: what comes after the bar, and how far they look."""

from __future__ import annotations

from typing import Any

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


@st.composite
def mixed(draw: st.DrawFn) -> pd.DataFrame:
    """Rows of up to three symbols, mixed in any way, each symbol's in time order."""
    symbols = draw(st.lists(st.sampled_from("ABC"), max_size=30))
    frame = pd.DataFrame({"symbol": pd.Series(symbols, dtype=object)})
    bar = frame.groupby("symbol").cumcount().to_numpy()
    frame["close"] = draw(st.lists(st.floats(0.01, 1e6), min_size=len(frame), max_size=len(frame)))
    frame["close"] = frame["close"].astype(float)
    return frame.set_index(pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(bar, unit="D"))


@given(rows=mixed(), horizon=st.integers(1, 12))
def test_each_symbol_has_the_labels_it_has_alone(rows: pd.DataFrame, horizon: int) -> None:
    levels = pd.MultiIndex.from_arrays([rows["symbol"], rows.index], names=["symbol", "timestamp"])
    by_column = forward_returns(rows["close"], horizon, symbols=rows["symbol"])
    by_index = forward_returns(rows["close"].set_axis(levels), horizon)
    swapped = direction_labels(rows["close"].set_axis(levels.swaplevel()), horizon)
    spans = label_spans(rows.index, horizon, symbols=rows["symbol"].to_numpy())
    of_levels = label_spans(levels, horizon)
    assert by_index.index.equals(levels)
    assert by_column.index.equals(rows.index)
    assert spans.index.equals(rows.index)
    assert of_levels.index.equals(levels)
    for name in rows["symbol"].unique():
        its = (rows["symbol"] == name).to_numpy()
        alone = rows[its]
        for made in (by_column, by_index):
            np.testing.assert_array_equal(made[its], forward_returns(alone["close"], horizon))
        np.testing.assert_array_equal(swapped[its], direction_labels(alone["close"], horizon))
        for made in (spans[its], of_levels[its]):
            pd.testing.assert_frame_equal(made.set_axis(alone.index), label_spans(alone.index, horizon))


def test_stacked_symbols_are_refused_until_they_are_named(bars: pd.DataFrame) -> None:
    both = pd.concat([bars.assign(symbol="A"), bars.assign(symbol="B")])
    beside = both.sort_index(kind="stable")
    for table in (both, beside):
        calls: list[tuple[Any, Any]] = [
            (direction_labels, table["close"]),
            (forward_returns, table["close"]),
            (label_spans, table.index),
        ]
        for call, given_data in calls:
            with pytest.raises(DataProcessingError, match=rf"{call.__name__} .* MultiIndex .* or symbols="):
                call(given_data, 5)
        labels = direction_labels(table["close"], 5, symbols=pl.Series(table["symbol"].to_numpy()))
        assert labels.isna().sum() == 10
        assert labels.groupby(table["symbol"].to_numpy()).tail(5).isna().all()


def test_symbols_that_do_not_fit(bars: pd.DataFrame) -> None:
    few = bars["close"].iloc[:3]
    for symbols in ("A", ["A", "B"], [["A"], ["B"], ["C"]]):
        with pytest.raises(ParameterError, match=r"'symbols' .* must be one symbol for each of the 3 rows"):
            direction_labels(few, symbols=symbols)
    with pytest.raises(DataProcessingError, match=r"must all be known. Got none in row 1"):
        direction_labels(few, symbols=pd.Series(["A", None, "B"]))
    with pytest.raises(DataProcessingError, match=r"The symbol 'A' has 2020-01-01 .* after 2020-01-03"):
        forward_returns(few.iloc[[2, 1, 0]], symbols=["A", "B", "A"])
    levels = pd.MultiIndex.from_arrays([["A"] * 3, few.index])
    with pytest.raises(ParameterError, match=r"'symbols' .* left out where the index names them"):
        forward_returns(few.set_axis(levels), symbols=["A"] * 3)
    wrong: list[list[Any]] = [[list("AAA"), [1, 2, 3]], [few.index, few.index]]
    for arrays in wrong:
        index = pd.MultiIndex.from_arrays(arrays)
        with pytest.raises(DataProcessingError, match="two levels, symbol and time"):
            label_spans(index)


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
