"""Signs of trades against the rules as they are printed, trade by trade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import trade_signs

Maker = Callable[..., Any]


def slow_tick_rule(prices: list[float]) -> list[int]:
    """Compare with the last price that differs."""
    signs = []
    for row, price in enumerate(prices):
        others = [before for before in prices[:row] if before != price]
        run = prices[:row][::-1]
        last = next((before for before in run if before != price), None)
        signs.append(0 if not others or last is None else (1 if price > last else -1))
    return signs


def slow_lee_ready(trades: Any, quotes: Any, lag: pd.Timedelta) -> list[int]:
    tick = slow_tick_rule(trades["price"].tolist())
    signs = []
    for row, (at, price) in enumerate(zip(trades.index, trades["price"], strict=True)):
        before = quotes[quotes.index < at - lag]
        mid = None if before.empty else (before["bid"].iloc[-1] + before["ask"].iloc[-1]) / 2
        signs.append(tick[row] if mid is None or price == mid else (1 if price > mid else -1))
    return signs


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 60))
def test_the_tick_rule(make_trades: Maker, seed: int, count: int) -> None:
    trades = make_trades(count, seed)
    found = trade_signs(trades, method="tick")["side"].tolist()
    assert found == slow_tick_rule(trades["price"].tolist())


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40), lag_ms=st.sampled_from([0, 1, 300]))
def test_lee_and_ready(make_trades: Maker, make_quotes: Maker, seed: int, count: int, lag_ms: int) -> None:
    trades, quotes = make_trades(count, seed), make_quotes(count, seed)
    found = trade_signs(trades, quotes, method="lee_ready", lag=f"{lag_ms}ms")
    assert found["side"].tolist() == slow_lee_ready(trades, quotes, pd.Timedelta(lag_ms, unit="ms"))
    assert found.index.equals(trades.index)


@settings(deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_mirrored_market_has_the_opposite_signs(make_trades: Maker, make_quotes: Maker, seed: int) -> None:
    trades, quotes = make_trades(50, seed), make_quotes(50, seed)
    swapped = quotes.assign(bid=1000 - quotes["ask"], ask=1000 - quotes["bid"])
    mirrored = trades.assign(price=1000 - trades["price"])
    for method in ("tick", "lee_ready"):
        found = trade_signs(trades, quotes, method=method)["side"]
        assert (trade_signs(mirrored, swapped, method=method)["side"] == -found).all()


def test_the_best_that_is_there_is_taken(trades: Any, quotes: Any) -> None:
    bare = trades.drop(columns="side")
    assert trade_signs(trades, quotes)["side"].tolist() == trades["side"].tolist()
    assert trade_signs(bare, quotes).equals(trade_signs(bare, quotes, method="lee_ready"))
    assert trade_signs(bare).equals(trade_signs(bare, method="tick"))
    assert trade_signs(trades)["side"].dtype == "int8"


def test_polars(trades: Any, quotes: Any) -> None:
    found = trade_signs(
        pl.from_pandas(trades.reset_index()), pl.from_pandas(quotes.reset_index()), method="lee_ready"
    )
    assert isinstance(found, pl.DataFrame)
    assert found["side"].to_list() == trade_signs(trades, quotes, method="lee_ready")["side"].tolist()


def test_what_cannot_be_told(trades: Any, quotes: Any) -> None:
    bare = trades.drop(columns="side")
    with pytest.raises(ParameterError, match="another when the trades have no 'side'"):
        trade_signs(bare, quotes, method="given")
    with pytest.raises(ParameterError, match="another when there are no quotes"):
        trade_signs(bare, method="lee_ready")
    with pytest.raises(ParameterError, match=r"must be one of auto, given, tick, lee_ready. Got 'emo'"):
        trade_signs(trades, method="emo")  # type: ignore[arg-type]
    with pytest.raises(
        ParameterError, match="The 'lag' parameter of trade_signs must be a duration of 0 or more"
    ):
        trade_signs(bare, quotes, lag="-1ms")
