"""Bars for the tests of the features room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from arch.data import sp500


def make_bars(length: int, seed: int = 0, **columns: object) -> pd.DataFrame:
    """Random valid daily bars; a keyword replaces a column."""
    generator = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.01, length)))
    open_ = close * np.exp(generator.normal(0, 0.005, length))
    bars = {
        "open": open_,
        "high": np.maximum(open_, close) * np.exp(np.abs(generator.normal(0, 0.005, length))),
        "low": np.minimum(open_, close) / np.exp(np.abs(generator.normal(0, 0.005, length))),
        "close": close,
        "volume": generator.uniform(1e3, 1e5, length),
        **columns,
    }
    return pd.DataFrame(bars, index=pd.date_range("2020-01-01", periods=length, tz="UTC", name="timestamp"))


@pytest.fixture(name="make_bars", scope="session")
def _make_bars() -> Callable[..., pd.DataFrame]:
    return make_bars


@pytest.fixture(scope="session")
def bars() -> pd.DataFrame:
    """600 random bars; do not write to them."""
    return make_bars(600)


@pytest.fixture(scope="session")
def sp500_bars() -> pd.DataFrame:
    """5,031 daily bars of the S&P 500 (bundled with the arch package); do not write to them."""
    frame = sp500.load().drop(columns="Adj Close").rename(columns=str.lower)
    frame.index = pd.DatetimeIndex(frame.index, tz="UTC", name="timestamp")
    return frame
