from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics import DataProcessingError
from ml_analytics.core.errors import UnsafeArtifactError
from ml_analytics.models.forecasting.clock import Clock


@pytest.mark.parametrize(
    ("freq", "unit", "season"),
    [("h", "step", 24), ("15min", "step", 96), ("D", "step", 7), ("B", "business", 5), ("W", "step", 52),
     ("MS", "month", 12), ("ME", "month", 12), ("QS", "month", 4), ("YS", "month", 1), ("7s", "step", 1)],
)  # fmt: skip
def test_the_season_is_found_from_the_times(freq: str, unit: str, season: int) -> None:
    times = pd.date_range("2020-01-01", periods=60, freq=freq, tz="UTC")
    clock = Clock.of(times)
    assert (clock.unit, clock.season) == (unit, season)
    assert clock.positions(times, 60).tolist() == list(range(60))
    assert clock.after(times[19], 40).tolist() == times[20:].tolist()
    assert Clock.from_json(clock.to_json()) == clock


def test_gaps_are_steps_without_a_row() -> None:
    times = pd.date_range("2024-01-01", periods=20, freq="h").delete([3, 4, 9])
    assert Clock.of(times).positions(times, 17).tolist() == [0, 1, 2, 5, 6, 7, 8, *range(10, 20)]


def test_market_bars_are_counted_by_row() -> None:
    day = pd.date_range("2024-01-01 09:30", periods=13, freq="30min")
    times = pd.DatetimeIndex(np.concatenate([day + pd.Timedelta(days=one) for one in range(5)]))
    clock = Clock.of(times)
    assert clock.unit == "rows"  # nights are no missing bars
    assert clock.positions(times, 65).tolist() == list(range(65))
    assert clock.after(times[-1], 2).tolist() == [1, 2]


def test_two_rows_on_one_step_are_refused() -> None:
    times = pd.date_range("2024-01-01", periods=20, freq="h")
    clock = Clock.of(times)
    with pytest.raises(DataProcessingError, match="one series at a time"):
        clock.positions(times.repeat(2), 40)
    assert Clock.of(times.repeat(2)).unit == "rows"


FOREIGN: list[object] = [
    None,
    {},
    {"unit": "eval", "length": 1, "origin": 0},
    {"unit": "step", "length": 0, "origin": 0},
    {"unit": "step", "length": 1, "origin": 1.5},
]


@pytest.mark.parametrize("value", FOREIGN)
def test_a_foreign_clock_is_refused(value: object) -> None:
    with pytest.raises(UnsafeArtifactError):
        Clock.from_json(value)


def test_the_calendar_is_that_of_the_next_step() -> None:
    times = pd.DatetimeIndex(["2024-01-31 23:00", "2024-02-01 00:00", "2024-02-01 01:00"])
    assert Clock.of(times).calendar(times, 3).tolist() == [[0, 3, 1, 2], [1, 3, 1, 2], [2, 3, 1, 2]]
    friday = pd.bdate_range("2024-01-01", periods=10)
    assert Clock.of(friday).calendar(friday, 10)[4].tolist() == [0, 0, 8, 1]
