"""Relative volatility index against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_relative_volatility(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    spread, move = textbook.rolling(close, 10, np.std), close - textbook.shift(close)
    known = np.isnan(spread)
    up = textbook.rma(np.where(known, np.nan, np.where(move > 0, spread, 0)), 14)
    down = textbook.rma(np.where(known, np.nan, np.where(move < 0, spread, 0)), 14)
    agree(some, "rvi_14", 100 * up / (up + down))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: 5000 - values for name, values in some.items()}
    np.testing.assert_allclose(column(turned, "rvi_14"), 100 - column(some, "rvi_14"), rtol=1e-9, atol=1e-9)
