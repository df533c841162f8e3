"""All measures in one table are those that the single functions give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import (
    amihud_illiquidity,
    effective_spread,
    kyle_lambda,
    order_flow_imbalance,
    quote_features,
    realised_spread,
    realised_variation,
    tick_bars,
    time_bars,
    trade_features,
)

OF_QUOTES = [
    "mid",
    "micro_price",
    "spread",
    "depth_imbalance",
    "spread_mean",
    "spread_bps_mean",
    "depth_mean",
]
PAID = ["effective_spread", "realised_spread", "price_impact"]
OF_TRADES = ["trades", "volume", "buy_volume", "signed_volume", "vwap"]
ROLLING = ["kyle_lambda", "amihud", "realised_variance", "bipower_variation"]


def weighted(values: pd.Series, weights: pd.Series) -> pd.Series:
    """Return the mean by weight in every second."""
    known = values.notna()
    options: Any = {"closed": "left", "label": "right"}
    top = (values * weights)[known].resample("1s", **options).sum()
    return top / weights[known].resample("1s", **options).sum()


def test_the_columns(trades: Any, quotes: Any) -> None:
    found = trade_features(trades, quotes)
    assert list(found.columns) == [*OF_QUOTES, "ofi", "ofi_normalised", *PAID, *OF_TRADES, *ROLLING]
    assert list(trade_features(trades).columns) == [*OF_TRADES, *ROLLING]
    assert (found.dtypes == np.float64).all()


def test_each_is_what_the_single_function_gives(trades: Any, quotes: Any) -> None:
    quotes = quotes[quotes.index >= trades.index[0]]
    both = trade_features(trades, quotes, "1s", window=10, horizon="2s")
    same = {
        "kyle_lambda": kyle_lambda(trades, quotes, "1s", 10)["kyle_lambda"],
        "amihud": amihud_illiquidity(trades, quotes, "1s", 10)["amihud"],
        "ofi": order_flow_imbalance(quotes, "1s")["ofi"],
        "ofi_normalised": order_flow_imbalance(quotes, "1s")["ofi_normalised"],
        **dict(realised_variation(quotes, "1s", 10).items()),
        **dict(
            quote_features(quotes)[OF_QUOTES[:4]]
            .resample("1s", closed="left", label="right")
            .last()
            .ffill()
            .items()
        ),
    }
    paid = effective_spread(trades, quotes)
    kept = realised_spread(trades, quotes, "2s")
    qty = trades["qty"].iloc[: len(kept)].set_axis(kept.index)
    same["effective_spread"] = weighted(paid["effective_spread"], trades["qty"].set_axis(paid.index))
    same["realised_spread"] = weighted(kept["realised_spread"], qty)
    same["price_impact"] = weighted(kept["price_impact"], qty)
    for name, expected in same.items():
        ours = both[name][both.index <= expected.index[-1]]
        theirs = expected.reindex(ours.index)
        pd.testing.assert_series_equal(
            ours, theirs, check_names=False, check_freq=False, check_index_type=False
        )


def test_with_the_bars_they_belong_to_volumes_are_theirs(trades: Any, quotes: Any) -> None:
    names = ["volume", "vwap", "buy_volume", "trades"]
    distinct = trades[~trades.index.duplicated()]
    for bars, closed in ((tick_bars(distinct, 20), None), (time_bars(distinct, "5s"), "left")):
        found = trade_features(distinct, quotes, bars, closed=closed)  # type: ignore[arg-type]
        assert found.index.tolist() == bars.index.tolist()
        np.testing.assert_allclose(found[names].to_numpy(), bars[names].to_numpy(), rtol=1e-12)


def test_what_is_known_of_nothing(trades: Any) -> None:
    at = pd.date_range("2024-01-01", periods=8, freq="s", tz="UTC")
    few = pd.DataFrame({"price": [100.0, 101.0], "qty": 1.0, "side": 1}, index=at[[4, 5]])
    quotes = pd.DataFrame(
        {"bid": 99.0, "bid_qty": 1.0, "ask": 101.0, "ask_qty": [1.0] * 5}, index=at[[2, 3, 5, 6, 7]]
    )
    found = trade_features(few, quotes, "1s", window=3)
    assert found.index.tolist() == at[3:].tolist()
    assert found["trades"].tolist() == [0, 0, 1, 1, 0] and found["volume"].tolist() == [0, 0, 1, 1, 0]
    assert found["vwap"].isna().tolist() == [True, True, False, False, True]
    assert found["effective_spread"].tolist() == pytest.approx(
        [np.nan, np.nan, 0.0, 2.0, np.nan], nan_ok=True
    )
    assert found["realised_spread"].isna().all() and (found["spread_mean"] == 2).all()


def test_polars(trades: Any, quotes: Any) -> None:
    found = trade_features(pl.from_pandas(trades.reset_index()), pl.from_pandas(quotes.reset_index()))
    assert isinstance(found, pl.DataFrame)
    np.testing.assert_array_equal(
        found.drop("timestamp").to_numpy(), trade_features(trades, quotes).to_numpy()
    )


def test_what_cannot_be(trades: Any, quotes: Any) -> None:
    for options in ({"window": 2}, {"horizon": "0s"}, {"lag": "-1s"}, {"method": "x"}, {"closed": "both"}):
        (name,) = options
        with pytest.raises(ParameterError, match=f"The '{name}' parameter of trade_features"):
            trade_features(trades, quotes, **options)
    with pytest.raises(DataProcessingError, match="must be in time order"):
        trade_features(trades, quotes.iloc[::-1])
    with pytest.raises(DataProcessingError, match="must not be crossed"):
        trade_features(trades, quotes.assign(ask=quotes["bid"] - 1))
