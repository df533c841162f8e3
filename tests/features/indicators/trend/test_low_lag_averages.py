"""Averages with less lag against their textbook forms."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def t3(textbook: SimpleNamespace, close: np.ndarray, period: int, factor: float) -> np.ndarray:
    def once(values: np.ndarray) -> np.ndarray:
        smooth = textbook.ema(values, period)
        made: np.ndarray = (1 + factor) * smooth - factor * textbook.ema(smooth, period)
        return made

    return once(once(once(close)))


def test_those_with_less_lag(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close, ema, wma = some["close"], textbook.ema, textbook.wma
    one = ema(close, 20)
    two = ema(one, 20)
    agree(some, "dema_20", 2 * one - two)
    agree(some, "tema_20", 3 * one - 3 * two + ema(two, 20))
    agree(some, "hma_20", wma(2 * wma(close, 10) - wma(close, 20), 4))
    agree(some, "hma_9", wma(2 * wma(close, 4) - wma(close, 9), 3))
    agree(some, "zlema_20", ema(2 * close - textbook.shift(close, 9), 20))


def test_t3_is_three_generalised_demas(
    some: Bars, column: Callable[[Bars, str], np.ndarray], textbook: SimpleNamespace
) -> None:
    """Seeds of averages of mixed averages differ; they fade, and the same line is left."""
    expected = t3(textbook, some["close"], 5, 0.7)
    np.testing.assert_allclose(column(some, "t3_5")[150:], expected[150:], rtol=1e-9)
