"""Laws of outlier filters: judged by the past or the training part, found where they were put."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, LeakageError, ParameterError
from ml_analytics.features import DataProcessor
from ml_analytics.features.outliers import (
    ACTIONS,
    HampelFilter,
    IsolationFilter,
    OutlierFilter,
    RobustZFilter,
)

numbers = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))
columns = st.lists(numbers, min_size=2, max_size=40)


def frame(values: Any) -> pd.DataFrame:
    return pd.DataFrame({"x": np.array(values, dtype=np.float64), "word": "a"})


def every_filter() -> list[Any]:
    return [*filters("flag"), IsolationFilter(0.2)]


def filters(action: str) -> list[OutlierFilter]:
    return [HampelFilter(window=5, z=3.0, action=action), RobustZFilter(z=3.0, action=action)]


@settings(max_examples=60, deadline=None)
@given(train=columns, past=columns, future=columns, other=columns, action=st.sampled_from(ACTIONS))
def test_no_future_value_ever_changes_a_past_output(
    train: list[float], past: list[float], future: list[float], other: list[float], action: str
) -> None:
    for one in filters(action):
        one.fit(frame(train))
        made = [one.transform(frame(past + rest)).iloc[: len(past)] for rest in (future, other, [])]
        pd.testing.assert_frame_equal(made[0], made[1])
        pd.testing.assert_frame_equal(made[0], made[2])


def test_the_forest_judges_each_row_by_itself() -> None:
    rng = np.random.default_rng(0)
    train = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("abc"))
    test = pd.DataFrame(rng.normal(size=(60, 3)) * 3, columns=list("abc"))
    test.iloc[5, 1] = np.nan
    forest = IsolationFilter(0.02, seed=3).fit(train)
    whole = forest.outliers(test)
    np.testing.assert_array_equal(
        np.concatenate([forest.outliers(test[:25]), forest.outliers(test[25:])]), whole
    )
    assert 0 < whole.sum() < len(test)
    again = IsolationFilter(0.02, seed=3).fit(train)
    np.testing.assert_array_equal(again.outliers(test), whole)


def hampel_oracle(values: list[float], window: int, z: float) -> list[bool]:
    found = []
    for row, value in enumerate(values):
        before = [one for one in values[max(0, row - window) : row] if one == one]
        if len(before) < max(window // 2, 2) or value != value:
            found.append(False)
            continue
        middle = float(np.median(before))
        sigma = 1.4826 * float(np.median(np.abs(np.array(before) - middle)))
        found.append(bool(sigma > 0 and (value < middle - z * sigma or value > middle + z * sigma)))
    return found


@settings(max_examples=100, deadline=None)
@given(values=columns, window=st.integers(3, 9))
def test_hampel_against_a_slow_oracle(values: list[float], window: int) -> None:
    found = HampelFilter(window=window, z=3.0).fit(frame(values)).outliers(frame(values))
    assert found["x"].tolist() == hampel_oracle(values, window, 3.0)


@settings(max_examples=40, deadline=None)
@given(rows=st.sets(st.integers(30, 290), max_size=6), seed=st.integers(0, 50))
def test_exactly_what_was_put_in_is_found(rows: set[int], seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-1, 1, 300)
    clean = frame(values)
    values = values.copy()
    values[list(rows)] += 100.0
    both: list[OutlierFilter] = [HampelFilter(window=25, z=6.0), RobustZFilter(z=6.0)]
    for one in both:
        one.fit(clean)
        assert not one.outliers(clean)["x"].any()
        assert set(np.flatnonzero(one.outliers(frame(values))["x"])) == rows


def test_the_three_actions() -> None:
    train, test = frame([1.0, 2.0, 3.0, 4.0, 5.0]), frame([3.0, 100.0, np.nan])
    flagged, clipped, missing = (
        RobustZFilter(2.0, action=action).fit(train).transform(test) for action in ("flag", "clip", "missing")
    )
    assert flagged["x_outlier"].tolist() == [0.0, 1.0, 0.0]
    np.testing.assert_array_equal(flagged["x"], test["x"])
    np.testing.assert_allclose(clipped["x"], [3.0, 3.0 + 2 * 1.4826, np.nan])
    np.testing.assert_array_equal(missing["x"], [3.0, np.nan, np.nan])
    assert clipped["word"].tolist() == ["a"] * 3


def test_a_constant_column_is_not_judged() -> None:
    constant = frame([5.0] * 30)
    for one in filters("flag"):
        assert not one.fit(constant).outliers(frame([5.0] * 10 + [99.0]))["x"].any()


def test_polars_comes_back_as_polars() -> None:
    table = pl.DataFrame({"x": [1.0, 2.0, 1.0, 2.0, 1.0, 50.0]})
    for one in every_filter():
        made = one.fit(table).transform(table)
        assert isinstance(made, pl.DataFrame) and made.columns[0] == "x" and made.width == 2


def test_the_processor_applies_one_fitted_on_training_only() -> None:
    train = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0]})
    given_filter = RobustZFilter(2.0, action="missing")
    processor = DataProcessor(outliers=given_filter)
    processor.preprocess(train)
    made: Any = processor.preprocess(pd.DataFrame({"x": [1e9, 2.0]}), is_training=False)
    assert made["x"].tolist() == [3.0, 2.0], (
        "the outlier became missing, then the median of the training part"
    )
    with pytest.raises(DataProcessingError, match="fitted before"):
        given_filter.transform(train)
    with pytest.raises(ParameterError, match="'outliers'"):
        DataProcessor(outliers="hampel")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: HampelFilter(window=2),
        lambda: HampelFilter(z=0.0),
        lambda: RobustZFilter(z=float("inf")),
        lambda: RobustZFilter(action="drop"),
        lambda: IsolationFilter(0.0),
        lambda: IsolationFilter(0.6),
        lambda: IsolationFilter(trees=0),
    ],
)
def test_what_is_refused(make: Any) -> None:
    with pytest.raises(ParameterError):
        make()


def test_what_data_is_refused() -> None:
    for one in every_filter():
        with pytest.raises(DataProcessingError, match="fitted before"):
            one.transform(frame([1.0]))
        one.fit(frame([1.0, 2.0]))
        with pytest.raises(DataProcessingError, match="no 'x'"):
            one.transform(pd.DataFrame({"y": [1.0]}))
        with pytest.raises(DataProcessingError, match="hold numbers"):
            one.transform(pd.DataFrame({"x": ["a"]}))
    with pytest.raises(DataProcessingError, match="x_outlier"):
        RobustZFilter().fit(pd.DataFrame({"x": [1.0], "x_outlier": [1.0]}))
    with pytest.raises(DataProcessingError, match="numeric columns"):
        IsolationFilter().fit(pd.DataFrame({"w": ["a"]}))


@pytest.mark.parametrize("name", [None, "timestamp", "date"])
def test_the_past_is_not_judged_by_the_future(name: str | None) -> None:
    """Newest first, the rows above are the later ones."""
    times = pd.date_range("2024-03-05", periods=30, freq="-1D", tz="UTC")
    table = frame(np.r_[np.arange(29) % 3, 50.0])
    table = table.set_index(times) if name is None else table.assign(**{name: times})
    hampel = HampelFilter(window=5).fit(table)
    for judge in (hampel.transform, hampel.outliers, DataProcessor(outliers=HampelFilter(5)).preprocess):
        with pytest.raises(LeakageError, match="sort them by time"):
            judge(table)
    assert not hampel.outliers(table.iloc[::-1])["x"].iloc[0], "the oldest row has no past"
    RobustZFilter().fit(table).transform(table)  # judged by the training part: any order will do
