from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import TradingReport
from ml_analytics.analytics.report.regimes import regime_figures, regime_names, regime_order, runs


@given(st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=50))
def test_runs_equal_groupby_and_tile_the_bars(values: list[str | None]) -> None:
    expected = []
    position = 0
    for name, group in itertools.groupby(values):
        length = len(list(group))
        expected.append((name, position, position + length))
        position += length
    assert runs(pd.Series(values, dtype=object)) == expected


def test_the_return_is_of_the_bar_after() -> None:
    days = pd.bdate_range("2024-01-01", periods=5)
    asset = pd.Series([0.0, 0.1, -0.1, 0.1, -0.1], index=days)
    report = TradingReport(
        asset * 0, asset, regimes=pd.Series(["up", "down", "up", "down", None], index=days)
    )
    rows = {row["regime"]: row for row in regime_figures(report)}
    assert rows["up"]["return_next"] == pytest.approx(0.1 * 252)
    assert rows["down"]["return_next"] == pytest.approx(-0.1 * 252)
    assert rows["not yet known"]["bars"] == 1
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1.0)


def test_shares_and_lengths(report: TradingReport) -> None:
    rows = regime_figures(report)
    assert [row["regime"] for row in rows] == ["calm", "restless", "not yet known"]
    assert sum(row["bars"] for row in rows) == len(report.net)
    assert rows[0]["volatility_next"] < rows[1]["volatility_next"]


@pytest.mark.parametrize(
    ("values", "labels", "expected"),
    [
        ([0, 1], None, ["0", "1"]),
        ([0.0, np.nan], None, ["0", None]),
        ([0, 1], {0: "bear"}, ["bear", "1"]),
        (["bull", None], {}, ["bull", None]),
        (["a\nb", "c"], None, ["a b", "c"]),
    ],
)
def test_names(values: list[Any], labels: Any, expected: list[Any]) -> None:
    assert regime_names(pd.Series(values), labels).tolist() == expected


def test_bull_sideways_bear_come_in_that_order() -> None:
    assert regime_order(pd.Series(["Bear", "zeta", "Sideways", "alpha", "Bull"])) == [
        "Bull", "Sideways", "Bear", "alpha", "zeta",
    ]  # fmt: skip


def test_no_regimes_no_rows() -> None:
    assert (
        regime_figures(TradingReport(pd.Series([0.1], index=pd.bdate_range("2024-01-01", periods=1)))) == []
    )
