from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import load_fama_french
from ml_analytics.analytics import AdvancedAnalytics
from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.risk import tail_risk
from ml_analytics.core.errors import ParameterError


def of(returns: Any, **options: Any) -> AdvancedAnalytics:
    analytics = AdvancedAnalytics(**options)
    analytics.add_returns(returns)
    return analytics


def test_figures_are_those_of_the_metrics(market: pd.Series) -> None:
    figures = of(market).calculate_metrics()
    assert figures.periods == 5030
    assert figures.periods_per_year == 252
    assert figures.sharpe_ratio == m.sharpe_ratio(market, 252, 0.02)
    assert figures.max_drawdown == m.max_drawdown(market)
    assert figures.omega_ratio == m.omega_ratio(market, 252, risk_free_rate=0.02)
    assert figures.sortino_ratio == m.sortino_ratio(market, 252, 0.02)
    assert figures.best_day == pytest.approx(market.max())
    assert figures.worst_month == m.compounded(market).min()
    assert figures.basis == "period"
    assert figures.win_rate == m.win_rate(market)
    assert figures.total_trades == 0
    assert math.isnan(figures.net_profit)


def test_json_is_strict(market: pd.Series) -> None:
    text = json.dumps(of(market).calculate_metrics().to_json(), allow_nan=False)
    assert json.loads(text)["net_profit"] is None


def test_figures_cannot_be_changed(market: pd.Series) -> None:
    figures = of(market).calculate_metrics()
    with pytest.raises(AttributeError):
        figures.sharpe_ratio = 3.0  # type: ignore[misc]


@pytest.mark.parametrize("values", [[0.01], [math.nan] * 3, [0.0] * 5, [-1.0, 0.1]], ids=str)
def test_extremes_have_values_and_no_warning(values: list[float]) -> None:
    for returns in (values, pd.Series(values, index=pd.bdate_range("2024-01-01", periods=len(values)))):
        json.dumps(of(returns).calculate_metrics().to_json(), allow_nan=False)


def test_returns_in_parts_are_the_whole(market: pd.Series) -> None:
    parts = of(market.iloc[:1000])
    parts.add_returns(market.iloc[1000:])
    pd.testing.assert_series_equal(parts.returns, market, check_names=False, check_freq=False)
    arrays = of(market.to_numpy()[:10])
    arrays.add_returns(list(market.to_numpy()[10:]))
    assert arrays.calculate_metrics().sharpe_ratio == of(market.to_numpy()).calculate_metrics().sharpe_ratio


def test_parts_that_do_not_follow_are_refused(market: pd.Series) -> None:
    analytics = of(market)
    with pytest.raises(ParameterError, match="later than 2018-12-31"):
        analytics.add_returns(market)
    with pytest.raises(ParameterError, match="with times, or without"):
        analytics.add_returns([0.1])
    with pytest.raises(ParameterError, match="time zones throughout"):
        later = pd.Series([0.1], index=pd.DatetimeIndex(["2020-01-01"], tz="UTC"))
        analytics.add_returns(later)


def test_trades_alone_give_figures_of_trades() -> None:
    analytics = AdvancedAnalytics()
    analytics.add_trades([{"pnl": 30.0}, {"pnl": -10.0}])
    analytics.add_trades(pd.DataFrame({"pnl": [20.0, -20.0]}))
    figures = analytics.calculate_metrics()
    assert (figures.total_trades, figures.net_profit, figures.gross_profit, figures.gross_loss) == (
        4,
        20,
        50,
        -30,
    )
    assert (figures.win_rate, figures.average_win, figures.average_loss) == (0.5, 25.0, -15.0)
    assert (figures.largest_win, figures.largest_loss, figures.basis) == (30.0, -20.0, "trade")
    assert figures.profit_factor == pytest.approx(5 / 3)
    assert math.isnan(figures.sharpe_ratio)
    with pytest.raises(ParameterError, match="add_returns"):
        analytics.calculate_var()


