"""What is read and what is refused of tables of trades and quotes, each in one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.microstructure.ticks import read_mid, read_prices, read_quotes, read_trades


def put(frame: Any, column: str, value: Any, row: int = 3) -> Any:
    frame = frame.copy()
    if isinstance(value, (str, complex)) or value is None:
        frame[column] = frame[column].astype(complex if isinstance(value, complex) else object)
    frame.iloc[row, frame.columns.get_loc(column)] = value
    return frame


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("price", np.nan, "The column 'price' of test must hold finite prices .* Got nan at row 3"),
        ("price", np.inf, "Got inf at row 3"),
        ("price", 0.0, "finite prices from 1e-12 to 1e15. Got 0.0 at row 3"),
        ("price", -1.0, "Got -1.0 at row 3"),
        ("qty", -0.5, "The column 'qty' of test must hold finite quantities above 0, at most 1e18. Got -0.5"),
        ("qty", 0.0, "Got 0.0 at row 3"),
        ("qty", np.nan, "Got nan at row 3"),
        ("qty", "many", "must hold numbers"),
        ("price", 1j, "must hold numbers. Got complex128"),
        ("side", 2, r"must hold \+1 or 'buy', -1 or 'sell', 0 for unknown. Got .*2.* at row 3"),
        ("side", "up", "Got 'up' at row 3"),
        ("side", None, "at row 3"),
    ],
)
def test_a_trade_that_cannot_be(trades: Any, column: str, value: Any, said: str) -> None:
    with pytest.raises(DataProcessingError, match=said):
        read_trades(put(trades, column, value), "test")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (
            "bid_qty",
            -1.0,
            "The column 'bid_qty' of test must hold finite quantities from 0 to 1e18. Got -1.0",
        ),
        ("ask_qty", np.nan, "Got nan at row 3"),
        ("bid", np.nan, "Got nan at row 3"),
        ("bid", 1e9, r"must not be crossed. Row 3 has the bid 1000000000.0 above the ask .* crossed='drop'"),
    ],
)
def test_a_quote_that_cannot_be(quotes: Any, column: str, value: float, said: str) -> None:
    with pytest.raises(DataProcessingError, match=said):
        read_quotes(put(quotes, column, value), "test")


def test_crossed_quotes_are_left_out_on_request(quotes: Any) -> None:
    crossed = put(put(quotes, "bid", 1e9), "ask", 1e-3, row=7)
    for read in (read_quotes, read_mid):
        found = read(crossed, "test", None, "drop")
        assert len(found.time) == len(quotes) - 2
        assert found.time.tolist() == quotes.index.delete([3, 7]).as_unit("ns").asi8.tolist()
    with pytest.raises(DataProcessingError, match=r"must not be crossed. Got no other row"):
        read_mid(crossed.iloc[[3]], "test", None, "drop")
    with pytest.raises(ParameterError, match="The 'crossed' parameter of test must be error or drop"):
        read_mid(quotes, "test", None, "swap")  # type: ignore[arg-type]


def test_a_locked_quote_and_an_empty_side_are_fine(quotes: Any) -> None:
    assert (quotes["bid"] == quotes["ask"]).any() and (quotes["bid_qty"] == 0).any()
    assert len(read_quotes(quotes, "test").time) == len(quotes)


@pytest.mark.parametrize(
    "sides",
    [
        [1, -1, 1],
        [1.0, -1.0, 1.0],
        ["buy", "sell", "BUY"],
        ["b", "s", "B "],
    ],
)
def test_sides_by_number_and_by_word(sides: list[Any]) -> None:
    at = pd.date_range("2024-01-01", periods=3, tz="UTC")
    frame = pd.DataFrame({"price": 1.0, "qty": 1.0, "side": sides}, index=at)
    of_polars = pl.from_pandas(frame.reset_index(names="time"))
    for table in (frame, of_polars):
        side = read_trades(table, "test").side
        assert side is not None and side.tolist() == [1, -1, 1]


@pytest.mark.parametrize("maker", [[False, True], [0, 1], pd.array([False, True], dtype="boolean")])
def test_a_buyer_who_is_the_maker_sold_nothing_to_take(maker: Any) -> None:
    at = pd.date_range("2024-01-01", periods=2, tz="UTC")
    frame = pd.DataFrame({"price": 1.0, "qty": 1.0, "buyer_is_maker": maker}, index=at)
    found = read_trades(frame, "test").side
    assert found is not None and found.tolist() == [1, -1]


def test_without_a_side_there_is_none(trades: Any) -> None:
    assert read_trades(trades.drop(columns="side"), "test").side is None


def test_other_names_of_columns_are_found_or_given(trades: Any) -> None:
    expected = read_trades(trades, "test")
    vendor = trades.rename(columns={"price": "Px", "qty": "Size"})
    own = trades.rename(columns={"price": "paid", "qty": "lots"})
    given = read_trades(own, "test", {"price": "paid", "qty": "lots", "bid": "not for trades"})
    for found in (read_trades(vendor, "test"), given):
        assert found.price.tolist() == expected.price.tolist() and found.qty.tolist() == expected.qty.tolist()
    with pytest.raises(
        DataProcessingError, match=r"must have the columns price, qty. Got none for price, qty among"
    ):
        read_trades(own, "test")
    with pytest.raises(ParameterError, match=r"must be a column of the trades for 'qty'. Got 'lots'"):
        read_trades(trades, "test", {"qty": "lots"})
    with pytest.raises(ParameterError, match="The 'columns' parameter of test must be a mapping"):
        read_trades(trades, "test", ["qty"])  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="must be made of the parts time"):
        read_trades(trades, "test", {"quantity": "qty"})


def test_two_markets_are_not_taken_for_one(trades: Any) -> None:
    mixed = trades.assign(market=["spot", "perpetual"] * 250)
    with pytest.raises(DataProcessingError, match=r"must be those of one market. Got 2 \(spot, perpetual\)"):
        read_trades(mixed, "test")
    assert len(read_trades(mixed[mixed["market"] == "spot"], "test").time) == 250


def test_prices_are_the_mid_of_quotes_or_the_trades(trades: Any, quotes: Any) -> None:
    assert read_prices(trades, "test").value.tolist() == trades["price"].tolist()
    assert read_prices(quotes, "test").value.tolist() == ((quotes["bid"] + quotes["ask"]) / 2).tolist()
    with pytest.raises(DataProcessingError, match="must have the columns bid, ask"):
        read_prices(quotes[["bid"]], "test")


@pytest.mark.parametrize("dtype", ["float32", "int64", "Float64", "Int64"])
def test_other_numbers_are_read_too(trades: Any, dtype: str) -> None:
    whole = trades.round().assign(qty=trades["qty"].clip(lower=1).round())
    found = read_trades(whole.astype({"price": dtype, "qty": dtype}), "test")
    assert found.price.dtype == np.float64 and found.price.tolist() == whole["price"].tolist()


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(
        ParameterError, match="The 'trades' parameter of test must be a pandas or polars table"
    ):
        read_trades("trades.csv", "test")
