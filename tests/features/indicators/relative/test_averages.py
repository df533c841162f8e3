"""The close beside its averages, and averages beside each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars

Column = Callable[[Bars, str], np.ndarray]


def test_by_their_averages(some: Bars, agree: Callable[..., None], column: Column) -> None:
    close = some["close"]
    for name in ("sma_5", "sma_20", "sma_200", "ema_10", "ema_50", "kama_10"):
        agree(some, f"close_to_{name}", close / column(some, name) - 1)
    for name in ("hma_20", "dema_20"):
        agree(some, f"close_to_{name}", 1 - column(some, name) / close)
    for short, long in ((5, 20), (20, 50), (50, 200)):
        agree(
            some,
            f"sma_{short}_to_sma_{long}",
            column(some, f"sma_{short}") / column(some, f"sma_{long}") - 1,
        )


def test_above_its_average_is_above_zero(some: Bars, column: Column) -> None:
    above = some["close"][50:] > column(some, "ema_50")[50:]
    np.testing.assert_array_equal(column(some, "close_to_ema_50")[50:] > 0, above)
