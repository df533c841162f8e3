"""Volatility of volatility against two nested windows."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_volatility_of_volatility(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    agree(
        some, "volatility_of_volatility_20", textbook.rolling(textbook.rolling(move, 20, np.std), 20, np.std)
    )


def test_steady_volatility_has_none(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = 100 * np.exp(np.resize([0.0, 0.01], 100))
    made = column(
        dict.fromkeys(("open", "high", "low", "close", "volume"), close), "volatility_of_volatility_20"
    )
    assert np.nanmax(made) < 1e-9
