"""Heikin-Ashi candles, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    four = np.column_stack([some[name] for name in ("open", "high", "low", "close")])
    close = four.mean(axis=1)
    opened = np.empty(len(close))
    opened[0] = (four[0, 0] + four[0, 3]) / 2
    for t in range(1, len(close)):
        opened[t] = (opened[t - 1] + close[t - 1]) / 2
    agree(some, "ha_open", opened)
    agree(some, "ha_close", close)
    agree(some, "ha_high", np.max([some["high"], opened, close], axis=0))
    agree(some, "ha_low", np.min([some["low"], opened, close], axis=0))


def test_a_steady_rise_has_no_lower_shadows(column: Callable[[Bars, str], np.ndarray]) -> None:
    middle: np.ndarray = 100 + 2.0 * np.arange(60)
    bars = {"open": middle - 0.5, "high": middle + 1, "low": middle - 1, "close": middle + 0.5}
    np.testing.assert_allclose(column(bars, "ha_low")[20:], column(bars, "ha_open")[20:])
    assert (column(bars, "ha_close") > column(bars, "ha_open"))[5:].all()
