"""Measures of single quotes against their formulas, and laws that hold for every quote."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features import quote_features

PRICE = st.floats(1e-6, 1e9)
QTY = st.one_of(st.just(0.0), st.floats(1e-9, 1e9))


def one(bid: float, ask: float, bid_qty: float, ask_qty: float) -> dict[str, float]:
    at = pd.DatetimeIndex(["2024-01-01"], tz="UTC")
    frame = pd.DataFrame({"bid": bid, "ask": ask, "bid_qty": bid_qty, "ask_qty": ask_qty}, index=at)
    row: dict[str, float] = quote_features(frame).iloc[0].to_dict()
    return row


@given(PRICE, st.floats(0, 1), QTY, QTY)
def test_every_quote(bid: float, width: float, bid_qty: float, ask_qty: float) -> None:
    ask = bid * (1 + width)
    found = one(bid, ask, bid_qty, ask_qty)
    depth = bid_qty + ask_qty
    assert found["mid"] == pytest.approx((bid + ask) / 2)
    assert found["spread"] == ask - bid >= 0
    assert found["spread_bps"] == pytest.approx(20_000 * (ask - bid) / (bid + ask), abs=1e-9)
    assert found["depth"] == depth
    assert -1 <= found["depth_imbalance"] <= 1
    assert bid <= found["micro_price"] <= ask
    if depth > 0:
        assert found["micro_price"] == pytest.approx((bid * ask_qty + ask * bid_qty) / depth, rel=1e-9)
        assert found["depth_imbalance"] == pytest.approx((bid_qty - ask_qty) / depth, abs=1e-12)
    else:
        assert found["micro_price"] == pytest.approx(found["mid"]) and found["depth_imbalance"] == 0


@given(PRICE, st.floats(0, 1), QTY, QTY)
def test_swapping_the_quantities_mirrors_the_micro_price_and_the_imbalance(
    bid: float, width: float, bid_qty: float, ask_qty: float
) -> None:
    ask = bid * (1 + width)
    found, swapped = one(bid, ask, bid_qty, ask_qty), one(bid, ask, ask_qty, bid_qty)
    assert swapped["depth_imbalance"] == -found["depth_imbalance"]
    assert swapped["micro_price"] - swapped["mid"] == pytest.approx(
        found["mid"] - found["micro_price"], abs=1e-9 * bid
    )


def test_rows_times_and_kind_are_kept(quotes: Any) -> None:
    found = quote_features(quotes)
    assert found.index.equals(quotes.index.as_unit("ns"))
    of_polars = quote_features(pl.from_pandas(quotes.reset_index()))
    assert isinstance(of_polars, pl.DataFrame)
    assert of_polars["micro_price"].to_list() == found["micro_price"].tolist()
