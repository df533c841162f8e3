from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics.trades import as_trades, attribution, round_trips, trade_metrics
from ml_analytics.analytics.trades.attribution import GROUPS
from ml_analytics.core.errors import ParameterError

ROWS: list[dict[str, Any]] = [
    {"pnl": 30.0, "symbol": "A", "side": "long", "entry_time": "2024-01-01T09:00", "exit_time": "2024-01-31T23:30"},
    {"pnl": -10.0, "symbol": "B", "side": "short", "entry_time": "2024-01-02T09:30", "exit_time": "2024-02-01"},
    {"pnl": 5.0, "symbol": "A", "side": "short", "entry_time": "2024-01-08T15:00", "exit_time": "2025-02-01"},
    {"pnl": 0.0, "symbol": None, "side": "long", "entry_time": "2024-01-07T15:00", "exit_time": "2025-02-01"},
]  # fmt: skip
SECTORS = {"A": "Energy"}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("symbol", {"A": 35.0, "B": -10.0, "unknown": 0.0}),
        ("sector", {"Energy": 35.0, "unknown": -10.0}),
        ("side", {"long": 30.0, "short": -5.0}),
        ("month", {"2024-01": 30.0, "2024-02": -10.0, "2025-02": 5.0}),
        ("year", {"2024": 20.0, "2025": 5.0}),
        ("weekday", {"Monday": 35.0, "Tuesday": -10.0, "Sunday": 0.0}),
        ("hour", {"09:00": 20.0, "15:00": 5.0}),
    ],
)
def test_every_grouping(by: str, expected: dict[str, float]) -> None:
    found = attribution(ROWS, by, sectors=SECTORS, capital=100)
    assert found["pnl"].to_dict() == expected
    assert list(found.index) == list(expected)
    assert found.index.name == by
    assert found["contribution"].sum() == pytest.approx(0.25)
    assert found["share"].sum() == pytest.approx(1.0)
    assert found["trades"].sum() == 4


def test_the_columns_by_hand() -> None:
    row = attribution([one | {"fees": 0.5} for one in ROWS], "side").loc["short"]
    assert (row["trades"], row["wins"], row["losses"]) == (2, 1, 1)
    assert (row["win_rate"], row["gross_profit"], row["gross_loss"]) == (0.5, 5.0, -10.0)
    assert (row["profit_factor"], row["average"], row["fees"]) == (0.5, -2.5, 1.0)
    assert np.isnan(row["contribution"])
    assert row["share"] == pytest.approx(-0.2)


@settings(deadline=None)
@given(
    pnl=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40),
    by=st.sampled_from(GROUPS),
    seed=st.integers(0, 99),
)
def test_groups_sum_to_the_whole(pnl: list[float], by: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    entry = pd.Timestamp("2024-01-01") + pd.to_timedelta(generator.integers(0, 9000, len(pnl)), "h")
    trades = pd.DataFrame(
        {
            "pnl": pnl,
            "symbol": generator.choice(np.array(["A", "B", "C", None], dtype=object), len(pnl)),
            "side": generator.choice(["long", "short"], len(pnl)),
            "entry_time": entry,
            "exit_time": entry + pd.Timedelta(hours=5),
        }
    )
    trades.loc[generator.random(len(pnl)) < 0.1, ["entry_time", "exit_time"]] = pd.NaT
    found = attribution(trades, by, sectors=SECTORS)
    assert abs(math.fsum(found["pnl"]) - math.fsum(pnl)) < 1e-6
    assert found["trades"].sum() == len(pnl)
    np.testing.assert_allclose(found["gross_profit"] + found["gross_loss"], found["pnl"], atol=1e-6)


def test_each_group_is_measured_as_trades_are() -> None:
    generator = np.random.default_rng(5)
    trades = pd.DataFrame(
        {
            "pnl": generator.normal(size=300).round(1),
            "symbol": generator.choice(list("ABCDE"), 300),
            "fees": 0.25,
        }
    )
    trades.loc[trades["symbol"] == "A", "pnl"] = trades["pnl"].abs() + 1
    trades.loc[trades["symbol"] == "B", "pnl"] = 0.0
    found = attribution(trades)
    names = {"trades": "total_trades", "average": "average_trade", "pnl": "net_profit"}
    for symbol, of_symbol in trades.groupby("symbol"):
        expected = trade_metrics(of_symbol)
        for name in found.columns.drop(["share", "contribution"]):
            value = getattr(expected, names.get(name, name))
            assert found.loc[str(symbol), name] == pytest.approx(value, nan_ok=True)


def test_hours_of_another_zone() -> None:
    rows = [
        one | {"entry_time": f"{one['entry_time']}:00Z", "exit_time": "2025-03-01T00:00:00Z"} for one in ROWS
    ]
    assert list(attribution(rows, "hour", zone="America/New_York").index) == ["04:00", "10:00"]
    assert list(attribution(rows, "month", zone="America/New_York").index) == ["2025-02"]
    frame = as_trades(rows).assign(entry_time=lambda one: one["entry_time"].dt.tz_convert("Asia/Tokyo"))
    frame["exit_time"] = frame["exit_time"].dt.tz_convert("Asia/Tokyo")
    assert list(attribution(frame, "hour").index) == ["00:00", "18:00"]


@pytest.mark.parametrize("by", GROUPS)
def test_no_trades(by: str) -> None:
    none: list[Any] = []
    for empty in (none, as_trades(ROWS).iloc[:0], round_trips([]).table):
        found = attribution(empty, by)
        assert found.empty
        assert list(found.columns) == list(attribution(ROWS, "side").columns)


def test_profits_next_to_nothing_do_not_overflow() -> None:
    rows = [{"pnl": 1e6, "symbol": "A"}, {"pnl": -1e-308, "symbol": "A"}, {"pnl": -1e6, "symbol": "B"}]
    found = attribution(rows, capital=1e-305)
    assert found["profit_factor"].tolist() == [np.inf, 0.0]
    assert found["contribution"].tolist() == [np.inf, -np.inf]


def test_a_whole_of_zero_has_no_shares() -> None:
    rows = [{"pnl": 1.0, "symbol": "A"}, {"pnl": -1.0, "symbol": "B"}]
    assert attribution(rows)["share"].isna().all()


@pytest.mark.parametrize(
    ("trades", "options", "sentence"),
    [
        (ROWS, {"by": "mood"}, "'by' parameter of attribution must be one of symbol, sector"),
        ([{"pnl": 1.0}], {}, "column 'symbol', to be put together by symbol. Got 'pnl'"),
        (ROWS, {"by": "sector"}, r"sectors=\{symbol: sector\}"),
        ([{"pnl": 1.0}], {"by": "hour"}, "column 'entry_time'"),
        (ROWS, {"by": "hour", "zone": "Mars/Base"}, "a time zone such as"),
        (ROWS, {"capital": 0}, "'capital' .* positive"),
    ],
)
def test_mistakes(trades: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        attribution(trades, **options)


@pytest.mark.real_data
@pytest.mark.parametrize("method", ["fifo", "lifo", "average"])
def test_the_real_log_adds_up_to_the_cent(method: Any, real_fills: pd.DataFrame) -> None:
    trips = round_trips(real_fills, method)
    sectors = dict.fromkeys(["AMD", "DELL", "INTC", "CERN"], "Technology") | {"COST": "Consumer"}
    for by in GROUPS:
        found = attribution(trips.table, by, sectors=sectors, capital=100_000)
        assert abs(math.fsum(found["pnl"]) - trips.realised) < 0.005
