"""The real ticks of BTCUSDT: what a trader who knows that market expects of the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import FeatureEngineeringPipeline
from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features import (
    clock_offset,
    dollar_bars,
    effective_spread,
    kyle_lambda,
    order_flow_imbalance,
    quote_features,
    rebuild_book,
    stamp_arrivals,
    tick_bars,
    time_bars,
    trade_features,
    trade_signs,
    volume_bars,
    vpin,
)

pytestmark = pytest.mark.real_data
Reader = Callable[[str], Any]
TICK = {"spot": 0.01, "usdm": 0.1}


@pytest.fixture(scope="module")
def ticks(real_ticks: Reader) -> dict[str, Any]:
    """All three tables, their clock put right."""
    raw = {kind: real_ticks(kind) for kind in ("trades", "bbo", "depth")}
    offset = clock_offset(*raw.values())
    return {kind: stamp_arrivals(table, offset) for kind, table in raw.items()}


@pytest.fixture(params=["spot", "usdm"])
def market(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def of(ticks: dict[str, Any], kind: str, market: str) -> Any:
    table = ticks[kind]
    return table[table["market"] == market]


def test_the_collector_s_clock_is_1_276_seconds_behind(real_ticks: Reader) -> None:
    trades = real_ticks("trades")
    offset = clock_offset(trades, real_ticks("bbo"), real_ticks("depth"))
    assert 1.26 < offset.total_seconds() < 1.28
    with pytest.raises(DataProcessingError, match=r"up to 1.27\d* s before the exchange's times"):
        time_bars(trades[trades["market"] == "spot"])
    with pytest.raises(DataProcessingError, match=r"Got 2 \(spot, usdm\)"):
        time_bars(trades, columns={"time": "local_ns"})


def test_the_spread_is_one_tick_most_of_the_time(ticks: dict[str, Any], market: str) -> None:
    found = quote_features(of(ticks, "bbo", market))
    assert found["spread"].median() == pytest.approx(TICK[market], abs=1e-9)
    assert found["spread"].min() == pytest.approx(TICK[market], abs=1e-9)
    assert (found["spread"] < 1.5 * TICK[market]).mean() > 0.8
    by_time = trade_features(of(ticks, "trades", market), of(ticks, "bbo", market), "1s")["spread_mean"]
    assert TICK[market] <= by_time.mean() + 1e-9 < 4 * TICK[market]


def test_bars_hold_all_trades_and_feed_the_pipeline(ticks: dict[str, Any], market: str) -> None:
    trades = of(ticks, "trades", market)
    for bars in (
        time_bars(trades, "10s", incomplete="flag"),
        tick_bars(trades, 100, incomplete="flag"),
        volume_bars(trades, 1.0, incomplete="flag"),
        dollar_bars(trades, 1e5, incomplete="flag"),
    ):
        assert bars["volume"].sum() == pytest.approx(trades["qty"].sum(), rel=1e-12)
        assert bars["buy_volume"].sum() == pytest.approx(trades["qty"][~trades["buyer_is_maker"]].sum())
        assert bars["trades"].sum() == len(trades)
    features = FeatureEngineeringPipeline().generate_features(tick_bars(trades, 50))
    assert len(features) == len(trades) // 50
    peer = trades.set_index("timestamp")["price"].resample("10s", closed="left", label="right").ohlc()
    ours = time_bars(trades, "10s")
    pd.testing.assert_frame_equal(
        ours[["open", "high", "low", "close"]],
        peer.dropna().iloc[:-1],
        check_freq=False,
        check_index_type=False,
    )


def test_the_tick_rule_knows_nearly_all_sides(ticks: dict[str, Any], market: str) -> None:
    trades = of(ticks, "trades", market)
    given, told = (trade_signs(trades, method=method)["side"] for method in ("given", "tick"))
    assert (given.to_numpy() == told.to_numpy()).mean() > 0.95


def test_on_the_exchange_s_clock_trades_happen_at_the_quotes(ticks: dict[str, Any]) -> None:
    trades, quotes = (
        of(ticks, kind, "usdm").sort_values("exch_ms", kind="stable") for kind in ("trades", "bbo")
    )
    clock = {"time": "exch_ms"}
    told = trade_signs(trades, quotes, method="lee_ready", columns=clock)["side"].to_numpy()
    given = trade_signs(trades, columns=clock)["side"].to_numpy()
    assert (told == given).mean() > 0.99
    paid = effective_spread(trades, quotes, columns=clock)["effective_spread"]
    assert paid.median() == pytest.approx(0.1, abs=1e-6)
    assert (paid < 0).mean() < 0.01


def test_by_time_of_arrival_quotes_come_before_the_trades_that_moved_them(
    ticks: dict[str, Any], market: str
) -> None:
    trades, quotes = of(ticks, "trades", market), of(ticks, "bbo", market)
    given = trade_signs(trades)["side"].to_numpy()
    hit = [
        (trade_signs(trades, quotes, method="lee_ready", lag=lag)["side"].to_numpy() == given).mean()
        for lag in ("0s", "20ms")
    ]
    assert hit[1] > hit[0] + 0.1


def test_order_flow_moves_the_price(ticks: dict[str, Any], market: str) -> None:
    trades, quotes = of(ticks, "trades", market), of(ticks, "bbo", market)
    table = trade_features(trades, quotes, "1s")
    move = table["mid"].diff()
    assert move.corr(table["ofi"]) > 0.6
    assert move.corr(table["signed_volume"]) > 0.4
    found = kyle_lambda(trades, quotes, "1s", 120).dropna()
    assert (found["kyle_lambda"] > 0).all() and found["t_value"].median() > 5
    # US dollars by which one bitcoin bought moves the price; the perpetual is deeper.
    low, high = (1, 10) if market == "spot" else (0.1, 2)
    assert low < found["kyle_lambda"].median() < high


def test_vpin_lies_between_0_and_1_and_is_high_on_that_day(ticks: dict[str, Any], market: str) -> None:
    trades = of(ticks, "trades", market)
    size = trades["qty"].sum() / 100
    found = vpin(trades, size, 20)
    assert len(found) in (99, 100)
    assert found["vpin"].dropna().between(0.2, 0.9).all()
    np.testing.assert_allclose(found["buy_volume"] + found["sell_volume"], size, rtol=1e-6)


def test_the_rebuilt_book_is_the_best_bid_and_ask_that_was_published(
    ticks: dict[str, Any], market: str
) -> None:
    book = rebuild_book(of(ticks, "depth", market), 10)
    assert book.notna().all(axis=None) and (book["bid"] < book["ask"]).all()
    for level in range(2, 11):
        before = "" if level == 2 else f"_{level - 1}"
        assert (book[f"bid_{level}"] < book[f"bid{before}"]).all() and (
            book[f"ask_{level}"] > book[f"ask{before}"]
        ).all()
    quotes = of(ticks, "bbo", market).set_index("timestamp")[["bid", "ask"]]
    both = pd.merge_asof(book[["bid", "ask"]], quotes, left_index=True, right_index=True).dropna()
    assert (both["bid_x"] == both["bid_y"]).mean() > 0.99 and (both["ask_x"] == both["ask_y"]).mean() > 0.99
    flow = order_flow_imbalance(book, "1s", levels=3)
    assert flow[["ofi", "ofi_2", "ofi_3"]].notna().all(axis=None)


def test_spot_quotes_have_no_time_of_the_exchange_and_are_read_by_arrival(real_ticks: Reader) -> None:
    trades, quotes = (of({kind: real_ticks(kind)}, kind, "spot") for kind in ("trades", "bbo"))
    assert quotes["exch_ms"].isna().all()
    without = quotes.drop(columns="exch_ms")
    assert clock_offset(trades, quotes) == clock_offset(trades)
    pd.testing.assert_frame_equal(order_flow_imbalance(quotes, "1s"), order_flow_imbalance(without, "1s"))
    pd.testing.assert_frame_equal(quote_features(quotes), quote_features(without))
    stamped = stamp_arrivals(quotes, clock_offset(trades))
    pd.testing.assert_frame_equal(
        stamped.drop(columns="exch_ms"), stamp_arrivals(without, clock_offset(trades))
    )
