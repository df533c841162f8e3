"""Realised variance and bipower variation against their sums; a planted jump is found."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_realised(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.abs(np.log(some["close"] / textbook.shift(some["close"])))
    variance = textbook.total(move**2, 20)
    pairs = textbook.rolling(move, 20, lambda one: np.sum(one[1:] * one[:-1]))
    bipower = np.pi / 2 * 20 / 19 * pairs
    agree(some, "realised_volatility_20", np.sqrt(variance))
    agree(some, "bipower_volatility_20", np.sqrt(bipower))
    agree(some, "jump_share_20", np.maximum(1 - bipower / variance, 0))


def walk(length: int, seed: int) -> np.ndarray:
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, length)))


def bars(close: np.ndarray) -> Bars:
    return dict.fromkeys(("open", "high", "low", "close", "volume"), close)


def test_a_jump_shows_in_the_share(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = walk(400, 2)
    close[300:] *= 1.2
    share = column(bars(close), "jump_share_20")
    assert share[300:320].min() > 0.7
    assert np.median(share[20:300]) < 0.3


def test_without_jumps_both_measure_the_same(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = walk(20_000, 3)
    realised, bipower = (
        column(bars(close), f"{name}_volatility_20")[20:] for name in ("realised", "bipower")
    )
    assert abs(np.mean(bipower**2) / np.mean(realised**2) - 1) < 0.02
    np.testing.assert_allclose(np.mean(realised**2), 20 * 0.01**2, rtol=0.02)


def test_time_may_run_backwards(column: Callable[[Bars, str], np.ndarray]) -> None:
    close = walk(21, 4)
    for name in ("realised_volatility_20", "bipower_volatility_20", "jump_share_20"):
        np.testing.assert_allclose(
            column(bars(close), name)[-1], column(bars(close[::-1].copy()), name)[-1], rtol=1e-9
        )
