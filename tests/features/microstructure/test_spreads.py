"""Effective and realised spreads against a loop over trades; they add up, and are known only when they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import effective_spread, realised_spread

Maker = Callable[..., Any]


def mid_at(quotes: Any, keep: np.ndarray) -> float:
    known = quotes[keep]
    return np.nan if known.empty else (known["bid"].iloc[-1] + known["ask"].iloc[-1]) / 2


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10**6), count=st.integers(2, 50), lag_ms=st.sampled_from([0, 200]))
def test_both_are_those_of_a_loop(
    make_trades: Maker, make_quotes: Maker, seed: int, count: int, lag_ms: int
) -> None:
    trades, quotes = make_trades(count, seed), make_quotes(count, seed)
    horizon, lag = pd.Timedelta("700ms"), pd.Timedelta(lag_ms, unit="ms")
    paid = effective_spread(trades, quotes, lag=lag)
    kept = realised_spread(trades, quotes, horizon, lag=lag)
    over = [at + horizon < max(trades.index[-1], quotes.index[-1]) for at in trades.index]
    assert len(paid) == count and len(kept) == sum(over)
    for row, (at, trade) in enumerate(trades.iterrows()):
        before = mid_at(quotes, quotes.index < at - lag)
        cost = 2 * trade["side"] * (trade["price"] - before)
        assert paid["mid"].iloc[row] == pytest.approx(before, nan_ok=True)
        assert paid["effective_spread"].iloc[row] == pytest.approx(cost, nan_ok=True)
        assert paid["effective_spread_bps"].iloc[row] == pytest.approx(1e4 * cost / before, nan_ok=True)
        if over[row]:
            one, later = kept.iloc[row], mid_at(quotes, quotes.index <= at + horizon)
            assert one["realised_spread"] == pytest.approx(
                2 * trade["side"] * (trade["price"] - later), nan_ok=True
            )
            assert one["trade_time"] == at and kept.index[row] == at + horizon
            assert one["realised_spread"] + one["price_impact"] == pytest.approx(
                one["effective_spread"], nan_ok=True
            )


def test_a_trade_at_the_quote_pays_the_quoted_spread(make_quotes: Maker) -> None:
    quotes = make_quotes(50).assign(ask=lambda q: q["bid"] + 0.5)
    quotes = quotes[~quotes.index.duplicated(keep="last")]
    at = quotes.index + pd.Timedelta("1us")
    for price, side in (("ask", 1), ("bid", -1)):
        trades = pd.DataFrame({"price": quotes[price].to_numpy(), "qty": 1.0, "side": side}, index=at)
        for method in ("given", "lee_ready"):
            found = effective_spread(trades, quotes, method=method)
            assert (found["effective_spread"] == 0.5).all()


@settings(deadline=None)
@given(seed=st.integers(0, 10**6))
def test_by_lee_and_ready_nobody_off_the_mid_pays_less_than_nothing(
    make_trades: Maker, make_quotes: Maker, seed: int
) -> None:
    found = effective_spread(make_trades(40, seed), make_quotes(40, seed), method="lee_ready")
    assert (found["effective_spread"].dropna() >= 0).all()


def test_a_mirrored_market_pays_the_same(trades: Any, quotes: Any) -> None:
    mirrored = trades.assign(price=1000 - trades["price"], side=-trades["side"])
    swapped = quotes.assign(bid=1000 - quotes["ask"], ask=1000 - quotes["bid"])
    columns = ["effective_spread", "realised_spread", "price_impact"]
    pd.testing.assert_frame_equal(
        realised_spread(mirrored, swapped)[columns], realised_spread(trades, quotes)[columns]
    )


def test_an_unknown_sign_has_no_spread(trades: Any, quotes: Any) -> None:
    unknown = trades.assign(side=0)
    assert effective_spread(unknown, quotes)["effective_spread"].isna().all()
    assert realised_spread(unknown, quotes)[["effective_spread", "realised_spread"]].isna().all(axis=None)


def test_polars_and_a_horizon_beyond_the_end(trades: Any, quotes: Any) -> None:
    first, second = (pl.from_pandas(one.reset_index()) for one in (trades, quotes))
    found = realised_spread(first, second, "1s")
    assert isinstance(found, pl.DataFrame)
    assert found["trade_time"].dtype == pl.Datetime("ns", "UTC")
    assert found["realised_spread"].fill_null(float("nan")).to_numpy() == pytest.approx(
        realised_spread(trades, quotes, "1s")["realised_spread"].to_numpy(), nan_ok=True
    )
    assert isinstance(effective_spread(first, second), pl.DataFrame)
    assert realised_spread(trades, quotes, "1D").empty
    for horizon in ("0s", "-5s"):
        with pytest.raises(ParameterError, match="The 'horizon' parameter of realised_spread"):
            realised_spread(trades, quotes, horizon)
