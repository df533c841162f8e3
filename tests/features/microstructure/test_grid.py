"""Intervals against a loop over them: what lies in each, what is known at its end, means over time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.indicator import Array
from ml_analytics.features.microstructure.grid import Closed, Grid, make_grid

TIMES = st.lists(st.integers(0, 60), min_size=1, max_size=40).map(
    lambda some: np.array(sorted(some), dtype=np.int64)
)
CLOSED = st.sampled_from(["left", "right"])


def inside(grid: Grid, place: int, times: np.ndarray) -> np.ndarray:
    begin, end = grid.edges[place], grid.edges[place + 1]
    if grid.closed == "left":
        return np.flatnonzero((times >= begin) & (times < end))
    return np.flatnonzero((times > begin) & (times <= end))


@given(times=TIMES, closed=CLOSED, length=st.integers(1, 20))
def test_what_lies_in_an_interval(times: np.ndarray, closed: Closed, length: int) -> None:
    grid = make_grid(pd.Timedelta(length, unit="ns"), closed, "test", times)
    values: Array = np.arange(1, len(times) + 1, dtype=np.float64)
    sums, last = grid.sums(times, values), grid.last(times, values)
    for place, stamp in enumerate(grid.stamps):
        rows = inside(grid, place, times)
        assert sums[place] == values[rows].sum()
        known = times < stamp if closed == "left" else times <= stamp
        assert last[place] == values[known][-1] if known.any() else np.isnan(last[place])
    assert (grid.edges % length == 0).all()
    assert len(grid.stamps) == 0 or sums[0] > 0, "begins with the first tick"
    # The last interval that is surely over, and no other.
    over = int(times[-1]) if closed == "left" else int(times[-1]) - 1
    assert len(grid.edges) == 0 or grid.edges[-1] <= over < grid.edges[-1] + length


@settings(deadline=None)
@given(times=TIMES, closed=CLOSED, stamps=st.sets(st.integers(-5, 70), min_size=1, max_size=10))
def test_the_mean_over_time_is_that_of_a_loop_over_moments(
    times: np.ndarray, closed: Closed, stamps: set[int]
) -> None:
    index = pd.DatetimeIndex(np.array(sorted(stamps)).view("M8[ns]")).tz_localize("UTC")
    grid = make_grid(pd.DataFrame({"close": 1.0}, index=index), closed, "test", times)
    values: Array = np.arange(len(times), dtype=np.float64) % 7
    found = grid.time_mean(times, values)
    for place, stamp in enumerate(grid.stamps):
        # The value that holds in [moment, moment + 1) is that of the last tick at or before the moment.
        moments = [moment for moment in range(grid.edges[place], stamp) if moment >= times[0]]
        held = [values[times <= moment][-1] for moment in moments]
        known = times < stamp if closed == "left" else times <= stamp
        if held:
            assert found[place] == pytest.approx(np.mean(held))
        elif known.any():
            assert found[place] == values[known][-1]
        else:
            assert np.isnan(found[place])


def test_bars_end_the_intervals_and_the_first_begins_with_the_data() -> None:
    times = np.array([1, 5, 9], dtype=np.int64)
    bars = pd.DataFrame(
        {"close": 1.0}, index=pd.DatetimeIndex(np.array([5, 9]).view("M8[ns]")).tz_localize("UTC")
    )
    assert make_grid(bars, None, "test", times).sums(times, np.ones(3)).tolist() == [2, 1]
    assert make_grid(bars, "left", "test", times).sums(times, np.ones(3)).tolist() == [1, 1]
    assert make_grid("4ns", None, "test", times).sums(times, np.ones(3)).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda t: make_grid("1s", "both", "test", t), ParameterError, "'closed' parameter"),  # type: ignore[arg-type]
        (
            lambda t: make_grid("1ns", None, "test", np.array([0, 10**9])),
            ParameterError,
            "at most 20,000,000",
        ),
        (
            lambda t: make_grid("100000D", None, "test", np.array([-9 * 10**18, 5])),
            ParameterError,
            "short enough to begin after the year 1677",
        ),
        (
            lambda t: make_grid(None, None, "test", t),
            ParameterError,
            "a duration such as '1s', or a table of bars",
        ),
        (lambda t: make_grid(5, None, "test", t), ParameterError, "'every' parameter"),
        (
            lambda t: make_grid(pd.DataFrame({"close": [1.0]}), None, "test", t),
            DataProcessingError,
            "with its time",
        ),
        (
            lambda t: make_grid(
                pd.DataFrame({"a": [1.0] * 2}, index=pd.DatetimeIndex(["2024-01-01"] * 2)), None, "test", t
            ),
            DataProcessingError,
            "must rise. Row 1",
        ),
    ],
)
def test_what_makes_no_grid(make: Callable[[np.ndarray], Grid], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        make(np.array([0, 5], dtype=np.int64))
