"""Slopes of price on signed volume against NumPy, and a planted impact."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.microstructure.tick_rule import tick_signs


def test_kyle(some: Bars, agree: Callable[..., None]) -> None:
    move, flow = np.diff(some["close"]), (tick_signs(some["close"]) * some["volume"])[1:]
    expected = np.full(len(some["close"]), np.nan)
    for stop in range(20, len(move) + 1):
        window = slice(stop - 20, stop)
        expected[stop] = np.cov(move[window], flow[window])[0, 1] / np.var(flow[window], ddof=1)
    agree(some, "kyle_lambda_20", expected)


def test_hasbrouck(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    flow = tick_signs(some["close"]) * np.sqrt(some["close"] * some["volume"])
    known = np.where(np.isnan(move), np.nan, flow)
    agree(some, "hasbrouck_lambda_20", textbook.total(known * move, 20) / textbook.total(known**2, 20))


def test_a_planted_impact_is_found(column: Callable[[Bars, str], np.ndarray]) -> None:
    generator = np.random.default_rng(0)
    flow = generator.normal(0, 1e4, 400)
    close = 1000 + np.cumsum(3e-5 * flow)
    bars = {**dict.fromkeys(("open", "high", "low", "close"), close), "volume": np.abs(flow)}
    np.testing.assert_allclose(column(bars, "kyle_lambda_20")[20:], 3e-5, rtol=1e-6)


def test_volumes_that_do_not_differ_have_no_slope(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = np.linspace(10, 20, 60)
    bars = {**dict.fromkeys(("open", "high", "low", "close"), close), "volume": np.full(60, 7.3)}
    assert (column(bars, "kyle_lambda_20")[20:] == 0).all()
    assert (column(bars, "hasbrouck_lambda_20")[20:] > 0).all()
