from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.analytics.trades import as_fills
from ml_analytics.core.errors import DataProcessingError, ParameterError

ROWS = [
    {"time": "2024-01-02T10:00:00", "symbol": "A", "qty": 10, "price": 5.0, "side": "buy", "fee": 0.5},
    {"time": "2024-01-03T10:00:00", "symbol": "B", "qty": 4, "price": 2.5, "side": "sell", "fee": 0.25},
]


@pytest.mark.parametrize(
    "log",
    [ROWS, iter(ROWS), pd.DataFrame(ROWS), pl.DataFrame(ROWS), pd.DataFrame(ROWS).set_index("time")],
    ids=["list", "iterator", "pandas", "polars", "index of text"],
)  # fmt: skip
def test_every_kind_of_log(log: Any) -> None:
    if isinstance(log, pd.DataFrame) and log.index.name == "time":
        log = log.set_axis(pd.to_datetime(log.index), axis=0)
    read = as_fills(log)
    assert read.quantity.tolist() == [10.0, -4.0]
    assert read.cash_flow.tolist() == [-50.5, 9.75]
    assert read.symbols.take(read.codes).tolist() == ["A", "B"]
    assert read.times.tz is None
    assert read.findings == ()


@pytest.mark.parametrize("quantity", ["quantity", "qty", "size", "Amount", "Filled Shares"])
@pytest.mark.parametrize("symbol", ["symbol", "sid", "TICKER", "instrument"])
@pytest.mark.parametrize("fees", ["fee", "fees", "Commission"])
@pytest.mark.parametrize("time", ["time", "timestamp", "date", "Executed At", "dt"])
def test_usual_names(quantity: str, symbol: str, fees: str, time: str) -> None:
    row = {time: "2024-01-02", symbol: 7, quantity: -3, "Price": 2, fees: 1}
    columns = {"quantity": quantity} if quantity == "Filled Shares" else None
    assert as_fills([row], columns=columns).cash_flow.tolist() == [5.0]


def test_a_symbol_goes_before_its_number() -> None:
    row = {"time": "2024-01-02", "sid": 7, "symbol": "A", "amount": 1, "price": 2.0}
    assert as_fills([row]).symbols.tolist() == ["A"]


@pytest.mark.parametrize(
    ("word", "sign"),
    [("buy", 1), ("BOT", 1), ("B", 1), (1, 1), (1.0, 1), ("long", 1), ("Sell", -1), ("SLD", -1), (-1, -1),
     ("sell short", -1)],
)  # fmt: skip
def test_sides(word: Any, sign: int) -> None:
    assert as_fills([ROWS[0] | {"side": word}]).quantity.tolist() == [sign * 10.0]
    if sign < 0:
        assert as_fills([ROWS[0] | {"side": word, "qty": -10}]).quantity.tolist() == [-10.0]


def test_decimals_are_numbers() -> None:
    row = ROWS[0] | {"qty": Decimal("0.1"), "price": Decimal("3.3"), "fee": 0}
    assert as_fills([row, row | {"qty": 1}]).cash_flow.tolist() == [-0.1 * 3.3, -3.3]


def test_unsorted_times_are_sorted_and_said() -> None:
    log = [
        {"time": f"2024-01-0{day}", "symbol": "A", "qty": number + 1, "price": 1.0}
        for number, day in enumerate((3, 1, 3, 2, 1))
    ]
    read = as_fills(log)
    assert read.quantity.tolist() == [2.0, 5.0, 4.0, 1.0, 3.0]
    assert read.times.is_monotonic_increasing
    assert read.findings == ("3 fills lay before the one above them; all were sorted by time.",)


def test_nothing_and_odd_prices_are_said() -> None:
    log = [ROWS[0], ROWS[0] | {"qty": 0, "fee": 0}, ROWS[0] | {"price": -37.63}, ROWS[0] | {"price": 0}]
    read = as_fills(log)
    assert read.quantity.tolist() == [10.0, 10.0, 10.0]
    assert read.findings == (
        "1 fills of quantity zero were left out.",
        "2 fills have a price of zero or below; they were taken as they are.",
    )


def test_zones() -> None:
    text = [ROWS[0] | {"time": one} for one in ("2024-01-02T10:00:00Z", "2024-01-02T12:00:00+01:00")]
    read = as_fills(text)
    assert [str(one) for one in read.times] == ["2024-01-02 10:00:00+00:00", "2024-01-02 11:00:00+00:00"]
    frame = pd.DataFrame(ROWS).assign(
        time=pd.to_datetime(["2024-03-09", "2024-03-11"]).tz_localize("America/New_York")
    )
    assert str(as_fills(frame).times.tz) == "America/New_York"


