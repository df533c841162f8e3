"""Random bars, mirrored bars, and pivots found the slow way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ml_analytics.features import catalogue
from ml_analytics.features.indicator import Bars

BY_COLUMN = {name: one for one in catalogue("patterns") for name in one.columns}


def walk(seed: int, length: int = 400) -> Bars:
    """A random walk whose bars have bodies and wicks."""
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.01, length)))
    opened = np.concatenate(([100.0], close[:-1]))
    wick = np.exp(np.abs(generator.normal(0, 0.004, (2, length))))
    high, low = np.maximum(opened, close) * wick[0], np.minimum(opened, close) / wick[1]
    return {"open": opened, "high": high, "low": low, "close": close, "volume": np.ones(length)}


def drawn(points: Sequence[tuple[int, float]]) -> Bars:
    """Bars along straight lines in ln(price) between ``points`` (bar, price), a tenth of a percent up and down."""
    bars, prices = zip(*points, strict=True)
    close = np.exp(np.interp(np.arange(bars[-1] + 1), bars, np.log(prices)))
    return {
        "open": close,
        "high": close * 1.001,
        "low": close / 1.001,
        "close": close,
        "volume": np.ones(len(close)),
    }


def mirrored(bars: Bars) -> Bars:
    """The bars of one over the price."""
    turned = {"open": 1 / bars["open"], "high": 1 / bars["low"], "low": 1 / bars["high"]}
    return {**turned, "close": 1 / bars["close"], "volume": bars["volume"]}


def columns(bars: Bars, column: str) -> dict[str, np.ndarray]:
    """Return the columns of the entry that makes ``column``."""
    return BY_COLUMN[column].values(bars)


def known_pivots(bars: Bars, now: int, k: int) -> tuple[list[int], list[int]]:
    """Return the bars of the pivot highs and lows that the bars up to ``now`` prove, in order."""
    high, low = bars["high"][: now + 1], bars["low"][: now + 1]
    middle = range(k, now - k + 1)
    highs = [p for p in middle if high[p] > max(high[p - k : p]) and high[p] >= max(high[p + 1 : p + k + 1])]
    lows = [p for p in middle if low[p] < min(low[p - k : p]) and low[p] <= min(low[p + 1 : p + k + 1])]
    return highs, lows


def turns(bars: Bars, now: int) -> list[tuple[int, str]]:
    """Return bar and side of the zigzag's swings known at ``now``, k = 5, from the oldest to the newest."""
    highs, lows = known_pivots(bars, now, 5)
    found: list[tuple[int, str]] = []
    for bar in sorted(set(highs) ^ set(lows)):
        side = "high" if bar in highs else "low"
        if found and found[-1][1] == side:
            old, new = bars[side][found[-1][0]], bars[side][bar]
            if (new > old) if side == "high" else (new < old):
                found[-1] = (bar, side)
        else:
            found.append((bar, side))
    return found


@pytest.fixture(name="walk", scope="session")
def _walk() -> Callable[..., Bars]:
    return walk


@pytest.fixture(name="drawn", scope="session")
def _drawn() -> Callable[..., Bars]:
    return drawn


@pytest.fixture(name="mirrored", scope="session")
def _mirrored() -> Callable[[Bars], Bars]:
    return mirrored


@pytest.fixture(name="columns", scope="session")
def _columns() -> Callable[[Bars, str], dict[str, np.ndarray]]:
    return columns


@pytest.fixture(name="known_pivots", scope="session")
def _known_pivots() -> Callable[[Bars, int, int], tuple[list[int], list[int]]]:
    return known_pivots


@pytest.fixture(name="turns", scope="session")
def _turns() -> Callable[[Bars, int], list[tuple[int, str]]]:
    return turns
