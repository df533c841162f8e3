"""Spreads from ranges find a planted spread."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def quoted(spread: float, seed: int) -> Bars:
    """A walk of 300 trades a bar, 1 % volatility a bar, each trade at the bid or the ask."""
    generator = np.random.default_rng(seed)
    middle = np.cumsum(generator.normal(0, 0.01 / np.sqrt(300), 1500 * 300))
    trades = np.exp(middle + generator.choice([-0.5, 0.5], middle.size) * spread).reshape(1500, 300) * 100
    return {
        "open": trades[:, 0],
        "high": trades.max(axis=1),
        "low": trades.min(axis=1),
        "close": trades[:, -1],
        "volume": np.ones(1500),
    }


def test_abdi_ranaldo(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = (np.log(some["high"]) + np.log(some["low"])) / 2
    close, before = textbook.shift(np.log(some["close"])), textbook.shift(middle)
    pairs = 4 * (close - before) * (close - middle)
    agree(some, "abdi_ranaldo_20", textbook.sma(np.sqrt(np.maximum(pairs, 0)), 20))


def test_both_grow_with_the_spread(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Counting negative estimates as 0 biases upwards; the order of markets is right all the same."""
    for name in ("abdi_ranaldo_20", "corwin_schultz_20"):
        found = [np.nanmean(column(quoted(spread, seed=1), name)) for spread in (0.0, 0.01, 0.03)]
        assert found[0] < found[1] < found[2], name
        np.testing.assert_allclose(found[2], 0.03, rtol=0.25)
