from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from statsmodels.regression.rolling import RollingOLS

from ml_analytics import load_fama_french
from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.risk import factor_analysis
from ml_analytics.core.errors import ParameterError


@pytest.fixture(scope="module")
def french() -> pd.DataFrame:
    return load_fama_french() / 100


def drawn(n: int = 400, seed: int = 0) -> tuple[np.ndarray, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.normal(0.0003, 0.01, (n, 2)), columns=["mkt", "smb"])
    return 0.0001 + table.to_numpy() @ [0.9, 0.3] + rng.normal(0, 0.003, n), table


def test_the_sp500_is_the_market_of_large_companies(market: pd.Series, french: pd.DataFrame) -> None:
    found = factor_analysis(market, french)
    assert found.n == 239  # 1999-01 to 2018-11
    assert found.periods_per_year == 12
    loading = found.loadings["loading"]
    assert loading["mkt_rf"] == pytest.approx(1.0, abs=0.03)
    assert loading["smb"] < -0.1  # without small companies
    assert found.loadings["p"]["smb"] < 1e-6
    assert found.r_squared > 0.98
    assert found.alpha_annual == pytest.approx(-0.018, abs=0.004)  # the index is without dividends
    assert found.note == "joined by month, returns compounded"


def test_months_of_returns_give_the_same_as_days(market: pd.Series, french: pd.DataFrame) -> None:
    monthly = m.compounded(market, "month")[:"2018-11"]
    months = pd.Series(monthly.to_numpy(), index=pd.PeriodIndex(monthly.index).to_timestamp())
    days, by_months = factor_analysis(market, french), factor_analysis(months, french)
    pd.testing.assert_frame_equal(days.loadings, by_months.loadings)


def test_a_factor_explains_itself(french: pd.DataFrame) -> None:
    found = factor_analysis(french["hml"] + french["rf"], french)
    assert found.loadings["loading"].to_dict() == pytest.approx(
        {"alpha": 0, "mkt_rf": 0, "smb": 0, "hml": 1}, abs=1e-12
    )
    parts = found.attribution["contribution"]
    assert parts["hml"] + parts["risk_free"] == pytest.approx(found.total_return)


def test_parts_sum_to_the_compounded_return(market: pd.Series, french: pd.DataFrame) -> None:
    for found in (factor_analysis(market, french), factor_analysis(*drawn(), risk_free_rate=0.03)):
        assert found.attribution["contribution"].sum() == pytest.approx(found.total_return, abs=1e-12)
    whole = m.total_return(market["1999":"2018-11"])
    assert factor_analysis(market, french).total_return == pytest.approx(whole)
    lost = [0.1, -1.0, 0.3, -0.2, 0.1, 0.05, 0.2, -0.1]
    ruined = factor_analysis(lost, pd.Series(np.sin(np.arange(8)), name="x"))
    assert ruined.total_return == -1.0
    assert ruined.attribution["contribution"].sum() == pytest.approx(-1.0)


def test_yearly_means_sum_to_the_mean_return() -> None:
    returns, table = drawn()
    found = factor_analysis(returns, table)
    assert found.attribution["annual"].sum() == pytest.approx(returns.mean() * 252)


def test_rolling_loadings_are_those_of_statsmodels(market: pd.Series, french: pd.DataFrame) -> None:
    returns, table = drawn()
    found = factor_analysis(returns, table, window=60).rolling
    assert found is not None
    X = np.column_stack((np.ones(len(table)), table))
    expected = RollingOLS(returns, X, window=60).fit(params_only=True).params
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-10)
    real = factor_analysis(market, french, window=36).rolling
    assert real is not None
    assert real.shape == (239, 4)
    assert real["mkt_rf"].dropna().between(0.8, 1.2).all()


def test_windows_that_do_not_determine_loadings_are_empty() -> None:
    returns, table = drawn(60)
    table.iloc[10:40, 1] = 0.0
    found = factor_analysis(returns, table, window=20).rolling
    assert found is not None
    assert found.isna().all(axis=1).to_numpy().nonzero()[0].tolist() == [*range(19), *range(29, 40)]


def test_factors_of_any_kind_of_table() -> None:
    returns, table = drawn()
    one = factor_analysis(returns, table).loadings
    pd.testing.assert_frame_equal(one, factor_analysis(returns, pl.from_pandas(table)).loadings)
    single = factor_analysis(returns, table["mkt"].rename(None))
    assert single.loadings.index.tolist() == ["alpha", "factor"]


def test_gaps_and_other_days_are_left_out() -> None:
    days = pd.bdate_range("2020-01-01", periods=400)
    returns, table = drawn()
    own = pd.Series(returns, index=days)
    own.iloc[5] = np.nan
    table = table.set_axis(days).drop(days[7])
    table.iloc[20, 0] = np.nan
    found = factor_analysis(own, table)
    assert (found.n, found.note, found.periods_per_year) == (397, "joined by time", 252.0)


def test_the_risk_free_column_is_no_factor() -> None:
    returns, table = drawn()
    plain = factor_analysis(returns - 0.0001, table)
    named = factor_analysis(returns, table.assign(RF=0.0001))
    assert named.loadings.index.tolist() == ["alpha", "mkt", "smb"]
    np.testing.assert_allclose(named.loadings, plain.loadings)
    json.dumps(named.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"factors": pd.DataFrame({"rf": [0.1] * 400})},
        {"factors": pd.DataFrame(index=range(400))},
        {"factors": pd.DataFrame({"x": ["a"] * 400})},
        {"factors": pd.DataFrame({"x": [0.1] * 400})},
        {"factors": pd.DataFrame({"x": [0.1]})},
        {"factors": pd.DataFrame(np.ones((400, 2)), columns=["x", "x"])},
        {"factors": [1, 2, 3]},
        {"returns": [0.1]},
        {"window": 5},
        {"window": 500},
        {"level": 0},
        {"periods_per_year": 0},
    ],
    ids=lambda wrong: next(iter(wrong)) if isinstance(wrong, dict) else str(wrong),
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any]) -> None:
    returns, table = drawn()
    with pytest.raises(ParameterError, match="of factor_analysis must be"):
        factor_analysis(**{"returns": returns, "factors": table, **wrong})


def test_times_that_never_meet_get_one_sentence(market: pd.Series, french: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="whole month"):
        factor_analysis(market, french[:"1990"])
    days = french["2018":].set_axis(pd.date_range("2030-01-01", periods=11))
    with pytest.raises(ParameterError, match="of factor_analysis must be"):
        factor_analysis(market, days)


def test_a_year_of_daily_factors_is_one_of_the_days_known_in_all(market: pd.Series) -> None:
    days = pd.date_range(market.index[0], market.index[499], freq="D")
    own = pd.Series(np.random.default_rng(0).normal(0.001, 0.03, len(days)), index=days)
    found = factor_analysis(own, market[:500].to_frame("mkt"))
    assert (found.n, found.periods_per_year) == (500, 252.0)
    assert factor_analysis(own, market[:500].to_frame("mkt"), periods_per_year=365).periods_per_year == 365.0
