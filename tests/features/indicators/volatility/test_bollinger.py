"""Bollinger bands of every period against mean and standard deviation."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_bands(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    for period in (10, 20, 50):
        middle, spread = textbook.sma(close, period), textbook.rolling(close, period, np.std)
        agree(some, f"bb_upper_{period}", middle + 2 * spread)
        agree(some, f"bb_lower_{period}", middle - 2 * spread)
        agree(some, f"bb_width_{period}", 4 * spread / middle)
        agree(some, f"bb_percent_{period}", (close - middle + 2 * spread) / (4 * spread))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: 5000 - values for name, values in some.items()}
    np.testing.assert_allclose(
        column(turned, "bb_percent_20"), 1 - column(some, "bb_percent_20"), rtol=1e-9, atol=1e-9
    )
