"""Slopes as fractions of the price."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_against_five_bars_ago(
    some: Bars, agree: Callable[..., None], column: Column, textbook: SimpleNamespace
) -> None:
    for name in ("sma_20", "sma_50", "sma_200", "ema_20", "ema_50"):
        kind, period = name.split("_")
        average = column(some, name)
        agree(some, f"{kind}_slope_{period}", average / textbook.shift(average, 5) - 1)


def test_lines(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (14, 50):
        slope = textbook.rolling(
            some["close"], period, lambda window: np.polyfit(np.arange(len(window)), window, 1)[0]
        )
        agree(some, f"linearreg_slope_to_close_{period}", slope / some["close"])


def test_of_steady_growth_every_average_has_the_slope_of_the_growth(column: Column) -> None:
    close = 100 * np.power(1.01, np.arange(600.0))
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    for name in ("sma_slope_20", "sma_slope_200", "ema_slope_50"):
        np.testing.assert_allclose(column(bars, name)[-50:], 1.01**5 - 1, rtol=1e-6)
