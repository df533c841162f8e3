"""Oscillators of price as fractions of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_they_are_the_oscillators_over_the_close(
    some: Bars, agree: Callable[..., None], column: Column
) -> None:
    for name, twin in (
        ("macd", "macd_to_close"),
        ("macd_signal", "macd_signal_to_close"),
        ("macd_hist", "macd_hist_to_close"),
        ("ao", "ao_to_close"),
        ("bull_power_13", "bull_power_to_close_13"),
        ("bear_power_13", "bear_power_to_close_13"),
    ):
        agree(some, twin, column(some, name) / some["close"])
