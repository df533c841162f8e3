from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analytics.trades.ledger import wealth

from ml_analytics.analytics.trades import account_history, annual_turnover, holdings, round_trips
from ml_analytics.core.errors import ParameterError

DAYS = pd.date_range("2024-01-01", periods=5)
PRICES = pd.DataFrame({"A": [5.0, 6.0, 7.0, 6.5, 8.0], "B": [2.0, 2.0, 1.0, 3.0, 2.5]}, index=DAYS)
LOG = [
    {"time": "2024-01-01T09:30", "symbol": "A", "quantity": 10, "price": 5.5, "fee": 1.0},
    {"time": "2024-01-02T16:00", "symbol": "B", "quantity": -20, "price": 2.25, "fee": 0.5},
    {"time": "2024-01-04T12:00", "symbol": "A", "quantity": -10, "price": 6.25, "fee": 1.0},
]
MONEY = st.decimals(-20, 20, places=2, allow_nan=False)
FILLS = st.lists(
    st.fixed_dictionaries(
        {
            "time": st.sampled_from(DAYS.tolist()),
            "symbol": st.sampled_from("AB"),
            "quantity": st.decimals(-5, 5, places=1, allow_nan=False).filter(bool),
            "price": MONEY,
            "fee": MONEY,
        }
    ),
    max_size=15,
)


def test_by_hand() -> None:
    found = account_history(LOG, PRICES, initial_capital=100)
    assert found.cash.tolist() == [44.0, 88.5, 88.5, 150.0, 150.0]
    assert found.quantities["A"].tolist() == [10.0, 10.0, 10.0, 0.0, 0.0]
    assert found.values["B"].tolist() == [0.0, -40.0, -20.0, -60.0, -50.0]
    assert found.equity.tolist() == [94.0, 108.5, 138.5, 90.0, 100.0]
    assert found.traded.tolist() == [55.0, 45.0, 0.0, 62.5, 0.0]
    assert found.fees.sum() == 2.5
    np.testing.assert_allclose(
        found.returns, [-0.06, 108.5 / 94 - 1, 138.5 / 108.5 - 1, 90 / 138.5 - 1, 0.1 / 0.9]
    )


@settings(deadline=None, max_examples=60)
@given(log=FILLS)
def test_equity_is_the_exact_wealth_of_every_day(log: list[dict[str, Any]]) -> None:
    found = account_history(log, PRICES)
    for row, day in enumerate(DAYS):
        until = [one for one in log if one["time"] <= day]
        now = {name: Decimal(str(PRICES[name].iloc[row])) for name in "AB"}
        assert abs(found.equity.iloc[row] - float(wealth(until, now))) < 1e-6
    last = {name: float(PRICES[name].iloc[-1]) for name in "AB"}
    trips = round_trips(log, "average")
    assert abs(found.equity.iloc[-1] - trips.realised - trips.unrealised(last)) < 1e-6


def test_prices_within_the_day() -> None:
    hours = pd.to_datetime(["2024-01-01T09:00", "2024-01-01T10:00", "2024-01-02T16:00"])
    found = account_history(LOG, pd.DataFrame({"A": 5.0, "B": 2.0}, index=hours))
    assert found.quantities["A"].tolist() == [0.0, 10.0, 10.0]
    assert found.quantities["B"].tolist() == [0.0, 0.0, -20.0]
    assert found.findings == ("1 fills after the last price were left out.",)


def test_daily_prices_go_by_the_date_of_the_fill() -> None:
    log = [LOG[0] | {"time": pd.Timestamp("2024-01-01T20:00", tz="America/New_York")}]  # 2 January in UTC
    for zone in (None, "UTC", "America/New_York"):
        found = account_history(log, PRICES.tz_localize(zone))
        assert found.quantities["A"].tolist() == [10.0] * 5
    hours = PRICES.set_axis(DAYS + pd.Timedelta(hours=12), axis=0)
    with pytest.raises(ParameterError, match="with time zones where the fills have them"):
        account_history(log, hours)


def test_a_price_that_is_not_known_is_not_guessed() -> None:
    prices = PRICES.copy()
    prices.iloc[[2, 4], 0] = np.nan
    found = account_history(LOG, prices, initial_capital=100)
    assert found.equity.isna().tolist() == [False, False, True, False, False]
    assert found.values["A"].iloc[4] == 0.0
    filled = account_history(LOG, prices.ffill(), initial_capital=100)
    assert filled.equity.iloc[2] == 128.5


def test_without_prices_and_without_fills() -> None:
    found = account_history(LOG)
    assert found.cash.tolist() == [-56.0, -11.5, 50.0]
    assert found.equity.isna().all()
    empty = account_history([], PRICES, initial_capital=7)
    assert empty.equity.tolist() == [7.0] * 5
    assert account_history([]).equity.empty


def test_a_future_has_its_multiplier() -> None:
    found = account_history(LOG[:1], PRICES, multiplier={"A": 50})
    assert found.equity.iloc[0] == pytest.approx((5.0 - 5.5) * 10 * 50 - 1.0)


def test_parts_that_are_no_decimals_end_flat() -> None:
    log = [LOG[0] | {"quantity": one, "time": DAYS[0], "price": one} for one in (1 / 3, 1 / 3, 1 / 3, -1.0)]
    assert account_history(log, PRICES).quantities["A"].tolist() == [0.0] * 5


def test_ruin_stays() -> None:
    log = [LOG[0] | {"quantity": 100, "price": 5.0, "fee": 0, "time": DAYS[0]}]
    prices = pd.DataFrame({"A": [5.0, 3.0, 6.0]}, index=DAYS[:3])
    assert account_history(log, prices, initial_capital=100).returns.tolist() == [0.0, -2.0, 0.0]


@pytest.mark.parametrize(
    ("prices", "sentence"),
    [
        (PRICES[["A"]], "a frame with a column 'B'. Got 'A'"),
        (PRICES[::-1], "time order"),
        (PRICES.reset_index(drop=True), "on a DatetimeIndex"),
        (PRICES.astype(str), "numbers"),
    ],
)
def test_mistaken_prices(prices: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        account_history(LOG, prices)


def test_returns_need_capital() -> None:
    with pytest.raises(ParameterError, match=r"'initial_capital' .* positive"):
        _ = account_history(LOG, PRICES).returns


@pytest.mark.real_data
def test_the_real_account(
    real_fills: pd.DataFrame, real_positions: pd.DataFrame, real_returns: pd.Series
) -> None:
    """Cash, positions and returns of the same account were published beside its fills."""
    stocks = real_positions.drop(columns="cash")
    quantity = account_history(real_fills, stocks).quantities[stocks.columns]
    prices = stocks / quantity.where(quantity != 0)
    found = account_history(real_fills, prices, initial_capital=100_000)
    np.testing.assert_allclose(found.cash, real_positions["cash"], atol=0.005)
    np.testing.assert_allclose(found.equity, real_positions.sum(axis=1), atol=0.005)
    np.testing.assert_allclose(found.returns, real_returns.reindex(found.returns.index), atol=1e-10)
    assert real_returns.sum() == pytest.approx(found.returns.sum(), abs=1e-9)
    exposure = holdings(real_positions)
    assert exposure["gross"].between(0.5, 1.6).all()
    assert annual_turnover(found.traded, found.equity, 252) > 1
