from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.analytics.trades.ledger import books, wealth

from ml_analytics.analytics.trades import RoundTrips, matching, round_trips
from ml_analytics.core.errors import ParameterError

METHODS = ("fifo", "lifo", "average")
PER = ("exit", "lot", "position")
MULTIPLIER = {"A": Decimal(1), "B": Decimal("0.01"), "C": Decimal(50)}
DAYS = pd.date_range("2024-01-01", periods=6).strftime("%Y-%m-%d").tolist()


def decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False)


FILL = st.fixed_dictionaries(
    {
        "time": st.sampled_from(DAYS),
        "symbol": st.sampled_from("ABC"),
        "quantity": st.one_of(st.integers(-3, 3), decimals("-2", "2", 1), decimals("-5", "5", 4)),
        "price": decimals("-1", "20", 2),
        "fee": decimals("-0.1", "2", 2),
    }
).filter(lambda one: bool(one["quantity"]))
LOGS = st.lists(FILL, max_size=25)
PRICES = st.fixed_dictionaries({symbol: decimals("-5", "30", 2) for symbol in "ABC"})
Log = list[dict[str, Any]]
LAW = settings(deadline=None, max_examples=50)


def trips(log: Log, method: Any, per: Any = "exit") -> RoundTrips:
    numbers = {name: float(value) for name, value in MULTIPLIER.items()}
    return round_trips(log, method, per=per, multiplier=numbers)


def simple(*rows: tuple[float, float], fee: float = 0.0, symbol: str = "A") -> Log:
    """Return fills a day apart: (quantity, price)."""
    times = pd.date_range("2024-01-01", periods=len(rows))
    return [
        {"time": at, "symbol": symbol, "quantity": quantity, "price": price, "fee": fee}
        for at, (quantity, price) in zip(times, rows, strict=True)
    ]


