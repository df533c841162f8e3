from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.risk import rolling_analysis
from ml_analytics.core.errors import ParameterError


@pytest.fixture(scope="module")
def other(market: pd.Series) -> pd.Series:
    rng = np.random.default_rng(0)
    return 0.8 * market + rng.normal(0, 0.004, len(market))


def test_every_window_is_the_metric_of_the_window(market: pd.Series, other: pd.Series) -> None:
    table = rolling_analysis(
        market[:400], 60, 252, risk_free_rate=0.02, benchmark=other, confidence_level=0.9
    )
    for end in (59, 60, 123, 399):
        part, beside = market.iloc[end - 59 : end + 1], other.iloc[end - 59 : end + 1]
        row = table.iloc[end]
        assert row["total_return"] == pytest.approx(m.total_return(part))
        assert row["volatility"] == pytest.approx(m.volatility(part, 252))
        assert row["sharpe_ratio"] == pytest.approx(m.sharpe_ratio(part, 252, 0.02))
        assert row["sortino_ratio"] == pytest.approx(m.sortino_ratio(part, 252, 0.02))
        assert row["max_drawdown"] == pytest.approx(m.max_drawdown(part), abs=1e-12)
        assert row["value_at_risk"] == pytest.approx(m.value_at_risk(part, 0.9))
        assert row["beta"] == pytest.approx(m.beta(part, beside))
        assert row["correlation"] == pytest.approx(m.correlation(part, beside))
    assert table.iloc[:59].isna().all(axis=None)
    assert table.iloc[59:].notna().all(axis=None)
    pd.testing.assert_index_equal(table.index, market.index[:400])


def test_no_window_looks_ahead(market: pd.Series, other: pd.Series) -> None:
    whole = rolling_analysis(market[:300], 50, 252, benchmark=other)
    part = rolling_analysis(market[:200], 50, 252, benchmark=other)
    pd.testing.assert_frame_equal(part, whole[:200], rtol=1e-9, check_freq=False)


def test_a_gap_empties_the_windows_that_hold_it() -> None:
    values = np.tile([0.01, -0.02, 0.03], 10)
    values[12] = np.nan
    table = rolling_analysis(values, 4, 252, benchmark=np.tile([0.02, -0.01, 0.01], 10))
    empty = table.isna().all(axis=1).to_numpy()
    assert np.flatnonzero(empty).tolist() == [0, 1, 2, 12, 13, 14, 15]
    assert not table[~empty].isna().any(axis=None)


def test_other_holidays_do_not_empty_the_windows(market: pd.Series, other: pd.Series) -> None:
    own, beside = market[:300].drop(market.index[100]), other[:300].drop(other.index[50:260:7])
    usual = rolling_analysis(own, 40, 252, benchmark=beside)
    table = rolling_analysis(own, 40, 252, benchmark=beside, benchmark_gaps="skip")
    both = pd.DataFrame({"r": own, "b": beside.reindex(own.index)}).dropna()
    assert usual["beta"].notna().sum() < 60
    assert table["beta"].notna().sum() == table["correlation"].notna().sum() == len(both) - 39
    for at in (both.index[39], both.index[150], both.index[-1]):
        part = both[:at].iloc[-40:]
        assert table.loc[at, "beta"] == pytest.approx(m.beta(part["r"], part["b"]))
        assert table.loc[at, "correlation"] == pytest.approx(m.correlation(part["r"], part["b"]))
    same = ["total_return", "sharpe_ratio", "max_drawdown"]
    pd.testing.assert_frame_equal(table[same], usual[same])
    pd.testing.assert_index_equal(table.index, own.index)


def test_windows_without_risk_have_no_ratio() -> None:
    table = rolling_analysis([0.5, -0.4, *[0.01] * 6], 3, 252, benchmark=[0.01] * 8)
    last = table.iloc[-1]
    assert (last["volatility"], last["max_drawdown"]) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert math.isnan(last["sortino_ratio"])
    assert math.isnan(last["beta"])
    assert math.isnan(last["correlation"])


def test_ruin_stays_within_its_windows() -> None:
    table = rolling_analysis([0.1, -1.0, 0.1, 0.1, 0.1], 2, 252)
    assert table["total_return"].round(6).tolist()[1:] == [-1.0, -1.0, 0.21, 0.21]
    assert table["max_drawdown"].tolist()[1:] == [-1.0, -1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": 0},
        {"window": 4},
        {"window": 1.5},
        {"periods_per_year": 0},
        {"confidence_level": 2},
        {"benchmark": [0.1]},
        {"risk_free_rate": "2 %"},
        {"benchmark": [0.1, 0.2, 0.3], "benchmark_gaps": "fill"},
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"returns": [0.1, 0.2, 0.3], "window": 2, "periods_per_year": 252, **wrong}
    with pytest.raises(ParameterError, match="of rolling_analysis must be"):
        rolling_analysis(**given)
