"""Bars against a slow loop over trades; volume is conserved; a bar never changes after its stamp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import FeatureEngineeringPipeline
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features import dollar_bars, tick_bars, time_bars, volume_bars

Maker = Callable[..., Any]
Rows = list[dict[str, Any]]
SECOND = 10**9

MAKERS: dict[str, Callable[..., Any]] = {
    "time": lambda trades, **more: time_bars(trades, "1s", **more),
    "tick": lambda trades, **more: tick_bars(trades, 7, **more),
    "volume": lambda trades, **more: volume_bars(trades, 20.0, **more),
    "dollar": lambda trades, **more: dollar_bars(trades, 2_000.0, **more),
}


def one_bar(part: pd.DataFrame, stamp: int) -> dict[str, Any]:
    """Make one bar of its trades, the plain way."""
    volume = sum(part["qty"])
    return {
        "timestamp": stamp,
        "open": part["price"].iloc[0],
        "high": max(part["price"]),
        "low": min(part["price"]),
        "close": part["price"].iloc[-1],
        "volume": volume,
        "vwap": sum(part["price"] * part["qty"]) / volume,
        "trades": len(part),
        "buy_volume": sum(part["qty"][part["side"] == 1]),
    }


def slow_time(trades: Any) -> Rows:
    found = []
    ends = sorted({(int(at.value) // SECOND + 1) * SECOND for at in trades.index})
    for end in ends:
        inside = [end - SECOND <= int(at.value) < end for at in trades.index]
        if end <= trades.index[-1].value:
            found.append(one_bar(trades[inside], end))
    return found


def slow_until(trades: Any, amounts: pd.Series, least: float) -> Rows:
    found: Rows = []
    begin, total, stamp = 0, 0.0, -1
    for row, amount in enumerate(amounts):
        total += amount
        if total >= least:
            stamp = max(int(trades.index[row].value), stamp + 1)
            found.append(one_bar(trades.iloc[begin : row + 1], stamp))
            begin, total = row + 1, 0.0
    return found


SLOW: dict[str, Callable[[pd.DataFrame], Rows]] = {
    "time": slow_time,
    "tick": lambda trades: slow_until(trades, trades["qty"] * 0 + 1, 7),
    "volume": lambda trades: slow_until(trades, trades["qty"], 20.0),
    "dollar": lambda trades: slow_until(trades, trades["qty"] * trades["price"], 2_000.0),
}


def as_rows(bars: Any) -> Rows:
    return [
        {"timestamp": at.value, **row} for at, row in zip(bars.index, bars.to_dict("records"), strict=True)
    ]


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 120), gap_ms=st.sampled_from([1, 50, 900]))
def test_bars_are_those_of_a_loop(kind: str, make_trades: Maker, seed: int, count: int, gap_ms: int) -> None:
    trades = make_trades(count, seed, gap_ms)
    found, expected = as_rows(MAKERS[kind](trades)), SLOW[kind](trades)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=0)
        assert ours["timestamp"] == theirs["timestamp"]


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 150), cut=st.integers(1, 150))
def test_cutting_off_the_trades_changes_no_bar_that_was_closed(
    kind: str, make_trades: Maker, seed: int, count: int, cut: int
) -> None:
    trades = make_trades(count, seed)
    whole, part = MAKERS[kind](trades), MAKERS[kind](trades.iloc[:cut])
    pd.testing.assert_frame_equal(part, whole.iloc[: len(part)])
    # And every bar that could be known by then is there.
    assert (whole.index[len(part) :] > trades.index[min(cut, count) - 1]).all() or kind != "time"


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 150))
def test_volume_trades_and_money_are_conserved(kind: str, make_trades: Maker, seed: int, count: int) -> None:
    trades = make_trades(count, seed)
    bars = MAKERS[kind](trades, incomplete="flag")
    assert bars["volume"].sum() == trades["qty"].sum()
    assert bars["trades"].sum() == count
    assert bars["buy_volume"].sum() == trades["qty"][trades["side"] == 1].sum()
    money = (bars["vwap"] * bars["volume"]).sum()
    assert money == pytest.approx((trades["price"] * trades["qty"]).sum(), rel=1e-12)
    assert (bars["low"] <= bars[["open", "close", "vwap"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close", "vwap"]].max(axis=1)).all()
    assert bars.index.is_monotonic_increasing and bars.index.is_unique
    pd.testing.assert_frame_equal(bars[bars["complete"]].drop(columns="complete"), MAKERS[kind](trades))
    assert bars["complete"].iloc[:-1].all()


def test_a_trade_on_the_edge_belongs_to_the_bar_that_begins_there() -> None:
    minute = pd.Timestamp("2024-01-01 00:01", tz="UTC")
    at = pd.DatetimeIndex([minute - pd.Timedelta("1ns"), minute, minute + pd.Timedelta("1min")])
    bars = time_bars(pd.DataFrame({"price": [1.0, 2.0, 3.0], "qty": 1.0}, index=at))
    assert bars["close"].tolist() == [1.0, 2.0]
    assert bars.index.tolist() == [at[1], at[2]]


def test_intervals_without_trades_are_skipped_or_carried() -> None:
    at = pd.to_datetime(["2024-01-01 00:00:10", "2024-01-01 00:03:10", "2024-01-01 00:04:00"], utc=True)
    trades = pd.DataFrame({"price": [1.0, 2.0, 3.0], "qty": 1.0, "side": 1}, index=at)
    assert time_bars(trades)["close"].tolist() == [1.0, 2.0]
    carried = time_bars(trades, empty="carry")
    assert carried.index.tolist() == pd.date_range(at[0].ceil("min"), periods=4, freq="min").tolist()
    assert carried["close"].tolist() == carried["vwap"].tolist() == carried["open"].tolist() == [1, 1, 1, 2]
    assert carried["volume"].tolist() == carried["trades"].tolist() == [1, 0, 0, 1]
    assert carried["buy_volume"].tolist() == [1, 0, 0, 1]
    flagged = time_bars(trades, empty="carry", incomplete="flag")
    assert flagged["complete"].tolist() == [True] * 4 + [False]


def test_the_days_of_time_bars_begin_at_midnight_utc_wherever_the_zone() -> None:
    at = pd.date_range("2024-03-30 20:00", periods=40, freq="3h", tz="Europe/Berlin")
    bars = time_bars(pd.DataFrame({"price": 1.0, "qty": 1.0}, index=at), "1D")
    assert (bars.index == bars.index.normalize()).all() and str(bars.index.tz) == "UTC"
    peer = pd.Series(1, index=at.tz_convert("UTC")).resample("1D", closed="left", label="right").sum()
    assert bars["trades"].tolist() == peer.iloc[:-1].tolist()


def test_decimal_quantities_fill_a_bar_although_floats_miss_it() -> None:
    at = pd.date_range("2024-01-01", periods=3000, freq="s", tz="UTC")
    bars = volume_bars(pd.DataFrame({"price": 1.0, "qty": 0.1}, index=at), 1.0)
    assert bars["trades"].tolist() == [10] * 300


def test_a_sum_too_large_to_feel_the_next_trade_does_not_hang() -> None:
    at = pd.date_range("2024-01-01", periods=4, freq="s", tz="UTC")
    trades = pd.DataFrame({"price": 1.0, "qty": [1e18, 1e-9, 1e-9, 5.0]}, index=at)
    assert volume_bars(trades, 1e-9)["trades"].sum() == 4


def test_bars_that_close_at_one_instant_are_stamped_one_nanosecond_apart() -> None:
    at = pd.DatetimeIndex(["2024-01-01"] * 3, tz="UTC")
    bars = tick_bars(pd.DataFrame({"price": [1.0, 2.0, 3.0], "qty": 1.0}, index=at), 1)
    assert np.diff(bars.index.as_unit("ns").asi8).tolist() == [1, 1]
    assert bars.index[0] == at[0], "never before it was known"


@pytest.mark.parametrize("kind", MAKERS)
def test_bars_feed_the_feature_pipeline(kind: str, trades: Any) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"momentum": ["rsi_14"]}})
    bars = MAKERS[kind](trades)
    features = pipeline.generate_features(bars)
    assert features.index.equals(bars.index)
    assert features["rsi_14"].notna().sum() == len(bars) - 14


@pytest.mark.parametrize("kind", MAKERS)
def test_polars_in_polars_out(kind: str, trades: Any) -> None:
    expected = MAKERS[kind](trades)
    given_polars = pl.from_pandas(trades.reset_index())
    found = MAKERS[kind](given_polars)
    assert isinstance(found, pl.DataFrame)
    assert found.columns == ["timestamp", *expected.columns]
    assert found["timestamp"].dtype == pl.Datetime("ns", "UTC")
    pd.testing.assert_frame_equal(
        found.to_pandas().set_index("timestamp"), expected, check_index_type=False, check_freq=False
    )
    features = FeatureEngineeringPipeline({"technical_indicators": {"returns": True}}).generate_features(
        found
    )
    assert isinstance(features, pl.DataFrame) and features.height == found.height


def test_the_bought_volume_is_told_by_the_tick_rule_when_nothing_else_says() -> None:
    at = pd.date_range("2024-01-01", periods=4, freq="s", tz="UTC")
    bars = tick_bars(pd.DataFrame({"price": [1.0, 2.0, 2.0, 1.0], "qty": [1.0, 2.0, 4.0, 8.0]}, index=at), 4)
    assert bars["buy_volume"].tolist() == [6.0]


def test_too_few_trades_make_no_bar_but_its_columns(trades: Any) -> None:
    for make in MAKERS.values():
        bars = make(trades.iloc[:1])
        assert len(bars) <= 1
        assert list(bars.columns) == list(make(trades).columns)
    assert tick_bars(trades, 501).empty
    assert tick_bars(trades, 501, incomplete="flag")["complete"].tolist() == [False]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: time_bars(t, "0s"), "The 'every' parameter of time_bars must be a duration above 0"),
        (lambda t: time_bars(t, "-1s"), "'every' parameter"),
        (lambda t: time_bars(t, "1 fortnight"), "'every' parameter"),
        (lambda t: time_bars(t, 60), "'every' parameter"),  # type: ignore[arg-type]
        (lambda t: time_bars(t, "1ns", empty="carry"), "long enough for at most 20,000,000 bars"),
        (
            lambda t: time_bars(t, empty="fill"),  # type: ignore[arg-type]
            "The 'empty' parameter of time_bars must be one of skip, carry",
        ),
        (lambda t: time_bars(t, incomplete="keep"), "'incomplete' parameter"),  # type: ignore[arg-type]
        (lambda t: time_bars(t, method="lee_ready"), "another when there are no quotes"),
        (
            lambda t: tick_bars(t, 0),
            "The 'count' parameter of tick_bars must be a whole number of at least 1",
        ),
        (lambda t: tick_bars(t, True), "'count' parameter"),
        (lambda t: tick_bars(t, 2.0), "'count' parameter"),  # type: ignore[arg-type]
        (
            lambda t: volume_bars(t, 0),
            "The 'volume' parameter of volume_bars must be a finite number above 0",
        ),
        (lambda t: volume_bars(t, float("nan")), "'volume' parameter"),
        (lambda t: dollar_bars(t, float("inf")), "'dollars' parameter"),
        (lambda t: dollar_bars(t, "much"), "'dollars' parameter"),  # type: ignore[arg-type]
    ],
)
def test_parameters_that_cannot_be(trades: Any, call: Callable[[pd.DataFrame], Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        call(trades)


def test_amounts_and_lengths_beyond_all_measure(trades: Any) -> None:
    assert tick_bars(trades, 10**30).empty and volume_bars(trades, 1e300).empty
    with pytest.raises(ParameterError, match=r"must be a finite number above 0. Got 1000"):
        dollar_bars(trades, 10**400)
    late = pd.DataFrame({"price": 1.0, "qty": 1.0}, index=pd.DatetimeIndex(["2262-01-01"], tz="UTC"))
    with pytest.raises(ParameterError, match="short enough to end before the year 2262"):
        time_bars(late, "100000D")


def test_no_trades_is_one_sentence(trades: Any) -> None:
    for make in MAKERS.values():
        with pytest.raises(DataProcessingError, match=r"must have at least one row. Got no rows"):
            make(trades.iloc[:0])