def as_log(frame: pd.DataFrame) -> Log:
    """Return the rows of the real log."""
    rows = zip(frame.index, frame["symbol"], frame["amount"], frame["price"], strict=True)
    names = ("time", "symbol", "quantity", "price", "fee")
    return [dict(zip(names, (*row, 0), strict=True)) for row in rows]


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(log=LOGS)
def test_every_row_is_that_of_the_slow_books(method: str, log: Log) -> None:
    exits, left = books(log, method, MULTIPLIER)
    found = trips(log, method)
    assert found.table["symbol"].tolist() == [one.symbol for one in exits]
    assert found.table["side"].tolist() == ["long" if one.long else "short" for one in exits]
    assert found.table["fills"].tolist() == [one.fills for one in exits]
    for name in ("quantity", "entry_price", "exit_price", "fees", "pnl"):
        expected = [float(getattr(one, name)) for one in exits]
        np.testing.assert_allclose(found.table[name], expected, rtol=1e-12, atol=1e-9)
    for symbol, book in left.items():
        lots = found.open_lots[found.open_lots["symbol"] == symbol]
        signed = np.where(lots["side"] == "long", lots["quantity"], -lots["quantity"])
        assert signed.tolist() == [float(lot.signed) for lot in book.lots]
        np.testing.assert_allclose(lots["price"], [float(lot.price) for lot in book.lots], atol=1e-9)
        np.testing.assert_allclose(lots["fees"], [float(lot.fees) for lot in book.lots], atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(per=st.sampled_from(PER), log=LOGS, prices=PRICES)
def test_profit_is_the_change_of_cash_and_holdings(
    method: str, per: str, log: Log, prices: Mapping[str, Decimal]
) -> None:
    found = trips(log, method, per)
    total = found.realised + found.unrealised({name: float(one) for name, one in prices.items()})
    assert abs(total - float(wealth(log, prices, MULTIPLIER))) < 1e-6


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(per=st.sampled_from(PER), log=LOGS.filter(bool), data=st.data())
def test_splitting_a_fill_changes_nothing(method: str, per: str, log: Log, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(log) - 1))
    part = data.draw(decimals("0.1", "0.9", 1))
    fill = log[at]
    quantity, fee = Decimal(str(fill["quantity"])), fill["fee"]
    halves = [
        fill | {"quantity": quantity * part, "fee": fee * part},
        fill | {"quantity": quantity - quantity * part, "fee": fee - fee * part},
    ]
    whole, split = trips(log, method, per), trips([*log[:at], *halves, *log[at + 1 :]], method, per)
    pd.testing.assert_frame_equal(whole.table, split.table, rtol=1e-9, atol=1e-9)
    pd.testing.assert_frame_equal(whole.open_lots, split.open_lots, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(log=LOGS)
def test_both_ends_and_the_other_side(method: str, log: Log) -> None:
    """Prices mirrored and sides swapped: the same profits, short for long."""
    mirrored = [one | {"quantity": -one["quantity"], "price": -one["price"]} for one in log]
    there, back = trips(log, method), trips(mirrored, method)
    np.testing.assert_allclose(there.table["pnl"], back.table["pnl"], atol=1e-9)
    assert (there.table["side"] != back.table["side"]).all()
    assert (there.table["exit_time"] >= there.table["entry_time"]).all()
    assert there.table["exit_time"].is_monotonic_increasing


@LAW
@given(log=LOGS)
def test_positions_and_lots_sum_to_the_exits(log: Log) -> None:
    """What a row is changes neither quantities nor money."""
    for method in METHODS:
        exits, lots, positions = (trips(log, method, per).table for per in PER)
        for name in ("quantity", "fees", "pnl"):
            expected = exits.groupby("symbol")[name].sum()
            for other in (lots, positions):
                pd.testing.assert_series_equal(other.groupby("symbol")[name].sum(), expected, atol=1e-9)
        assert len(positions) <= len(exits) <= len(lots)


@pytest.mark.parametrize("method", METHODS)
@LAW
@given(log=LOGS)
@example(log=simple((10, 5.0), (-4, 6.0), (-8, 7.0), (2, 1.0)))
def test_compiled_is_the_same(method: str, log: Log) -> None:
    slow = trips(log, method)
    usual, matching.MANY = matching.MANY, 0
    try:
        fast = trips(log, method)
    finally:
        matching.MANY = usual
    pd.testing.assert_frame_equal(slow.table, fast.table)
    pd.testing.assert_frame_equal(slow.open_lots, fast.open_lots)


def test_the_textbook() -> None:
    """Bought at 10 and 12, half sold at 15: 5 first, 3 last, 4 at the average."""
    log = simple((100, 10.0), (100, 12.0), (-100, 15.0))
    profits = {method: trips(log, method).table["pnl"].tolist() for method in METHODS}
    assert profits == {"fifo": [500.0], "lifo": [300.0], "average": [400.0]}
    left = {method: trips(log, method).open_lots["price"].tolist() for method in METHODS}
    assert left == {"fifo": [12.0], "lifo": [10.0], "average": [11.0]}


@pytest.mark.parametrize("method", METHODS)
def test_a_flip_closes_and_opens(method: str) -> None:
    found = trips(simple((10, 5.0), (-15, 6.0), (5, 4.0), fee=1.5), method)
    assert found.table["side"].tolist() == ["long", "short"]
    assert found.table["quantity"].tolist() == [10.0, 5.0]
    np.testing.assert_allclose(found.table["fees"], [1.5 + 1.0, 0.5 + 1.5])
    np.testing.assert_allclose(found.table["pnl"], [10.0 - 2.5, 10.0 - 2.0])
    assert found.table["fills"].tolist() == [2, 2]
    assert found.open_lots.empty


@pytest.mark.parametrize("method", METHODS)
def test_decimals_end_flat(method: str) -> None:
    assert trips(simple((0.1, 5.0), (0.2, 5.5), (-0.3, 6.0)), method).open_lots.empty
    thirds = trips(simple(*[(1 / 3, 5.0 + i) for i in range(3)], (-1.0, 6.0)), method)
    assert thirds.open_lots.empty
    assert thirds.table["pnl"].sum() == pytest.approx(0.0)


def test_one_row_from_flat_to_flat() -> None:
    log = simple((10, 5.0), (10, 6.0), (-5, 7.0), (-15, 8.0), (4, 9.0), (-1, 10.0), fee=0.1)
    for method in METHODS:
        found = trips(log, method, "position").table
        assert found["quantity"].tolist() == [20.0, 1.0]
        np.testing.assert_allclose(found["exit_price"], [7.75, 10.0])
        np.testing.assert_allclose(found["entry_price"], [5.5, 9.0])
        np.testing.assert_allclose(found["pnl"], [45.0 - 0.4, 1.0 - 0.025 - 0.1])
        assert found["fills"].tolist() == [4, 2]
        assert found["duration"].tolist() == [pd.Timedelta(days=3), pd.Timedelta(days=1)]


def test_the_return_is_on_the_money_at_entry() -> None:
    table = round_trips(simple((2, -10.0), (-2, -8.0), (1, 0.0), (-1, 3.0)), multiplier=50).table
    assert table["pnl"].tolist() == [200.0, 150.0]
    np.testing.assert_array_equal(table["return"], [0.2, np.nan])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per", PER)
def test_a_price_next_to_nothing_does_not_overflow(method: Any, per: Any) -> None:
    found = round_trips(simple((1, 1e-310), (-1, 3.0)), method, per=per).table
    assert found["return"].tolist() == [np.inf]
    assert found["pnl"].tolist() == [3.0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per", PER)
def test_no_fills_and_one(method: Any, per: Any) -> None:
    for log in ([], pd.DataFrame(), simple((5, 3.0))):
        found = round_trips(log, method, per=per)
        assert found.table.empty
        assert list(found.table.columns) == list(
            trips(simple((1, 1.0), (-1, 2.0)), method, per).table.columns
        )
        assert found.realised == 0.0
    assert found.open_lots["quantity"].tolist() == [5.0]
    assert found.unrealised({"A": 4.0}) == 5.0
    assert round_trips([], method).unrealised({}) == 0.0


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_times_keep_their_zone(zone: str | None) -> None:
    log = pd.DataFrame(simple((1, 1.0), (-1, 2.0)))
    log["time"] = log["time"].dt.tz_localize(zone)
    table = round_trips(log).table
    assert table["entry_time"].tolist() == log["time"].tolist()[:1]
    assert str(table["exit_time"].dt.tz) == str(zone)
    same = round_trips(pl.DataFrame(log)).table
    assert same["exit_time"].tolist() == table["exit_time"].tolist()


def test_fills_of_one_time_keep_their_order() -> None:
    rows = simple((1, 5.0), (-1, 6.0), (-1, 7.0), (1, 4.0))
    together = [row | {"time": "2024-01-01"} for row in rows]
    assert round_trips(together).table["pnl"].tolist() == [1.0, 3.0]
    assert round_trips(together[::-1]).table["pnl"].tolist() == [3.0, 1.0]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"method": "hifo"}, "'method' parameter of round_trips must be one of fifo, lifo, average. Got 'hifo'"),
        ({"per": "day"}, "'per' .* one of exit, lot, position"),
        ({"multiplier": 0}, "'multiplier' .* positive"),
        ({"multiplier": {"A": -1}}, "'multiplier' .* positive"),
    ],
)  # fmt: skip
def test_mistaken_options(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        round_trips(simple((1, 1.0)), **options)


def test_a_held_symbol_needs_a_price() -> None:
    with pytest.raises(ParameterError, match=r"known price of 'A', which is held\. Got None"):
        round_trips(simple((1, 1.0))).unrealised({"B": 1.0})


@pytest.mark.real_data
@pytest.mark.parametrize("per", PER)
@pytest.mark.parametrize("method", METHODS)
def test_the_real_log_reconciles_to_the_cent(
    method: Any, per: Any, real_fills: pd.DataFrame, real_positions: pd.DataFrame
) -> None:
    """The account began with 100,000; its own file says what cash and stocks were worth at the end."""
    found = round_trips(real_fills, method, per=per)
    prices = real_fills.groupby("symbol")["price"].last()
    total = found.realised + found.unrealised(prices)
    assert abs(100_000 + total - real_positions.iloc[-1].sum()) < 0.005
    now = {str(name): price for name, price in prices.items()}
    assert abs(total - float(wealth(as_log(real_fills), now))) < 0.005
    assert len(found.table) > 100
    assert set(found.table["side"]) == {"long", "short"}


@pytest.mark.real_data
@pytest.mark.parametrize("method", METHODS)
def test_the_real_log_is_that_of_the_slow_books(method: Any, real_fills: pd.DataFrame) -> None:
    exits, _ = books(as_log(real_fills.iloc[:1500]), method)
    found = round_trips(real_fills.iloc[:1500], method).table
    assert found["fills"].tolist() == [one.fills for one in exits]
    np.testing.assert_allclose(found["pnl"], [float(one.pnl) for one in exits], atol=1e-6)
