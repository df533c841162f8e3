from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import AdvancedAnalytics
from ml_analytics.analytics.trades import TradeBook, round_trips
from ml_analytics.core.errors import ParameterError

DAYS = pd.date_range("2024-01-01", periods=4)
FILLS = [
    {"time": at, "symbol": "A", "qty": quantity, "price": price}
    for at, quantity, price in zip(DAYS, (2, 2, -3, -1), (5.0, 6.0, 7.0, 8.0), strict=True)
]
MONEY = pd.DataFrame({"A": [50.0, 60.0], "cash": [50.0, 60.0]}, index=DAYS[:2])


@pytest.mark.parametrize("method", ["fifo", "lifo", "average"])
@pytest.mark.parametrize("cut", range(5))
def test_fills_in_parts_are_fills_at_once(method: Any, cut: int) -> None:
    book = TradeBook()
    for part in (FILLS[:cut], FILLS[cut:]):
        book.add_fills(part, method)
    assert book.trades is not None
    assert book.round_trips is not None
    whole = round_trips(FILLS, method)
    assert book.trades["pnl"].tolist() == whole.table["pnl"].tolist()
    assert book.round_trips.open_lots.empty
    assert book.fills is not None
    assert len(book.fills) == 4


def test_trades_and_fills_together() -> None:
    book = TradeBook()
    assert TradeBook().trades is None
    book.add_fills(FILLS[:1])
    assert book.trades is not None
    assert book.trades["pnl"].tolist() == []
    book.add_trades([{"pnl": 3.0, "exit_time": "2024-02-01"}])
    assert book.trades["pnl"].tolist() == [3.0]
    book.add_fills(FILLS[1:])
    assert book.trades["pnl"].sum() == pytest.approx(3.0 + (2 * 2 + 1) + 2)
    assert str(book.trades["exit_time"].dt.tz) == "UTC"


def test_the_method_stays() -> None:
    book = TradeBook("Analytics")
    book.add_fills(FILLS[:1], "lifo")
    with pytest.raises(
        ParameterError, match=r"'method' parameter of Analytics.add_fills must be 'lifo', as before"
    ):
        book.add_fills(FILLS[1:], "fifo")
    with pytest.raises(ParameterError, match="column for the price"):
        book.add_fills([{"time": "2024-01-02", "symbol": "A", "qty": 1}], "lifo")
    assert book.fills is not None
    assert len(book.fills) == 1


def test_equity_gives_returns() -> None:
    book = TradeBook()
    assert TradeBook().equity_returns is None
    book.add_equity(pd.Series([100.0, np.nan, 110.0], index=DAYS[:3]))
    book.add_equity(pd.Series([99.0], index=DAYS[3:]))
    found = book.equity_returns
    assert found is not None
    np.testing.assert_allclose(found, [0.1, -0.1])
    assert found.index.tolist() == DAYS[2:].tolist()
    with pytest.raises(ParameterError, match=r"'equity' .* time order"):
        book.add_equity(pd.Series([1.0], index=DAYS[:1]))


def test_positions_give_exposure() -> None:
    book = TradeBook()
    assert TradeBook().exposure is None
    book.add_positions(MONEY.iloc[:1])
    book.add_positions(MONEY.iloc[1:])
    assert book.exposure is not None
    assert book.exposure["gross"].tolist() == [0.5, 0.5]
    book.add_equity(pd.Series([200.0, 30.0], index=DAYS[:2]))
    assert book.exposure["gross"].tolist() == [0.25, 2.0]
    for wrong in (MONEY, MONEY.reset_index(drop=True), [1.0]):
        with pytest.raises(ParameterError, match="'positions'"):
            book.add_positions(wrong)


def test_positions_alone_have_no_shares() -> None:
    book = TradeBook()
    book.add_positions(MONEY[["A"]])
    with pytest.raises(ParameterError, match="given with equity or a column 'cash'"):
        _ = book.exposure
    assert not math.isnan(MONEY["A"].sum())


def test_trades_of_unknown_side_stand_beside_fills() -> None:
    analytics = AdvancedAnalytics(0.0, initial_capital=1000)
    analytics.add_trades([{"pnl": 1.0}, {"pnl": -2.0}])
    fills = {"symbol": ["A", "A"], "quantity": [1, -1], "price": [10.0, 12.0]}
    analytics.add_fills(pd.DataFrame({"time": pd.to_datetime(["2020-02-02", "2020-02-03"]), **fills}))
    figures = analytics.analyze_trades()
    assert (figures.total_trades, figures.long_trades, figures.short_trades) == (3, 1, 0)
    assert analytics.attribution("side")["trades"].to_dict() == {"long": 1, "unknown": 2}


def test_equity_need_not_stand_on_the_times_of_the_positions() -> None:
    book = TradeBook()
    book.add_positions(MONEY)
    book.add_equity(pd.Series([200.0, 300.0], index=DAYS[1:3]))
    assert book.exposure is not None
    np.testing.assert_array_equal(book.exposure["gross"], [math.nan, 60 / 200])
    without_times = TradeBook()
    without_times.add_positions(MONEY)
    without_times.add_equity([1.0, 2.0])
    assert without_times.exposure is not None
    assert without_times.exposure["gross"].tolist() == [0.5, 0.5]
    zoned = TradeBook()
    zoned.add_positions(MONEY)
    zoned.add_equity(pd.Series([200.0], index=DAYS[:1].tz_localize("UTC")))
    with pytest.raises(ParameterError, match="'equity'"):
        _ = zoned.exposure
