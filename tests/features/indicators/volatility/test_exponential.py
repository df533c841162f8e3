"""RiskMetrics volatility against the recursion written out."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_ewma_volatility(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    squares = np.log(some["close"] / textbook.shift(some["close"])) ** 2
    for percent in (94, 97):
        decay, expected = percent / 100, np.full(len(squares), np.nan)
        variance = np.mean(squares[1:21])
        expected[20] = np.sqrt(variance)
        for bar in range(21, len(squares)):
            variance = decay * variance + (1 - decay) * squares[bar]
            expected[bar] = np.sqrt(variance)
        agree(some, f"ewma_volatility_{percent}", expected)


def test_a_shock_fades_by_the_decay(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = np.where(np.arange(90) < 40, 100.0, 110.0)
    made = column(dict.fromkeys(("open", "high", "low", "close", "volume"), close), "ewma_volatility_94")
    assert made[39] == 0
    np.testing.assert_allclose(made[40], np.sqrt(0.06) * np.log(1.1))
    np.testing.assert_allclose(made[41:] / made[40:-1], np.sqrt(0.94))
