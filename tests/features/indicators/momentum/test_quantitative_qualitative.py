"""QQE by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import talib

from ml_analytics.features.indicator import Bars


def followed(values: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """The line in force: two trails that tighten, and a side that changes when the other one is crossed."""
    out = np.full(len(values), np.nan)
    first = int(np.flatnonzero(~np.isnan(widths))[0])
    long, short, rising = values[first] - widths[first], values[first] + widths[first], True
    out[first] = long
    for t in range(first + 1, len(values)):
        before, value = values[t - 1], values[t]
        if before <= short < value:
            rising = True
        elif before >= long > value:
            rising = False
        long = max(long, value - widths[t]) if min(before, value) > long else value - widths[t]
        short = min(short, value + widths[t]) if max(before, value) < short else value + widths[t]
        out[t] = long if rising else short
    return out


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    smooth = textbook.ema(talib.RSI(some["close"], timeperiod=14), 5)
    widths = 4.236 * textbook.ema(textbook.ema(np.abs(smooth - textbook.shift(smooth)), 27), 27)
    agree(some, "qqe_14", smooth, exactly_known=False)
    agree(some, "qqe_line_14", followed(smooth, widths))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {"close": 5000 - some["close"]}
    np.testing.assert_allclose(column(turned, "qqe_14"), 100 - column(some, "qqe_14"), atol=1e-8)


def test_in_a_rise_the_line_is_below_and_never_falls(column: Callable[[Bars, str], np.ndarray]) -> None:
    generator = np.random.default_rng(0)
    falling, rising = -generator.uniform(0, 1, 150), np.linspace(0.5, 2, 60)
    close = 500 + np.cumsum(np.concatenate([falling, rising]))
    smooth, line = column({"close": close}, "qqe_14")[-20:], column({"close": close}, "qqe_line_14")[-20:]
    assert (line < smooth).all()
    assert (np.diff(line) >= 0).all()
