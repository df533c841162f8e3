"""Range-based volatility against its formulas bar by bar, and the laws that its authors claim."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def of_bar(bars: Bars, *sides: str) -> np.ndarray:
    made: np.ndarray = np.log(bars[sides[0]] / bars[sides[1]])
    return made


def satchell(bars: Bars) -> np.ndarray:
    up = of_bar(bars, "high", "close") * of_bar(bars, "high", "open")
    made: np.ndarray = up + of_bar(bars, "low", "close") * of_bar(bars, "low", "open")
    return made


def test_parkinson_and_garman_klass(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    squares = of_bar(some, "high", "low") ** 2
    body = of_bar(some, "close", "open") ** 2
    both = np.maximum(squares / 2 - (2 * np.log(2) - 1) * body, 0)
    for period in (10, 20):
        agree(some, f"parkinson_{period}", np.sqrt(textbook.sma(squares, period) / (4 * np.log(2))))
        agree(some, f"garman_klass_{period}", np.sqrt(textbook.sma(both, period)))


def test_rogers_satchell(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (10, 20):
        agree(some, f"rogers_satchell_{period}", np.sqrt(textbook.sma(satchell(some), period)))


def test_yang_zhang(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    night = np.log(some["open"] / textbook.shift(some["close"]))
    day = of_bar(some, "close", "open")
    for period in (10, 20):
        share = 0.34 / (1.34 + (period + 1) / (period - 1))
        parts = [
            textbook.rolling(night, period, lambda one: np.var(one, ddof=1)),
            share * textbook.rolling(day, period, lambda one: np.var(one, ddof=1)),
            (1 - share) * textbook.sma(satchell(some), period),
        ]
        agree(some, f"yang_zhang_{period}", np.sqrt(sum(parts)))


def test_a_pure_drift_has_no_rogers_satchell(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Bars that only climb from low to high drift, and do not vary; Parkinson takes it for volatility."""
    close = 100 * np.exp(0.01 * np.arange(1, 61))
    opened = 100 * np.exp(0.01 * np.arange(60))
    bars = {"open": opened, "high": close, "low": opened, "close": close, "volume": np.ones(60)}
    assert np.nanmax(column(bars, "rogers_satchell_20")) < 1e-9
    assert np.nanmin(column(bars, "parkinson_20")) > 0.005


def test_all_find_the_volatility_of_a_walk(column: Callable[[Bars, str], np.ndarray]) -> None:
    """A walk of 500 steps a bar, with no move between bars, volatility 1 % a bar."""
    steps = np.random.default_rng(5).normal(0, 0.01 / np.sqrt(500), (1000, 500))
    path = np.cumsum(steps.ravel()).reshape(1000, 500)
    before = np.concatenate([[0.0], path[:-1, -1]])
    whole = np.column_stack([before, path])
    bars = {
        "open": 100 * np.exp(before),
        "high": 100 * np.exp(whole.max(axis=1)),
        "low": 100 * np.exp(whole.min(axis=1)),
        "close": 100 * np.exp(path[:, -1]),
        "volume": np.ones(1000),
    }
    for name in ("parkinson_20", "garman_klass_20", "rogers_satchell_20", "yang_zhang_20"):
        found = np.sqrt(np.nanmean(column(bars, name) ** 2))
        assert 0.0092 < found < 0.0104, name  # a walk of finite steps has narrower ranges than its limit


def test_highs_below_lows_stay_finite(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Nothing refuses bars whose prices lie outside of high and low; the values are then finite, not right."""
    generator = np.random.default_rng(1)
    bars = {name: generator.uniform(50, 150, 80) for name in ("open", "high", "low", "close", "volume")}
    for name in ("parkinson_20", "garman_klass_20", "rogers_satchell_20", "yang_zhang_20"):
        assert np.isfinite(column(bars, name)[20:]).all()
