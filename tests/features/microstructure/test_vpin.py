"""VPIN against a loop that pours the volume drop by drop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import time_bars, vpin

Maker = Callable[..., Any]


def slow(parcels: list[tuple[int, float, float, float]], size: float, window: int) -> list[list[float]]:
    """Fill buckets from (time, volume, bought, sold), each parcel at its own mixture."""
    rows: list[list[float]] = []
    buy = sell = 0.0
    stamp = -1
    for time, volume, bought, sold in parcels:
        left = volume
        while left > 0:
            poured = min(left, size - buy - sell)
            buy, sell, left = buy + poured * bought / volume, sell + poured * sold / volume, left - poured
            if buy + sell >= size * (1 - 1e-9):
                stamp = max(time, stamp + 1)
                rows.append([stamp, buy, sell, abs(buy - sell) / size])
                buy = sell = 0.0
    for row, one in enumerate(rows):
        part = [other[3] for other in rows[max(0, row - window + 1) : row + 1]]
        one.append(sum(part) / window if len(part) == window else np.nan)
    return rows


def check(found: Any, expected: list[list[float]]) -> None:
    assert found.index.as_unit("ns").asi8.tolist() == [row[0] for row in expected]
    for ours, theirs in zip(found.to_numpy().tolist(), expected, strict=True):
        assert ours == pytest.approx(theirs[1:], nan_ok=True, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(1, 60),
    size=st.sampled_from([0.5, 3.0, 64.0]),
    window=st.integers(1, 4),
)
def test_buckets_are_those_of_a_loop(
    make_trades: Maker, seed: int, count: int, size: float, window: int
) -> None:
    trades = make_trades(count, seed)
    parcels = [
        (at.value, one["qty"], one["qty"] * (one["side"] > 0), one["qty"] * (one["side"] < 0))
        for at, one in trades.iterrows()
    ]
    found = vpin(trades, size, window)
    check(found, slow(parcels, size, window))
    assert found["imbalance"].between(0, 1).all() and found["vpin"].dropna().between(0, 1).all()
    assert len(found) == int(trades["qty"].sum() // size)


def test_one_sided_trading_is_1_and_balanced_0() -> None:
    at = pd.date_range("2024-01-01", periods=40, freq="s", tz="UTC")
    trades = pd.DataFrame({"price": 1.0, "qty": 1.0, "side": 1}, index=at)
    assert (vpin(trades, 4.0, 5)["vpin"].iloc[4:] == 1).all()
    assert (vpin(trades.assign(side=[1, -1] * 20), 4.0, 5)["vpin"].iloc[4:] == 0).all()


def test_decimal_quantities_fill_every_bucket() -> None:
    at = pd.date_range("2024-01-01", periods=3000, freq="s", tz="UTC")
    assert len(vpin(pd.DataFrame({"price": 1.0, "qty": 0.1, "side": 1}, index=at), 0.3)) == 1000


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), size=st.sampled_from([3.0, 64.0]))
def test_bulk_classification_is_that_of_a_loop_over_bars(make_trades: Maker, seed: int, size: float) -> None:
    trades = make_trades(80, seed)
    bars = time_bars(trades, "1s")
    parcels, changes = [], []
    before = trades["price"].iloc[0]
    for at, bar in bars.iterrows():
        changes.append(bar["close"] - before)
        before = bar["close"]
        spread = float(np.std(changes, ddof=1)) if len(changes) > 1 else 0.0
        share = float(norm.cdf(changes[-1] / spread)) if spread > 0 else 0.5
        parcels.append((at.value, bar["volume"], share * bar["volume"], (1 - share) * bar["volume"]))
    check(vpin(trades, size, 3, method="bulk", every="1s"), slow(parcels, size, 3))


def test_swapping_buyers_and_sellers_changes_no_vpin(trades: Any) -> None:
    found, swapped = vpin(trades, 20.0, 5), vpin(trades.assign(side=-trades["side"]), 20.0, 5)
    pd.testing.assert_series_equal(found["vpin"], swapped["vpin"])
    pd.testing.assert_series_equal(found["buy_volume"], swapped["sell_volume"], check_names=False)


def test_polars_few_trades_and_what_cannot_be(trades: Any) -> None:
    found = vpin(pl.from_pandas(trades.reset_index()), 20.0, 5)
    assert isinstance(found, pl.DataFrame) and found.height == len(vpin(trades, 20.0, 5))
    assert vpin(trades, 1e9).empty and vpin(trades.iloc[:1], 1e9, method="bulk").empty
    for wrong in (0, -1.0, float("nan"), "much"):
        with pytest.raises(ParameterError, match="The 'bucket_volume' parameter of vpin"):
            vpin(trades, wrong)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"large enough for at most 20,000,000 buckets. Got 1e-09"):
        vpin(trades, 1e-9)
    with pytest.raises(ParameterError, match="The 'window' parameter of vpin"):
        vpin(trades, 1.0, 0)
    with pytest.raises(ParameterError, match=r"must be one of auto, given, tick, bulk. Got 'lee_ready'"):
        vpin(trades, 1.0, method="lee_ready")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="another when the trades have no 'side'"):
        vpin(trades.drop(columns="side"), 1.0, method="given")