def test_trades_with_a_capital_give_returns_too(tmp_path: Path) -> None:
    analytics = AdvancedAnalytics(initial_capital=1000.0)
    days = pd.bdate_range("2024-01-01", periods=30)
    rng = np.random.default_rng(0)
    analytics.add_trades(
        {"pnl": float(pnl), "exit_time": day} for pnl, day in zip(rng.normal(2, 10, 30), days, strict=True)
    )
    figures = analytics.calculate_metrics()
    assert figures.total_return == pytest.approx(figures.net_profit / 1000.0)
    assert math.isfinite(figures.sharpe_ratio)
    assert analytics.generate_pdf_report(tmp_path / "trades.pdf").read_bytes().startswith(b"%PDF")


def test_risk_and_drawdowns(market: pd.Series) -> None:
    analytics = of(market)
    assert analytics.calculate_var() == m.value_at_risk(market)
    assert analytics.calculate_cvar(confidence_level=0.99) <= analytics.calculate_var(confidence_level=0.99)
    table = analytics.analyze_drawdowns()
    assert table["depth"].iloc[0] == m.max_drawdown(market)
    assert len(table) == len(m.drawdown_periods(market))
    simulated = analytics.monte_carlo_simulation(n_simulations=100, time_horizon=20)
    assert simulated.n_simulations == 100


def test_the_pdf_leaves_out_unobserved_periods(market: pd.Series, tmp_path: Path) -> None:
    some = market.iloc[:300].copy()
    some.iloc[5] = np.nan
    path = of(some).generate_pdf_report(
        str(tmp_path / "report.pdf"), benchmark=market.iloc[:300], title="Gap"
    )
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize(
    "options",
    [{"risk_free_rate": "2%"}, {"risk_free_rate": -1}, {"periods_per_year": 0}, {"initial_capital": -5}],
    ids=str,
)
def test_bad_options_get_one_sentence(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="of AdvancedAnalytics must be"):
        AdvancedAnalytics(**options)


def test_nothing_added_is_said() -> None:
    with pytest.raises(ParameterError, match="add_returns or add_trades"):
        AdvancedAnalytics().calculate_metrics()
    with pytest.raises(ParameterError, match="at least one return"):
        AdvancedAnalytics().add_returns([])


