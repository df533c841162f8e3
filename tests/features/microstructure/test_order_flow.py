"""Order-flow imbalance against the paper's definition, quote by quote, and its symmetries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import order_flow_imbalance, rebuild_book

Maker = Callable[..., Any]


def slow(quotes: Any) -> list[float]:
    """Return e of every quote, by the three cases of each side."""
    found = [0.0]
    rows = quotes.to_dict("records")
    for old, new in pairwise(rows):
        if new["bid"] > old["bid"]:
            bid = new["bid_qty"]
        elif new["bid"] == old["bid"]:
            bid = new["bid_qty"] - old["bid_qty"]
        else:
            bid = -old["bid_qty"]
        if new["ask"] < old["ask"]:
            ask = new["ask_qty"]
        elif new["ask"] == old["ask"]:
            ask = new["ask_qty"] - old["ask_qty"]
        else:
            ask = -old["ask_qty"]
        found.append(bid - ask)
    return found


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 80), every=st.sampled_from(["100ms", "1s"]))
def test_sums_of_the_paper_s_contributions(make_quotes: Maker, seed: int, count: int, every: str) -> None:
    quotes = make_quotes(count, seed)
    found = order_flow_imbalance(quotes, every)
    peer = pd.Series(slow(quotes), index=quotes.index).resample(
        every, closed="left", label="right", origin="epoch"
    )
    expected = peer.sum()
    expected = expected[expected.index <= quotes.index[-1]]
    assert found["ofi"].tolist() == expected.tolist()
    assert found.index.tolist() == expected.index.tolist()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6))
def test_swapping_the_sides_turns_the_sign(make_quotes: Maker, seed: int) -> None:
    quotes = make_quotes(60, seed)
    swapped = pd.DataFrame(
        {
            "bid": 1000 - quotes["ask"],
            "bid_qty": quotes["ask_qty"],
            "ask": 1000 - quotes["bid"],
            "ask_qty": quotes["bid_qty"],
        }
    )
    pd.testing.assert_frame_equal(order_flow_imbalance(swapped), -order_flow_imbalance(quotes))


def test_quantities_scale_the_imbalance_but_not_the_normalised(quotes: Any) -> None:
    larger = quotes.assign(bid_qty=8 * quotes["bid_qty"], ask_qty=8 * quotes["ask_qty"])
    found, scaled = order_flow_imbalance(quotes), order_flow_imbalance(larger)
    assert scaled["ofi"].tolist() == (8 * found["ofi"]).tolist()
    np.testing.assert_allclose(scaled["ofi_normalised"], found["ofi_normalised"], rtol=1e-12)


def test_a_quote_that_changes_nothing_adds_nothing(quotes: Any) -> None:
    repeated = quotes.iloc[np.repeat(np.arange(len(quotes)), 2)]
    pd.testing.assert_frame_equal(order_flow_imbalance(repeated), order_flow_imbalance(quotes))


def test_normalised_by_the_mean_depth_of_a_side() -> None:
    at = pd.to_datetime(["2024-01-01 00:00:00", "2024-01-01 00:00:01", "2024-01-01 00:00:04"], utc=True)
    quotes = pd.DataFrame({"bid": 9.0, "bid_qty": [2.0, 6.0, 6.0], "ask": 10.0, "ask_qty": 2.0}, index=at)
    found = order_flow_imbalance(quotes, "4s")
    # 2 for one second, 4 for three.
    assert found.to_numpy().tolist() == [[4.0, 4.0 / 3.5]]
    empty = quotes.assign(bid_qty=0.0, ask_qty=0.0)
    assert order_flow_imbalance(empty, "4s")["ofi_normalised"].isna().all()


def deep(quotes: Any, levels: int) -> Any:
    """Put further levels behind the best, each a tick away; the third is missing now and then."""
    frame = quotes.copy()
    for level in range(2, levels + 1):
        frame[f"bid_{level}"] = quotes["bid"] - 0.25 * level
        frame[f"bid_qty_{level}"] = quotes["ask_qty"] + level
        frame[f"ask_{level}"] = quotes["ask"] + 0.25 * level
        frame[f"ask_qty_{level}"] = quotes["bid_qty"] + level
    if levels >= 3:
        gone = np.arange(len(frame)) % 5 == 0
        frame.loc[gone, ["bid_3", "bid_qty_3"]] = np.nan
    return frame


def test_every_level_is_the_same_sum_over_its_own_prices(quotes: Any) -> None:
    frame = deep(quotes, 3)
    found = order_flow_imbalance(frame, "1s", levels=3)
    assert list(found.columns) == ["ofi", "ofi_normalised", "ofi_2", "ofi_3"]
    second = frame[["bid_2", "bid_qty_2", "ask_2", "ask_qty_2"]].set_axis(
        ["bid", "bid_qty", "ask", "ask_qty"], axis=1
    )
    assert found["ofi_2"].tolist() == order_flow_imbalance(second, "1s")["ofi"].tolist()
    third = frame[["bid_3", "bid_qty_3", "ask_3", "ask_qty_3"]].set_axis(
        ["bid", "bid_qty", "ask", "ask_qty"], axis=1
    )
    absent = third.assign(bid=third["bid"].fillna(-np.inf), bid_qty=third["bid_qty"].fillna(0.0))
    peer = pd.Series(slow(absent), index=absent.index).resample("1s", closed="left", label="right").sum()
    assert found["ofi_3"].tolist() == peer[peer.index <= absent.index[-1]].tolist()
    assert np.isfinite(found["ofi_3"]).all()


def test_levels_of_a_rebuilt_book() -> None:
    at = pd.DatetimeIndex(np.repeat(pd.date_range("2024-01-01", periods=3, freq="s", tz="UTC"), [4, 1, 1]))
    depth = pd.DataFrame(
        {
            "side": [1, 1, -1, -1, 1, -1],
            "price": [9.0, 8.0, 10.0, 11.0, 8.0, 12.0],
            "qty": [1.0, 2, 3, 4, 5, 6],
        },
        index=at,
    )
    found = order_flow_imbalance(rebuild_book(depth, 2), "1s", levels=2)
    assert found["ofi"].tolist() == [0.0, 0.0] and found["ofi_2"].tolist() == [0.0, 3.0]


def test_over_bars_and_polars(quotes: Any) -> None:
    bars = pd.DataFrame({"close": 1.0}, index=quotes.index[[100, 101, 400]].unique())
    found = order_flow_imbalance(quotes, bars)
    assert found.index.tolist() == bars.index.tolist()
    until = quotes[quotes.index <= bars.index[-1]]
    assert found["ofi"].sum() == sum(slow(until))
    of_polars = order_flow_imbalance(pl.from_pandas(quotes.reset_index()), "1s")
    assert isinstance(of_polars, pl.DataFrame)
    assert of_polars["ofi"].to_list() == order_flow_imbalance(quotes, "1s")["ofi"].tolist()


def test_what_cannot_be(quotes: Any) -> None:
    with pytest.raises(ParameterError, match="The 'levels' parameter of order_flow_imbalance"):
        order_flow_imbalance(quotes, levels=0)
    with pytest.raises(DataProcessingError, match="must have the column 'bid_2' for 2 levels"):
        order_flow_imbalance(quotes, levels=2)
    crossed = deep(quotes, 2).assign(ask=1e-3)
    with pytest.raises(DataProcessingError, match="must not be crossed"):
        order_flow_imbalance(crossed, levels=2, crossed="drop")
    with pytest.raises(DataProcessingError, match="must have the columns bid, ask, bid_qty, ask_qty"):
        order_flow_imbalance(quotes.drop(columns="ask_qty"))
