from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics import AdvancedAnalytics, account_history, excursions, holdings, round_trips
from ml_analytics.analytics.trades.parts import appended, as_series, timed_table
from ml_analytics.core.errors import DataProcessingError, ParameterError

DAYS = pd.date_range("2024-01-01", periods=3)
VALUES = [0.01, math.nan, -0.02]
DATED = pd.Series(VALUES, index=DAYS)
MONEY = pd.DataFrame({"A": [50.0, 60.0, 0.0], "cash": [50.0, 60.0, 100.0]}, index=DAYS)


@pytest.mark.parametrize(
    "values",
    [
        VALUES, tuple(VALUES), np.array(VALUES), pl.Series(VALUES), pd.DataFrame({"r": VALUES}),
        pl.DataFrame({"r": VALUES}), (one for one in VALUES),
    ],
    ids=lambda one: type(one).__module__.split(".")[0] + type(one).__name__,
)  # fmt: skip
def test_numbers_without_times(values: Any) -> None:
    found = as_series(values, "returns", "test")
    assert isinstance(found.index, pd.RangeIndex)
    np.testing.assert_array_equal(found, VALUES)


@pytest.mark.parametrize(
    "values",
    [
        DATED, DATED.to_frame("r"), DATED.rename_axis("date").reset_index(name="r"),
        pl.DataFrame({"Date": DAYS.to_pydatetime(), "r": VALUES}),
        pd.DataFrame({"r": VALUES, "time": ["2024-01-01", "2024-01-02", "2024-01-03"]}),
    ],
    ids=["series", "frame", "column", "polars", "text"],
)  # fmt: skip
def test_numbers_on_times(values: Any) -> None:
    found = as_series(values, "returns", "test")
    assert (found.index == DAYS).all()
    np.testing.assert_array_equal(found, VALUES)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "'returns' parameter of test must be a series of at least one return"),
        (pd.DataFrame({"a": [0.1], "b": [0.2]}), "a table of one column of numbers. Got 'a, b'"),
        (pd.DataFrame({"time": DAYS}), "a table of one column of numbers. Got 'none'"),
        (pd.DataFrame({"time": DAYS[::-1], "r": VALUES}), "time order"),
        (pd.DataFrame({"time": [1, 2], "r": [0.1, 0.2]}), "times"),
        (["a"], "series of numbers"),
    ],
    ids=["none", "two", "only times", "disorder", "numbers as times", "text"],
)  # fmt: skip
def test_what_is_no_series(values: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        as_series(values, "returns", "test")


def test_a_table_on_times() -> None:
    rows = MONEY.rename_axis("timestamp").reset_index()
    for table in (MONEY, rows, pl.from_pandas(rows), rows.to_dict("records")):
        found = timed_table(table, "positions", "test")
        pd.testing.assert_frame_equal(
            found, MONEY, check_names=False, check_freq=False, check_index_type=False
        )
    with pytest.raises(
        ParameterError, match=r"on a DatetimeIndex or with a column of times \(time, timestamp"
    ):
        timed_table(MONEY.reset_index(drop=True), "positions", "test")
    with pytest.raises(DataProcessingError, match="ISO 8601"):
        timed_table([{"time": "yesterday", "A": 1.0}], "positions", "test")


def test_a_table_that_came_back_from_a_file(tmp_path: Path) -> None:
    MONEY.to_csv(tmp_path / "money.csv")
    MONEY.reset_index().to_csv(tmp_path / "index.csv", index=False)
    for name in ("money.csv", "index.csv"):
        found = timed_table(pd.read_csv(tmp_path / name), "positions", "test")
        assert (found.index == DAYS).all()
        assert found.columns.tolist() == ["A", "cash"]
    log = [{"symbol": "A", "qty": 1, "price": 5.0}, {"symbol": "A", "qty": -1, "price": 6.0}]
    pd.DataFrame(log, index=DAYS[:2]).to_csv(tmp_path / "fills.csv")
    pd.DataFrame(log).assign(time=DAYS[:2]).to_csv(tmp_path / "numbered.csv")
    for name in ("fills.csv", "numbered.csv"):
        assert round_trips(pd.read_csv(tmp_path / name)).table["entry_time"].tolist() == [DAYS[0]]
    pd.DataFrame(log).to_csv(tmp_path / "timeless.csv")
    with pytest.raises(ParameterError, match="column for the time"):
        round_trips(pd.read_csv(tmp_path / "timeless.csv"))


def test_parts_are_the_whole() -> None:
    for whole in (DATED, pd.Series(VALUES)):
        both = appended(appended(None, whole[:2], "returns", "test"), whole[2:], "returns", "test")
        np.testing.assert_array_equal(both, whole)
    for new in (pd.Series([0.1]), DATED.tz_localize("UTC"), DATED):
        with pytest.raises(ParameterError, match="'returns' parameter of test must be"):
            appended(DATED, new, "returns", "test")


def test_every_way_in_takes_rows_of_a_broker() -> None:
    analytics = AdvancedAnalytics(risk_free_rate=0.0)
    rows = MONEY.rename_axis("date").reset_index()
    analytics.add_positions(rows.to_dict("records"))
    analytics.add_equity(pl.from_pandas(rows[["date"]].assign(equity=[100.0, 120.0, 90.0])))
    assert analytics.exposure is not None
    assert analytics.exposure["gross"].tolist() == [0.5, 0.5, 0.0]
    np.testing.assert_allclose(analytics.returns, [0.2, -0.25])
    assert analytics.calculate_metrics().max_drawdown == pytest.approx(-0.25)
    assert holdings(pl.from_pandas(rows))["net"].tolist() == [0.5, 0.5, 0.0]


def test_equity_without_times_gives_returns() -> None:
    analytics = AdvancedAnalytics()
    analytics.add_equity([100.0, 110.0])
    analytics.add_equity(iter([math.nan, 99.0]))
    np.testing.assert_allclose(analytics.returns, [0.1, -0.1])
    assert analytics.returns.index.tolist() == [0, 1]
    with pytest.raises(ParameterError, match="with times, or without, as those before"):
        analytics.add_equity(pd.Series([1.0], index=DAYS[:1]))


def test_prices_in_polars_are_prices() -> None:
    fills = [{"time": "2024-01-01", "symbol": "A", "quantity": 2, "price": 5.0}]
    prices = pd.DataFrame({"A": [5.0, 6.0, 4.0]}, index=DAYS)
    table = pl.from_pandas(prices.rename_axis("date").reset_index())
    assert account_history(fills, table).equity.tolist() == account_history(fills, prices).equity.tolist()
    trade = {"symbol": "A", "side": "long", "entry_price": 5.0, "exit_price": 5.0, "pnl": 0.0}
    trade |= {"entry_time": "2024-01-01", "exit_time": "2024-01-03"}
    for given in (prices, table, {"A": table.rename({"A": "close"})}):
        found = excursions([trade], given)
        assert found[["mae", "mfe"]].to_numpy().tolist() == [[pytest.approx(-0.2), pytest.approx(0.2)]]
