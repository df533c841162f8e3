"""The squeeze against bands and channel computed apart."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_squeeze(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    middle, spread = textbook.sma(close, 20), textbook.rolling(close, 20, np.std)
    centre = textbook.ema(textbook.typical(some), 20)
    away = 1.5 * textbook.rma(textbook.true_range(some), 20)
    within = (middle + 2 * spread < centre + away) & (middle - 2 * spread > centre - away)
    agree(some, "squeeze_20", np.where(np.isnan(away), np.nan, within))
    agree(some, "squeeze_ratio_20", 4 * spread / (2 * away))
    assert 0 < within.sum() < len(within)


def test_flat_prices(column: Callable[[Bars, str], np.ndarray]) -> None:
    flat = dict.fromkeys(("open", "high", "low", "close", "volume"), np.full(60, 7.3))
    assert (column(flat, "squeeze_20")[20:] == 0).all()
    assert (column(flat, "squeeze_ratio_20")[20:] == 1).all()


def test_a_quiet_stretch_squeezes(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Closes that hardly move within wide bars: the bands lie within the channel."""
    close = 100 + 0.01 * np.sin(np.arange(80.0))
    bars = {"open": close, "high": close + 2, "low": close - 2, "close": close, "volume": np.ones(80)}
    assert (column(bars, "squeeze_20")[20:] == 1).all()
