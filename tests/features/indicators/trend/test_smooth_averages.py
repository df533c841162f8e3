"""Triangular and Kaufman's average against their textbook forms."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from ml_analytics.features.indicator import Bars


def kama(close: np.ndarray, period: int) -> np.ndarray:
    out = np.full(len(close), np.nan)
    average = close[period - 1]
    for t in range(period, len(close)):
        way = np.abs(np.diff(close[t - period : t + 1])).sum()
        ratio = abs(close[t] - close[t - period]) / way
        average += (ratio * (2 / 3 - 2 / 31) + 2 / 31) ** 2 * (close[t] - average)
        out[t] = average
    return out


def test_kaufmans(some: Bars, agree: Callable[..., None]) -> None:
    for period in (10, 30):
        agree(some, f"kama_{period}", kama(some["close"], period))


@pytest.mark.parametrize("period", [20, 50])
def test_a_triangle_is_an_average_of_averages(
    period: int, some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    once = textbook.sma(some["close"], period // 2)
    agree(some, f"trima_{period}", textbook.sma(once, period // 2 + 1))
