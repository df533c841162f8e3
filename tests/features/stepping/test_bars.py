"""Small arithmetic of bars, one bar at a time, against TA-Lib and NumPy over the whole series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ml_analytics.features import ta
from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.logarithm import log, log_return
from ml_analytics.features.stepping.money_flow import money_flow
from ml_analytics.features.stepping.percent_rank import percent_rank
from ml_analytics.features.stepping.true_range import average_true_range, true_range


def walked(bars: pd.DataFrame, look: Callable[[Recent], float]) -> np.ndarray:
    recent, made = Recent(reach=120), []
    for values in bars.itertuples(index=False):
        recent.push(tuple(values))
        made.append(look(recent))
    return np.array(made)


def test_ranges(bars: pd.DataFrame) -> None:
    sides = [bars[name].to_numpy() for name in ("high", "low", "close")]
    np.testing.assert_array_equal(walked(bars, true_range), ta.TRANGE(*sides))
    push, state = average_true_range(14), [None]

    def mean(recent: Recent) -> float:
        state[0], value = push(state[0], recent)
        return value

    np.testing.assert_allclose(walked(bars, mean), ta.ATR(*sides, timeperiod=14), rtol=1e-14)


def test_money_flow_adds_up(bars: pd.DataFrame) -> None:
    sides = [bars[name].to_numpy() for name in ("high", "low", "close", "volume")]
    np.testing.assert_array_equal(np.cumsum(walked(bars, money_flow)), ta.AD(*sides))


def test_logarithms_are_numpys(bars: pd.DataFrame) -> None:
    close = bars["close"].to_numpy()
    assert [log(one) for one in close.tolist()] == np.log(close).tolist()
    np.testing.assert_array_equal(walked(bars, log_return)[1:], np.log(close[1:] / close[:-1]))


def test_rank(bars: pd.DataFrame) -> None:
    volume = bars["volume"].round(-4)  # ties
    expected = ta.PERCENTRANK(volume.to_numpy(), timeperiod=50)
    push, state, made = percent_rank(50), None, []
    for value in volume.tolist():
        state, rank = push(state, value)
        made.append(rank)
    np.testing.assert_array_equal(made, expected)
