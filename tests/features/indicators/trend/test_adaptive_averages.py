"""VIDYA and the super smoother, one value after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_vidya_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    close = some["close"]
    expected = np.full(len(close), np.nan)
    expected[13] = close[:14].mean()
    for t in range(14, len(close)):
        moves = np.diff(close[t - 14 : t + 1])
        up, down = moves[moves > 0].sum(), -moves[moves < 0].sum()
        weight = 2 / 15 * abs((up - down) / (up + down))  # Chande's momentum oscillator, over 100
        expected[t] = weight * close[t] + (1 - weight) * expected[t - 1]
    agree(some, "vidya_14", expected)


def test_vidya_is_as_quick_as_an_ema_where_prices_only_rise(
    column: Callable[[Bars, str], np.ndarray],
) -> None:
    close = np.cumsum(np.random.default_rng(0).uniform(0.5, 1.5, 200))
    made = column({"close": close}, "vidya_14")
    np.testing.assert_allclose(made[14:], made[13:-1] + 2 / 15 * (close[14:] - made[13:-1]), rtol=1e-9)


def test_super_smoother_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    close = some["close"]
    fading = np.exp(-1.414213562373095 * np.pi / 10)
    two, three = 2 * fading * np.cos(1.414213562373095 * np.pi / 10), -(fading**2)
    expected = close.copy()
    for t in range(2, len(close)):
        expected[t] = (1 - two - three) * close[t] + two * expected[t - 1] + three * expected[t - 2]
    agree(some, "ssf_10", expected, exactly_known=False)


def test_super_smoother_stops_short_waves_and_lets_long_ones_pass(
    column: Callable[[Bars, str], np.ndarray],
) -> None:
    def height(length: float) -> float:
        wave = {"close": 100 + np.sin(2 * np.pi * np.arange(2000) / length)}
        return float(np.ptp(column(wave, "ssf_10")[1000:])) / 2

    assert height(3) < 0.12
    assert height(100) > 0.98