def test_importing_the_room_loads_no_drawing_library() -> None:
    code = "import sys, ml_analytics.analytics; print({'matplotlib', 'reportlab', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_block_of_the_first_design_runs_as_written(
    market: pd.Series, tmp_path: Path, monkeypatch: Any
) -> None:
    """The names and arguments of the original description, word for word."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2023-01-02", periods=120)
    trade_history = pd.DataFrame(
        {"pnl": rng.normal(20, 200, 120), "entry_time": days, "exit_time": days + pd.Timedelta(hours=6)}
    )
    analytics = AdvancedAnalytics(risk_free_rate=0.02, initial_capital=100_000)
    analytics.add_trades(trade_history)
    metrics = analytics.calculate_metrics()
    pdf_report = analytics.generate_pdf_report("strategy_performance.pdf")
    excel_report = analytics.export_to_excel("detailed_analysis.xlsx")
    mc_results = analytics.monte_carlo_simulation(n_simulations=10000, time_horizon=252)
    var_95 = analytics.calculate_var(confidence_level=0.95)
    cvar_95 = analytics.calculate_cvar(confidence_level=0.95)
    drawdown_analysis = analytics.analyze_drawdowns()
    assert metrics.total_trades == 120
    assert pdf_report.read_bytes().startswith(b"%PDF")
    assert excel_report.read_bytes().startswith(b"PK")
    assert mc_results.n_simulations == 10_000
    assert cvar_95 <= var_95 < 0
    assert drawdown_analysis["depth"].iloc[0] == metrics.max_drawdown


def test_methods_and_levels_reach_the_functions(market: pd.Series) -> None:
    analytics = of(market)
    several = analytics.calculate_var([0.95, 0.99], method="evt")
    assert several.index.tolist() == [0.95, 0.99]
    assert several[0.99] == tail_risk(market, 0.99, method="evt").var(0.99)
    assert analytics.calculate_var(0.99, horizon=10, scaling="sqrt") == pytest.approx(
        10**0.5 * analytics.calculate_var(0.99)
    )
    assert analytics.calculate_cvar([0.95]).tolist() == [analytics.calculate_cvar()]
    assert analytics.tail_risk(0.9, method="gaussian").method == "gaussian"
    assert analytics.backtest_var().n == 5030 - 250
    with pytest.raises(ParameterError, match=r"of AdvancedAnalytics\.calculate_var must be"):
        analytics.calculate_var(method="magic")  # type: ignore[call-overload]
    with pytest.raises(ParameterError, match="backtest_var must be a positive"):
        analytics.backtest_var(window=0)


def test_futures_of_trades_need_a_capital() -> None:
    trades = [{"pnl": 30.0}, {"pnl": -10.0}]
    without, analytics = AdvancedAnalytics(), AdvancedAnalytics(initial_capital=100.0)
    without.add_trades(trades)
    analytics.add_trades(trades)
    shuffled = analytics.monte_carlo_simulation(50, method="trade_shuffle")
    assert set(shuffled.max_drawdowns.round(6)) == {-0.1, round(-10 / 130, 6)}
    drawn = analytics.monte_carlo_simulation(50, 5, method="trade_bootstrap")
    assert drawn.time_horizon == 5
    with pytest.raises(ParameterError, match="'initial_capital' parameter"):
        without.monte_carlo_simulation(method="trade_shuffle")
    with pytest.raises(ParameterError, match="add_trades or add_fills"):
        AdvancedAnalytics(initial_capital=1.0).monte_carlo_simulation(method="trade_bootstrap")


def test_windows_benchmarks_and_factors_reach_the_functions(market: pd.Series) -> None:
    analytics = of(market, risk_free_rate=0.0)
    assert len(analytics.rolling_analysis()) == 5030
    assert "beta" not in analytics.rolling_analysis(20)
    assert of([0.01, 0.02]).rolling_analysis()["total_return"].iloc[-1] == pytest.approx(0.0302)
    with pytest.raises(ParameterError, match="add_benchmark"):
        analytics.benchmark_analysis()
    assert analytics.benchmark_analysis(2 * market).beta == pytest.approx(0.5)
    analytics.add_benchmark(market)
    assert analytics.rolling_analysis(20)["beta"].iloc[-1] == pytest.approx(1.0)
    found = analytics.factor_analysis(pd.DataFrame({"mkt": market}), window=250)
    assert found.loadings["loading"].tolist() == pytest.approx([0.0, 1.0], abs=1e-12)
    assert found.rolling is not None


def test_factors_of_months_are_annual_whatever_a_year_of_returns_holds(market: pd.Series) -> None:
    factors = load_fama_french() / 100
    found, said = AdvancedAnalytics(), AdvancedAnalytics(periods_per_year=252)
    for analytics in (found, said):
        analytics.add_returns(market)
    assert said.factor_analysis(factors).periods_per_year == 12
    pd.testing.assert_frame_equal(
        said.factor_analysis(factors).attribution, found.factor_analysis(factors).attribution
    )


def test_a_benchmark_of_other_holidays_still_has_a_rolling_beta(market: pd.Series) -> None:
    analytics = AdvancedAnalytics()
    analytics.add_returns(market)
    analytics.add_benchmark(0.5 * market.drop(market.index[::40]))
    known = analytics.rolling_analysis(100)["beta"].dropna()
    assert len(known) == len(market) - len(market[::40]) - 99
    np.testing.assert_allclose(known, 2.0)
    beside = analytics.benchmark_analysis(window=100)
    assert beside.rolling is not None
    np.testing.assert_allclose(beside.rolling["beta"].dropna(), known)
