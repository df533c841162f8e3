"""Trades and quotes for the tests of microstructure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REAL_DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

Maker = Callable[..., pd.DataFrame]


def _times(rng: np.random.Generator, count: int, gap_ms: int) -> pd.DatetimeIndex:
    """Return rising times on whole milliseconds, some of them equal, some right on a second."""
    at = np.cumsum(rng.integers(0, gap_ms, count) * (rng.random(count) < 0.8))
    at = np.maximum.accumulate(np.where(rng.random(count) < 0.05, -(-at // 1000) * 1000, at))
    return pd.DatetimeIndex(
        pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(at, unit="ms"), name="timestamp"
    )


def make_trades(count: int, seed: int = 0, gap_ms: int = 400) -> pd.DataFrame:
    """Random trades: prices on ticks of a quarter, quantities in eighths, so that sums are exact."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "price": 100 + 0.25 * np.cumsum(rng.integers(-2, 3, count)).clip(-300, 300),
            "qty": rng.integers(1, 80, count) / 8,
            "side": rng.choice([-1, 1], count),
        },
        index=_times(rng, count, gap_ms),
    )


def make_quotes(count: int, seed: int = 0, gap_ms: int = 300) -> pd.DataFrame:
    """Random quotes around a walk of their own; a few locked, a few empty on a side."""
    rng = np.random.default_rng(seed + 1000)
    bid = 100 + 0.25 * np.cumsum(rng.integers(-1, 2, count)).clip(-300, 300)
    return pd.DataFrame(
        {
            "bid": bid,
            "bid_qty": rng.integers(0, 40, count) / 8,
            "ask": bid + 0.25 * rng.integers(0, 4, count),
            "ask_qty": rng.integers(0, 40, count) / 8,
        },
        index=_times(rng, count, gap_ms),
    )


@pytest.fixture(name="make_trades", scope="session")
def _make_trades() -> Maker:
    return make_trades


@pytest.fixture(name="make_quotes", scope="session")
def _make_quotes() -> Maker:
    return make_quotes


@pytest.fixture(scope="session")
def trades() -> pd.DataFrame:
    """500 trades; do not write to them."""
    return make_trades(500)


@pytest.fixture(scope="session")
def quotes() -> pd.DataFrame:
    """700 quotes of about the same time; do not write to them."""
    return make_quotes(700)


@pytest.fixture(scope="session")
def real_ticks() -> Callable[[str], pd.DataFrame]:
    """Read a table of the BTCUSDT ticks of 2024-08-08 (trades, bbo, depth), both markets, as collected."""
    if not REAL_DATA.is_dir():
        pytest.skip("the shared real data (../shared/data) is not on this machine")
    return lambda kind: pd.read_parquet(REAL_DATA / f"binance_btcusdt_20240808_{kind}.parquet")
