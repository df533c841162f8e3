"""Volume-weighted averages against NumPy's, and after a volume that dwarfs all others."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from ml_analytics.features import catalogue
from ml_analytics.features.indicator import Bars

NAMES = [f"{name}_{period}" for name in ("vwap", "vwma") for period in (10, 20, 50)]


def test_weighted(some: Bars, agree: Callable[..., None]) -> None:
    prices = {"vwap": (some["high"] + some["low"] + some["close"]) / 3, "vwma": some["close"]}
    for name, price in prices.items():
        for period in (10, 20, 50):
            expected = np.full(len(price), np.nan)
            for stop in range(period, len(price) + 1):
                window = slice(stop - period, stop)
                expected[stop - 1] = np.average(price[window], weights=some["volume"][window])
            agree(some, f"{name}_{period}", expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_giant_volume_is_forgotten(
    some: Bars, column: Callable[[Bars, str], np.ndarray], name: str
) -> None:
    giant = {**some, "volume": np.where(np.arange(400) == 100, 1e18, 1.0)}
    plain = {**some, "volume": np.ones(400)}
    after = 101 + int(name.split("_")[1])
    np.testing.assert_allclose(column(giant, name)[after:], column(plain, name)[after:], rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_within_the_range_of_the_bars_traded_or_not(
    some: Bars, column: Callable[[Bars, str], np.ndarray], textbook: SimpleNamespace, name: str
) -> None:
    period = int(name.split("_")[1])
    quiet = {**some, "volume": np.where(np.arange(400) % 120 < 70, 0.0, some["volume"])}
    made = column(quiet, name)[period:]
    assert (made <= textbook.highest(some["high"], period)[period:] * (1 + 1e-12)).all()
    assert (made >= textbook.lowest(some["low"], period)[period:] * (1 - 1e-12)).all()


def test_declared() -> None:
    assert {column for one in catalogue("volume") for column in one.columns} >= set(NAMES)
