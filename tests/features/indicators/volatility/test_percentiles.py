"""Percentiles of volatility against counting."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def rank(window: np.ndarray) -> float:
    return 100 * float(np.mean(window[:-1] < window[-1]))


def test_volatility_percentiles(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    volatility = textbook.rolling(move, 20, np.std)
    for period in (100, 252):
        agree(some, f"volatility_percentile_{period}", textbook.rolling(volatility, period + 1, rank))


def test_natr_percentile(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    share = textbook.rma(textbook.true_range(some), 14) / some["close"]
    agree(some, "natr_percentile_100", textbook.rolling(share, 101, rank))
