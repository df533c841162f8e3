from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.analytics.trades import excursions, trade_metrics
from ml_analytics.core.errors import ParameterError

DAYS = pd.date_range("2024-01-01", periods=6)
CLOSES = pd.DataFrame({"A": [10.0, 8.0, 13.0, 12.0, 20.0, 1.0]}, index=DAYS)


def trade(side: str = "long", entry: int = 0, leave: int = 3, **others: Any) -> dict[str, Any]:
    return {
        "pnl": 1.0,
        "symbol": "A",
        "side": side,
        "entry_time": DAYS[entry],
        "exit_time": DAYS[leave],
        "entry_price": 10.0,
        "exit_price": 12.0,
    } | others


def plain(trades: list[dict[str, Any]], low: pd.Series, high: pd.Series) -> list[tuple[float, float]]:
    found = []
    for one in trades:
        inside = (low.index > one["entry_time"]) & (low.index <= one["exit_time"])
        prices = [*low[inside].dropna(), *high[inside].dropna(), one["exit_price"], one["entry_price"]]
        sign = 1 if one["side"] == "long" else -1
        open_profit = [sign * (price / one["entry_price"] - 1) for price in prices]
        found.append((min(open_profit), max(open_profit)))
    return found


def test_by_hand() -> None:
    found = excursions([trade(), trade("short"), trade(entry=3, leave=3)], CLOSES)
    np.testing.assert_allclose(found["mae"], [-0.2, -0.3, 0.0])
    np.testing.assert_allclose(found["mfe"], [0.3, 0.2, 0.2])
    assert trade_metrics(found).average_mae == pytest.approx(-0.5 / 3)


def test_as_a_plain_loop_finds_it() -> None:
    generator = np.random.default_rng(3)
    index = pd.date_range("2024-01-01", periods=300, freq="h", tz="UTC")
    close = 100 + np.cumsum(generator.normal(size=300))
    bars = pd.DataFrame(
        {"high": close + generator.random(300), "low": close - generator.random(300)}, index=index
    )
    bars.iloc[generator.integers(0, 300, 20)] = np.nan
    trades = []
    for _ in range(200):
        entry, leave = np.sort(generator.integers(0, 300, 2))
        sides = generator.choice(["long", "short"])
        times = {"entry_time": index[entry], "exit_time": index[leave]}
        trades.append(trade(sides, **times) | {"entry_price": close[entry], "exit_price": close[leave]})
    found = excursions(trades, {"A": bars})
    expected = plain(trades, bars["low"], bars["high"])
    np.testing.assert_allclose(found[["mae", "mfe"]].to_numpy(), expected, atol=1e-12)


def test_what_is_not_known() -> None:
    found = excursions([trade(symbol="Z"), trade(entry_price=0.0), trade()], CLOSES * np.nan)
    assert found["mae"].isna().tolist() == [True, True, False]
    assert found["mfe"].iloc[2] == pytest.approx(0.2)  # the exit itself
    assert excursions([trade()], {}).isna()["mae"].all()
    assert excursions([], CLOSES).empty


def test_closes_alone_and_other_tables() -> None:
    bars = CLOSES.rename(columns={"A": "close"})
    assert excursions([trade()], {"A": bars})["mae"].tolist() == [-0.2]
    with pytest.raises(ParameterError, match="on a DatetimeIndex"):
        excursions([trade()], pl.DataFrame({"A": [1.0]}))


@pytest.mark.parametrize(
    ("trades", "prices", "sentence"),
    [
        ([{"pnl": 1.0}], CLOSES, "a column 'symbol'. Got 'pnl'"),
        ([trade()], CLOSES[::-1], "time order"),
        ([trade()], CLOSES.tz_localize("UTC"), "with time zones where the trades have them"),
        ([trade()], {"A": CLOSES}, "bars with 'high' and 'low', or 'close', for 'A'"),
    ],
)
def test_mistakes(trades: Any, prices: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        excursions(trades, prices)
