"""Plain averages against their textbook forms, and the laws that every moving average keeps."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features import catalogue
from ml_analytics.features.indicator import Bars

AVERAGES = [
    "sma_20", "ema_20", "wma_20", "dema_20", "tema_20", "t3_5", "hma_20", "zlema_20", "trima_20", "rma_14",
    "kama_10", "linearreg_14",
]  # fmt: skip
BY_COLUMN = {name: one for one in catalogue("trend") for name in one.columns}


def line(name: str, close: np.ndarray) -> np.ndarray:
    entry = BY_COLUMN[name]
    return np.asarray(entry.compute(close, **entry.parameters))


every_average = pytest.mark.parametrize("name", AVERAGES)


def test_the_plain_ones(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = some["close"]
    for period in (5, 20, 100):
        agree(some, f"sma_{period}", textbook.sma(close, period))
        agree(some, f"ema_{period}", textbook.ema(close, period))
        agree(some, f"wma_{period}", textbook.wma(close, period))
    agree(some, "rma_14", textbook.rma(close, 14))


@every_average
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(0.01, 100), offset=st.floats(0, 1000))
def test_another_unit_of_price_gives_the_same_line(
    name: str, seed: int, factor: float, offset: float
) -> None:
    close = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.02, 150)))
    np.testing.assert_allclose(
        line(name, close * factor + offset), line(name, close) * factor + offset, rtol=1e-9
    )


@every_average
def test_of_a_constant_it_is_the_constant(name: str) -> None:
    known = line(name, np.full(200, 42.5))[BY_COLUMN[name].warm_up :]
    np.testing.assert_allclose(known, 42.5, rtol=1e-12)


@pytest.mark.parametrize("name", ["dema_20", "tema_20", "linearreg_14"])
def test_a_straight_line_is_followed_without_lag(name: str) -> None:
    close = 100 + 0.5 * np.arange(600.0)
    np.testing.assert_allclose(line(name, close)[-50:], close[-50:], rtol=1e-9)