def test_logs_are_joined() -> None:
    first, second = as_fills(ROWS[:1], multiplier=2), as_fills(ROWS[1:])
    for one, other in ((first, second), (second, first)):
        both = one.joined(other)
        assert both.quantity.tolist() == [10.0, -4.0]
        assert both.multiplier.tolist() == [2.0, 1.0]
        assert both.times.is_monotonic_increasing
    assert len(as_fills([]).joined(first)) == len(first.joined(as_fills([]))) == 1
    assert len(as_fills([]).joined(as_fills([]))) == 0
    with pytest.raises(ParameterError, match="zones throughout or not at all"):
        first.joined(as_fills([ROWS[0] | {"time": "2024-01-02T10:00:00Z"}]))


def test_multipliers() -> None:
    assert as_fills(ROWS, multiplier={"A": 50}).multiplier.tolist() == [50.0, 1.0]
    assert as_fills(ROWS, multiplier=5).multiplier.tolist() == [5.0, 5.0]
    given = [row | {"point_value": value} for row, value in zip(ROWS, (50, 20), strict=True)]
    assert as_fills(given, multiplier=3).cash_flow.tolist() == [-2500.5, 199.75]


def test_the_callers_table_is_left_alone() -> None:
    frame = pd.DataFrame(ROWS[::-1])
    before = frame.copy()
    as_fills(frame)
    pd.testing.assert_frame_equal(frame, before)


WRONG: list[tuple[Any, type[Exception], str]] = [
    (3, ParameterError, r"'fills' parameter of as_fills must be a table or an iterable of mappings\. Got 'int'"),
    ([1], ParameterError, "iterable of mappings"),
    ([{"time": "2024-01-02", "symbol": "A", "price": 1}], ParameterError,
     r"column for the quantity \(quantity, qty, size, amount, shares\)\. Got 'columns time, symbol, price'"),
    ([{"time": "2024-01-02", "qty": 1, "price": 1}], ParameterError, "column for the symbol"),
    ([{"symbol": "A", "qty": 1, "price": 1}], ParameterError, "column for the time"),
    ([ROWS[0] | {"size": 3}], ParameterError, "clear about the quantity .* Got 'qty, size'"),
    ([ROWS[0] | {"commission": 3}], ParameterError, "clear about the fees"),
    ([ROWS[0] | {"price": "5"}], ParameterError, r"'fills\['price'\]' .* numbers\. Got '5'"),
    ([ROWS[0] | {"price": True}], ParameterError, "numbers"),
    ([ROWS[0], ROWS[1] | {"price": math.nan}], ParameterError, "known in every row. Got 'NaN in row 1'"),
    ([ROWS[0] | {"price": math.inf}], ParameterError, "finite"),
    ([ROWS[0] | {"qty": None}, ROWS[1]], ParameterError, "NaN in row 0"),
    ([ROWS[0] | {"fee": None}, ROWS[1]], ParameterError, "NaN in row 0"),
    ([ROWS[0] | {"qty": -1}], ParameterError, r"not negative where the side is buy\. Got '-1.0 in row 0'"),
    ([ROWS[0] | {"side": "hold"}], ParameterError, r"buy or sell .* Got 'hold'"),
    ([ROWS[0] | {"side": None}], ParameterError, "buy or sell"),
    ([ROWS[0] | {"symbol": None}, ROWS[1]], ParameterError, "missing one in row 0"),
    ([ROWS[0] | {"qty": 0}], ParameterError, "without fees on a quantity of zero"),
    ([ROWS[0] | {"time": "soon"}], DataProcessingError, r"ISO 8601 text\. Got 'soon'"),
    ([ROWS[0], ROWS[1] | {"time": None}], ParameterError, "a missing time in row 1"),
    ([ROWS[0] | {"time": 1_700_000_000}], ParameterError, "must be times"),
    ([ROWS[0] | {"multiplier": 0}], ParameterError, "positive"),
    ([ROWS[0] | {"multiplier": 2}, ROWS[0] | {"multiplier": 3}], ParameterError, "one multiplier for each symbol"),
]  # fmt: skip


@pytest.mark.parametrize(("log", "error", "sentence"), WRONG)
def test_mistakes_get_one_sentence(log: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence) as caught:
        as_fills(log)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("columns", [{"quantity": "lots"}, {"how many": "qty"}])
def test_named_columns_must_exist(columns: dict[str, str]) -> None:
    with pytest.raises(ParameterError, match="'columns' parameter of as_fills"):
        as_fills(ROWS, columns=columns)


@pytest.mark.real_data
def test_the_real_log(real_fills: pd.DataFrame) -> None:
    read = as_fills(real_fills)
    assert len(read) == 9367
    assert read.findings == ()
    np.testing.assert_allclose(read.cash_flow, real_fills["txn_dollars"], atol=1e-6)
