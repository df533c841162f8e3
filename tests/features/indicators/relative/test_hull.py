"""The close against Hull's average: the same as TA-Lib's, and exact where TA-Lib's running sums are not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

import numpy as np
import pandas as pd
import pytest
import talib

from ml_analytics.features.indicators.relative.hull import close_to_hma, close_to_hma_stepper
from ml_analytics.features.stepping import Recent


def exactly(close: list[float], period: int) -> float:
    """The value at the last bar in whole fractions, average after average."""
    known = [Fraction(one) for one in close]

    def wma(values: list[Fraction], size: int) -> Fraction:
        some = values[-size:]
        return sum((n * one for n, one in enumerate(some, 1)), Fraction(0)) / (size * (size + 1) // 2)

    root = isqrt(period)
    raw = [
        2 * wma(known[:stop], period // 2) - wma(known[:stop], period)
        for stop in range(len(known) - root + 1, len(known) + 1)
    ]
    return float((known[-1] - wma(raw, root)) / known[-1])


@pytest.mark.parametrize("period", [4, 9, 20, 50])
def test_it_is_talibs_average(period: int, make_bars: Callable[..., pd.DataFrame]) -> None:
    close = make_bars(600)["close"].to_numpy()
    expected = (close - talib.HMA(close, timeperiod=period)) / close
    np.testing.assert_allclose(close_to_hma(close, period=period), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("moves", [1e-2, 1e-6, 1e-9])
def test_small_moves_keep_their_digits(moves: float) -> None:
    close = 100 * (1 + moves * np.random.default_rng(5).normal(size=1500).cumsum() / 40)
    made = close_to_hma(close, period=20)
    step, recent = close_to_hma_stepper(20), Recent(23)
    size = np.nanmean(np.abs(made))
    for bar, value in enumerate(close.tolist()):
        recent.push((value, value, value, value, 1.0))
        _, stepped = step(None, recent)
        assert stepped == made[bar] or bar < 22
        if bar >= 22 and bar % 10 == 0:
            expected = exactly(close[: bar + 1].tolist(), 20)
            assert made[bar] == pytest.approx(expected, rel=1e-9, abs=float(1e-9 * size))


def test_moved_up_and_stretched(make_bars: Callable[..., pd.DataFrame]) -> None:
    close = make_bars(300)["close"].to_numpy()
    made = close_to_hma(close, period=20)
    np.testing.assert_allclose(close_to_hma(8 * close, period=20), made, rtol=1e-12)
    np.testing.assert_allclose(
        close_to_hma(close + 50, period=20) * (close + 50), made * close, rtol=1e-9, atol=1e-9
    )
