"""Returns of the close, and the two halves of a bar's return."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars

PERIODS = (1, 2, 3, 5, 10, 20, 60)


def test_simple_and_log(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    for period in PERIODS:
        ratio = close / textbook.shift(close, period)
        agree(some, f"return_{period}", ratio - 1)
        agree(some, f"log_return_{period}", np.log(ratio))


def test_the_halves_add_up(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    halves = column(some, "overnight_return") + column(some, "intraday_return")
    np.testing.assert_allclose(halves, column(some, "log_return_1"), atol=1e-15)
    np.testing.assert_allclose(np.expm1(column(some, "overnight_return")), column(some, "gap"), atol=1e-15)


def test_log_returns_add_up_and_simple_ones_multiply(
    some: Bars, column: Callable[[Bars, str], np.ndarray], textbook: SimpleNamespace
) -> None:
    once = column(some, "log_return_1")
    np.testing.assert_allclose(column(some, "log_return_20"), textbook.total(once, 20), atol=1e-14)
    grown = textbook.rolling(1 + column(some, "return_1"), 20, np.prod) - 1
    np.testing.assert_allclose(column(some, "return_20"), grown, atol=1e-13)
