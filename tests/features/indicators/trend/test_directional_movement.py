"""ADX and what it is made of, by Wilder's book; a market turned upside down swaps the directions."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

PERIOD = 14


def wilder_sum(values: np.ndarray) -> np.ndarray:
    """Add up the first moves (one fewer than the period), then let a part of the sum fade with every bar."""
    out = np.full(len(values), np.nan)
    out[PERIOD - 1] = values[1:PERIOD].sum()
    for t in range(PERIOD, len(values)):
        out[t] = out[t - 1] * (1 - 1 / PERIOD) + values[t]
    return out


def movements(bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    up, down = np.diff(bars["high"], prepend=np.nan), -np.diff(bars["low"], prepend=np.nan)
    return np.where((up > down) & (up > 0), up, 0.0), np.where((down > up) & (down > 0), down, 0.0)


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    plus, minus = (wilder_sum(one) for one in movements(some))
    ranges = wilder_sum(textbook.true_range(some))
    agree(some, "plus_dm_14", plus)
    agree(some, "minus_dm_14", minus)
    upward, downward = 100 * plus / ranges, 100 * minus / ranges
    agree(some, "plus_di_14", upward, exactly_known=False)
    agree(some, "minus_di_14", downward, exactly_known=False)
    index = 100 * abs(upward - downward) / (upward + downward)
    agree(some, "dx_14", index, exactly_known=False)
    index[:PERIOD] = np.nan
    strength = textbook.rma(index, PERIOD)
    agree(some, "adx_14", strength)
    agree(some, "adxr_14", (strength + textbook.shift(strength, PERIOD - 1)) / 2)


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    level = some["high"].max() + 1
    turned = {
        "open": level - some["open"],
        "high": level - some["low"],
        "low": level - some["high"],
        "close": level - some["close"],
        "volume": some["volume"],
    }
    for one, other in (
        ("plus_dm_14", "minus_dm_14"),
        ("plus_di_14", "minus_di_14"),
        ("vortex_plus_14", "vortex_minus_14"),
        ("aroon_up_25", "aroon_down_25"),
    ):
        np.testing.assert_allclose(column(turned, one), column(some, other), rtol=1e-7)
    np.testing.assert_allclose(column(turned, "adx_14"), column(some, "adx_14"), rtol=1e-7)
    np.testing.assert_allclose(column(turned, "aroon_osc_14"), -column(some, "aroon_osc_14"))
