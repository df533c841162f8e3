"""Slow, obvious arithmetic from the textbooks, to hold the indicators against."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features import catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars

BY_COLUMN = {name: one for one in catalogue() for name in one.columns}


def rolling(values: np.ndarray, period: int, rule: Callable[[np.ndarray], float]) -> np.ndarray:
    """Apply ``rule`` to each window; NaN where the window is not whole or has a NaN."""
    out = np.full(len(values), np.nan)
    for stop in range(period, len(values) + 1):
        window = values[stop - period : stop]
        if not np.isnan(window).any():
            out[stop - 1] = rule(window)
    return out


def recursive(values: np.ndarray, period: int, weight: float) -> np.ndarray:
    """Return an exponential average that begins with the mean of the first ``period`` known values."""
    out = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < period:
        return out
    start = known[0] + period - 1
    out[start] = np.mean(values[known[0] : start + 1])
    for t in range(start + 1, len(values)):
        out[t] = weight * values[t] + (1 - weight) * out[t - 1]
    return out


def shift(values: np.ndarray, bars: int = 1) -> np.ndarray:
    """Return the values of ``bars`` bars ago."""
    return np.concatenate([np.full(bars, np.nan), values[:-bars]])


def true_range(bars: Bars) -> np.ndarray:
    """Return the true range; NaN at the first bar."""
    before = shift(bars["close"])
    ranges: np.ndarray = np.maximum(bars["high"], before) - np.minimum(bars["low"], before)
    return ranges


TEXTBOOK = SimpleNamespace(
    rolling=rolling,
    shift=shift,
    true_range=true_range,
    sma=lambda values, period: rolling(values, period, np.mean),
    total=lambda values, period: rolling(values, period, np.sum),
    highest=lambda values, period: rolling(values, period, np.max),
    lowest=lambda values, period: rolling(values, period, np.min),
    wma=lambda values, period: rolling(
        values, period, lambda window: np.average(window, weights=range(1, period + 1))
    ),
    ema=lambda values, period: recursive(values, period, 2 / (period + 1)),
    rma=lambda values, period: recursive(values, period, 1 / period),
    typical=lambda bars: (bars["high"] + bars["low"] + bars["close"]) / 3,
)


@pytest.fixture(scope="session")
def textbook() -> SimpleNamespace:
    """Averages, sums and extremes, one window after the other."""
    return TEXTBOOK


@pytest.fixture(scope="session")
def some(sp500_bars: pd.DataFrame) -> Bars:
    """400 bars of the S&P 500; do not write to them."""
    return read_bars(sp500_bars.iloc[1500:1900], "test")[0]


@pytest.fixture(scope="session")
def column() -> Callable[[Bars, str], np.ndarray]:
    """Return what computes a column of the catalogue."""
    return lambda bars, name: BY_COLUMN[name].values(bars)[name]


@pytest.fixture(scope="session")
def agree(column: Callable[[Bars, str], np.ndarray]) -> Callable[..., None]:
    """Return what holds a column against an oracle, bar by bar from the warm-up on, and the warm-up itself."""

    def check(bars: Bars, name: str, expected: np.ndarray, *, exactly_known: bool = True) -> None:
        start = BY_COLUMN[name].warm_up
        size = 1e-9 * np.nanmean(np.abs(expected))
        np.testing.assert_allclose(
            column(bars, name)[start:], expected[start:], rtol=1e-9, atol=size, err_msg=name
        )
        assert not exactly_known or np.isnan(expected[:start]).all(), (
            f"the warm-up of {name} could be shorter"
        )

    return check
