"""Bars for the tests of the features room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from arch.data import sp500


def make_bars(length: int, seed: int = 0, **columns: Any) -> pd.DataFrame:
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


@pytest.fixture(scope="session")
def odd_bars() -> dict[str, pd.DataFrame]:
    """Bars that stand still, leap, lack volume, are tiny, huge, few; do not write to them."""
    flat, still = np.full(400, 100.1), np.zeros(400)
    spike, crash, stop = (make_bars(400)["close"].to_numpy().copy() for _ in range(3))
    spike[200], spike[201:], crash[200], stop[200:] = 1e14, 1.0, 1e-12, stop[200]
    gap, giant = (make_bars(400)["volume"].to_numpy().copy() for _ in range(2))
    gap[100:300], giant[100], giant[101:] = 0, 1e18, 1
    four = ("open", "high", "low", "close")
    falling = 100 - 0.05 * np.arange(400.0) + 0.01 * np.random.default_rng(6).random(400)
    falling[150] = 1e10
    scaled = make_bars(400)
    return {
        "flat": make_bars(400, 0, **dict.fromkeys(four, flat), volume=still),
        "no volume": make_bars(400, volume=still),
        "no volume for a while": make_bars(400, volume=gap),
        "one giant volume": make_bars(400, volume=giant),
        "spike": make_bars(400, 0, **dict.fromkeys(four, spike)),
        "crash": make_bars(400, 0, **dict.fromkeys(four, crash)),
        "spike, then falling": make_bars(400, 0, **dict.fromkeys(four, falling)),
        "rounded beyond the range": _rounded_beyond(make_bars(400)),
        "then flat": make_bars(400, 0, **dict.fromkeys(four, stop)),
        "tiny prices": make_bars(400, 0, **{name: scaled[name].to_numpy() * 1e-12 for name in four}),
        "huge prices": make_bars(400, 0, **{name: scaled[name].to_numpy() * 1e12 for name in four}),
        "whole numbers": make_bars(400, 0, **dict.fromkeys(four, np.arange(1, 401)), volume=np.arange(400)),
        "float32": make_bars(400).astype("float32"),
        **{f"{count} bars": make_bars(count) for count in (1, 2, 3, 20, 199, 200)},
    }


def _rounded_beyond(bars: pd.DataFrame) -> pd.DataFrame:
    """Put a part of the opens and closes a rounding above the high or below the low, as data sources do."""
    generator = np.random.default_rng(7)
    for name in ("open", "close"):
        where = generator.integers(0, 4, len(bars))
        bars[name] = np.select(
            [where == 0, where == 1], [bars["high"] * (1 + 1e-5), bars["low"] * (1 - 1e-5)], bars[name]
        )
    return bars


@pytest.fixture(scope="session")
def btc_bars() -> pd.DataFrame:
    """33,259 hourly bars of bitcoin, five of them flat, as the exchange gave them; do not write to them."""
    path = Path(__file__).parents[3] / "shared" / "data" / "btcusd_1h_bitfinex_raw.csv.gz"
    if not path.exists():
        pytest.skip("the shared real data (../shared/data) is not on this machine")
    frame = pd.read_csv(path).rename(columns=str.lower)
    times = pd.to_datetime(frame["date"], utc=True)
    return frame.set_index(pd.DatetimeIndex(times, name="timestamp"))[
        ["open", "high", "low", "close", "volume"]
    ].sort_index()
