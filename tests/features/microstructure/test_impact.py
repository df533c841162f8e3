"""Kyle's lambda against statsmodels on intervals made by pandas; Amihud against its formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import amihud_illiquidity, kyle_lambda

Maker = Callable[..., Any]


def by_second(trades: Any, quotes: Any) -> pd.DataFrame:
    """Make change of the mid and signed volume of every second, by pandas alone."""
    mid = (quotes["bid"] + quotes["ask"]) / 2
    options: Any = {"closed": "left", "label": "right"}
    last = mid.resample("1s", **options).last()
    signed = (trades["qty"] * trades["side"]).resample("1s", **options).sum()
    money = (trades["qty"] * trades["price"]).resample("1s", **options).sum()
    begin, end = min(trades.index[0], quotes.index[0]), max(trades.index[-1], quotes.index[-1])
    every = pd.date_range(begin.floor("s") + pd.Timedelta("1s"), end.floor("s"), freq="1s")
    frame = pd.DataFrame({"mid": last.reindex(every).ffill()}, index=every)
    return frame.assign(signed=signed.reindex(every).fillna(0.0), money=money.reindex(every).fillna(0.0))


def test_kyle_s_lambda_is_the_slope_of_statsmodels(trades: Any, quotes: Any) -> None:
    window, table = 20, by_second(trades, quotes)
    found = kyle_lambda(trades, quotes, "1s", window)
    assert found.index.tolist() == table.index.tolist()
    move = table["mid"].diff().to_numpy()
    first = int(np.flatnonzero(np.isfinite(move))[0])
    assert found.iloc[: first + window - 1].isna().all(axis=None)
    assert found.iloc[first + window - 1 :].notna().all(axis=None)
    for row in range(first + window - 1, len(table)):
        part = slice(row - window + 1, row + 1)
        fit = sm.OLS(move[part], sm.add_constant(table["signed"].to_numpy()[part])).fit()
        expected = [fit.params[1], fit.tvalues[1], fit.rsquared]
        assert found.iloc[row].tolist() == pytest.approx(expected, rel=1e-8)


def test_units_of_price_and_quantity(trades: Any, quotes: Any) -> None:
    found = kyle_lambda(trades, quotes, "1s", 20)["kyle_lambda"]
    dearer = kyle_lambda(
        trades.assign(price=4 * trades["price"]),
        quotes.assign(bid=4 * quotes["bid"], ask=4 * quotes["ask"]),
        "1s",
        20,
    )["kyle_lambda"]
    larger = kyle_lambda(trades.assign(qty=4 * trades["qty"]), quotes, "1s", 20)["kyle_lambda"]
    np.testing.assert_allclose(dearer, 4 * found, rtol=1e-9)
    np.testing.assert_allclose(larger, found / 4, rtol=1e-9)


def test_a_planted_lambda_is_found_again() -> None:
    rng = np.random.default_rng(0)
    at = pd.date_range("2024-01-01", periods=4000, freq="250ms", tz="UTC")
    trades = pd.DataFrame(
        {"price": 100.0, "qty": rng.exponential(1, 4000), "side": rng.choice([-1, 1], 4000)}, index=at
    )
    mid = 100 + np.cumsum(0.02 * trades["qty"] * trades["side"] + rng.normal(0, 0.01, 4000))
    quotes = pd.DataFrame({"bid": mid - 0.005, "ask": mid + 0.005}, index=at)
    found = kyle_lambda(trades, quotes, "1s", 900).iloc[-1]
    assert found["kyle_lambda"] == pytest.approx(0.02, rel=0.05) and found["r_squared"] > 0.7


def test_without_quotes_the_trades_are_the_price(trades: Any) -> None:
    quotes = pd.DataFrame({"bid": trades["price"], "ask": trades["price"]})
    pd.testing.assert_frame_equal(kyle_lambda(trades, every="1s"), kyle_lambda(trades, quotes, "1s"))
    pd.testing.assert_frame_equal(
        amihud_illiquidity(trades, every="1s"), amihud_illiquidity(trades, quotes, "1s")
    )


def test_one_sided_volume_of_one_size_has_no_slope() -> None:
    at = pd.date_range("2024-01-01", periods=30, freq="s", tz="UTC")
    trades = pd.DataFrame({"price": np.arange(30.0) + 1, "qty": 0.1, "side": 1}, index=at)
    assert kyle_lambda(trades, every="1s", window=5).isna().all(axis=None)


def test_amihud_is_its_formula(make_trades: Maker, make_quotes: Maker) -> None:
    trades, quotes = make_trades(60, 3, gap_ms=3000), make_quotes(200, 3)
    window, table = 5, by_second(trades, quotes)
    found = amihud_illiquidity(trades, quotes, "1s", window)["amihud"]
    assert found.index.tolist() == table.index.tolist() and (table["money"] == 0).any()
    move = np.abs(np.log(table["mid"]).diff())
    each = (move / table["money"]).where(table["money"] > 0)
    for row in range(len(table)):
        part = each.iloc[max(0, row - window + 1) : row + 1].dropna()
        expected = part.mean() if row >= window - 1 and len(part) else np.nan
        assert found.iloc[row] == pytest.approx(expected, nan_ok=True, rel=1e-12)
    twice = amihud_illiquidity(trades.assign(qty=2 * trades["qty"]), quotes, "1s", window)["amihud"]
    np.testing.assert_allclose(twice, found / 2, rtol=1e-12)


def test_over_bars_and_polars(trades: Any, quotes: Any) -> None:
    bars = pd.DataFrame({"close": 1.0}, index=trades.index[::20].unique())
    assert kyle_lambda(trades, quotes, bars, 5).index.tolist() == bars.index.tolist()
    first, second = (pl.from_pandas(one.reset_index()) for one in (trades, quotes))
    for ours in (kyle_lambda(first, second, "1s", 5), amihud_illiquidity(first, second, "1s", 5)):
        assert isinstance(ours, pl.DataFrame)
    of_pandas = kyle_lambda(trades, quotes, "1s", 5)
    assert kyle_lambda(first, second, "1s", 5)["kyle_lambda"].to_numpy() == pytest.approx(
        of_pandas["kyle_lambda"].to_numpy(), nan_ok=True
    )


def test_what_cannot_be(trades: Any, quotes: Any) -> None:
    with pytest.raises(
        ParameterError, match="The 'window' parameter of kyle_lambda must be a whole number of at least 3"
    ):
        kyle_lambda(trades, quotes, "1s", 2)
    with pytest.raises(ParameterError, match="The 'window' parameter of amihud_illiquidity"):
        amihud_illiquidity(trades, quotes, "1s", 0)
    with pytest.raises(ParameterError, match="'lag' parameter of kyle_lambda"):
        kyle_lambda(trades, quotes, lag="-1s")
