from __future__ import annotations

import math
from typing import Any

import pandas as pd
import polars as pl
import pytest

from ml_analytics.analytics.trades.blotter import as_trades, daily_returns, mean_holding_days
from ml_analytics.core.errors import DataProcessingError, ParameterError

ROWS = [
    {"pnl": 100.0, "entry_time": "2024-01-02T10:00:00", "exit_time": "2024-01-03T10:00:00", "symbol": "A"},
    {"pnl": -55, "entry_time": "2024-01-04T10:00:00", "exit_time": "2024-01-08T10:00:00", "symbol": "B"},
]


@pytest.mark.parametrize(
    "trades",
    [ROWS, iter(ROWS), tuple(ROWS), pd.DataFrame(ROWS), pl.DataFrame(ROWS, strict=False)],
    ids=["list", "iterator", "tuple", "pandas", "polars"],
)  # fmt: skip
def test_every_kind_of_blotter(trades: Any) -> None:
    frame = as_trades(trades)
    assert list(frame.columns) == ["pnl", "entry_time", "exit_time", "symbol"]
    assert frame["pnl"].tolist() == [100.0, -55.0]
    assert str(frame["exit_time"].dt.tz) == "UTC"
    assert mean_holding_days(frame) == 2.5


def test_what_is_known_of_trades_is_kept() -> None:
    rows = [
        {"pnl": 1, "Ticker": "A", "side": "BUY", "fees": 0.5, "note": "x", "sector": None},
        {"pnl": 2, "Ticker": "B", "side": "short", "fees": None, "note": "y", "sector": "Energy"},
    ]
    frame = as_trades(rows)
    assert list(frame.columns) == ["pnl", "symbol", "sector", "side", "fees"]
    assert frame["side"].tolist() == ["long", "short"]
    assert frame["symbol"].tolist() == ["A", "B"]
    assert frame["fees"].iloc[0] == 0.5
    assert math.isnan(frame["fees"].iloc[1])


def test_no_trades_where_they_are_allowed() -> None:
    assert as_trades([], may_be_empty=True)["pnl"].tolist() == []
    assert list(as_trades(as_trades(ROWS).iloc[:0], may_be_empty=True)) == list(as_trades(ROWS))
    with pytest.raises(ParameterError, match="exit_time"):
        daily_returns(as_trades([], may_be_empty=True), 1.0)


def test_times_stay_in_their_zone_when_asked() -> None:
    rows = pd.DataFrame(ROWS)
    assert as_trades(rows, utc=False)["exit_time"].dt.tz is None
    rows["exit_time"] = pd.to_datetime(rows["exit_time"]).dt.tz_localize("Asia/Tokyo")
    with pytest.raises(ParameterError, match="zones in both times or in none"):
        as_trades(rows, utc=False)
    assert str(as_trades(rows)["exit_time"].dt.tz) == "UTC"


def test_returns_are_booked_on_the_day_of_the_exit() -> None:
    returns = daily_returns(as_trades(ROWS), 1000.0)
    assert [str(day)[:10] for day in returns.index] == [
        "2024-01-03",
        "2024-01-04",
        "2024-01-05",
        "2024-01-08",
    ]
    assert returns.tolist() == [0.1, 0.0, 0.0, -0.05]


def test_an_account_that_lost_everything_stays_there() -> None:
    rows = [{"pnl": value, "exit_time": f"2024-01-0{day}"} for day, value in ((2, -1000.0), (3, 500.0))]
    assert daily_returns(as_trades(rows), 1000.0).tolist() == [-1.0, 0.0]


def test_trades_on_a_weekend_make_every_day_count() -> None:
    rows = [{"pnl": 1.0, "exit_time": day} for day in ("2024-01-05", "2024-01-07", "2024-01-08")]
    assert len(daily_returns(as_trades(rows), 100.0)) == 4


def test_names_in_any_case() -> None:
    usual = as_trades(
        [{"pnl": 1.0, "exit_time": "2024-01-02", "entry_time": "2024-01-01", "entry_price": 5.0}]
    )
    rows = [
        {"PnL": 1.0, "Exit Time": "2024-01-02", "ENTRY-TIME": "2024-01-01", "Entry_Price": 5.0, "Note": "x"}
    ]
    pd.testing.assert_frame_equal(as_trades(rows), usual, check_like=True)
    assert as_trades([{"pnl": 1.0, "PnL": 2.0}])["pnl"].tolist() == [1.0]
    with pytest.raises(ParameterError, match="Got 'columns PnL, PNL'"):
        as_trades([{"PnL": 1.0, "PNL": 2.0}])


def test_times_are_optional() -> None:
    frame = as_trades([{"pnl": 1.0}])
    assert math.isnan(mean_holding_days(frame))
    with pytest.raises(ParameterError, match="exit_time"):
        daily_returns(frame, 100.0)


@pytest.mark.parametrize(
    ("trades", "error", "sentence"),
    [
        ([], ParameterError, "at least one trade .* Got 'no trades'"),
        ([{"profit": 1}], ParameterError, "column 'pnl'. Got 'columns profit'"),
        ([{"pnl": "ten"}], ParameterError, "numbers. Got 'ten'"),
        ([{"pnl": math.nan}], ParameterError, "known in every row. Got 'NaN in row 0'"),
        ([{"pnl": math.inf}], ParameterError, "finite"),
        ([1, 2], ParameterError, "iterable of mappings"),
        ("trades", ParameterError, "iterable of mappings"),
        (None, ParameterError, "iterable of mappings"),
        ([{"pnl": 1.0, "side": "up"}], ParameterError, "'side'.* buy or sell .*Got 'up'"),
        ([{"pnl": 1.0, "fees": "two"}], ParameterError, "'fees'.* numbers. Got 'two'"),
        ([{"pnl": 1.0, "exit_time": 1700000000}], ParameterError, "must be times"),
        ([{"pnl": 1.0, "exit_time": "soon"}], DataProcessingError, "'exit_time' of trades must hold times. Got 'soon'"),
        ([{"pnl": 1.0, "entry_time": "2024-01-02", "exit_time": "2024-01-01"}], DataProcessingError, "before its"),
    ],
)  # fmt: skip
def test_bad_blotters_get_one_sentence(trades: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        as_trades(trades)
