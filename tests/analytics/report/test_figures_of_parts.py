from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from tests.analytics.report.odd import closed_trades

from ml_analytics.analytics import TradingReport
from ml_analytics.analytics.report.future import bands, future_figures, futures
from ml_analytics.analytics.report.honesty import honesty_figures
from ml_analytics.analytics.report.rolling_figures import rolling_figures, rolling_series, rolling_window
from ml_analytics.analytics.report.trade_figures import SHOWN, trade_figures


def test_the_window_is_a_year() -> None:
    months = pd.date_range("2020-01-31", periods=24, freq="ME")
    assert rolling_window(TradingReport(pd.Series(0.0, index=months))) == 12


def test_rolling_figures_are_those_of_the_window(report: TradingReport) -> None:
    assert report.benchmark is not None
    found = {one["key"]: one["sides"]["strategy"] for one in rolling_series(report)}
    own, other = report.net.iloc[-252:], report.benchmark.iloc[-252:]
    assert found["beta"].iloc[-1] == pytest.approx(np.cov(own, other)[0, 1] / np.var(other, ddof=1))
    assert found["sharpe"].iloc[-1] == pytest.approx(own.mean() / own.std() * math.sqrt(252))
    assert found["volatility"].iloc[-1] == pytest.approx(own.std() * math.sqrt(252))
    for row in rolling_figures(report):
        assert row["lowest"] <= row["middle"] <= row["highest"]
        assert row["lowest"] <= row["latest"] <= row["highest"]


def test_a_history_of_less_than_a_year_has_no_rolling_figures() -> None:
    days = pd.bdate_range("2024-01-01", periods=250)
    assert rolling_series(TradingReport(pd.Series(0.01, index=days))) == []


def test_groups_add_up_to_all_trades_and_the_small_ones_stand_together() -> None:
    trades = closed_trades(3000)
    trades["symbol"] = [f"S{number % 40:02d}" for number in range(3000)]
    found = trade_figures(TradingReport.joined([0.1], trades=trades))
    assert found is not None
    total = trades["pnl"].sum()
    for rows in found["attribution"].values():
        assert sum(one["pnl"] for one in rows) == pytest.approx(total)
        assert sum(one["trades"] for one in rows) == 3000
    by_symbol = found["attribution"]["symbol"]
    assert len(by_symbol) == SHOWN + 1
    assert by_symbol[-1]["name_text"] == "30 others"
    sizes = [abs(one["pnl"]) for one in by_symbol[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    years = [one["name_text"] for one in found["attribution"]["year"]]
    assert years == sorted(years)


def test_best_and_worst_are_the_extremes_of_the_trades() -> None:
    trades = closed_trades(500)
    found = trade_figures(TradingReport.joined([0.1], trades=trades))
    assert found is not None
    assert [one["pnl"] for one in found["best"]] == trades["pnl"].nlargest(SHOWN).tolist()
    assert [one["pnl"] for one in found["worst"]] == trades["pnl"].nsmallest(SHOWN).tolist()


def test_a_book_without_losses_has_no_worst_trades() -> None:
    found = trade_figures(TradingReport.joined([0.1], trades=[{"pnl": 1.0}, {"pnl": 0.0}]))
    assert found is not None
    assert found["worst"] == []
    assert len(found["best"]) == 1
    assert trade_figures(TradingReport.joined([0.1])) is None


def test_honesty_counts_trials_as_published(report: TradingReport) -> None:
    """Against Bailey and López de Prado's formulas, written anew."""
    values = report.net.to_numpy()
    n, sharpe = len(values), values.mean() / values.std(ddof=1)
    centred = (values - values.mean()) / values.std()
    spread = math.sqrt(
        (1 - (centred**3).mean() * sharpe + ((centred**4).mean() - 1) / 4 * sharpe**2) / (n - 1)
    )
    found = {one["key"]: one["value"] for one in honesty_figures(report)["figures"]}
    assert found["probabilistic"] == pytest.approx(norm.cdf(sharpe / spread), abs=2e-3)
    by_trials = {one["trials"]: one["value"] for one in honesty_figures(report)["by_trials"]}
    gamma = 0.5772156649
    best = (1 - gamma) * norm.ppf(1 - 1 / 100) + gamma * norm.ppf(1 - 1 / (100 * math.e))
    assert by_trials[100] == pytest.approx(norm.cdf((sharpe - best / math.sqrt(n - 1)) / spread), abs=2e-3)
    assert by_trials[1] == pytest.approx(found["probabilistic"])
    chances = list(by_trials.values())
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize(
    ("mean", "trials", "sentence"),
    [
        (0.0, None, "too short or too weak|not above zero"),
        (-0.002, None, "not above zero"),
        (0.01, None, "would stand even as the best of 5,000"),
        (0.001, None, "would stand as the best of"),
        (0.01, 5, "best of 5 trials this record is more than luck"),
        (0.0002, 1000, "best of 1,000 trials this record is no more than luck"),
    ],
)
def test_the_sentence_says_what_the_record_proves(mean: float, trials: int | None, sentence: str) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, 1000)
    report = TradingReport.joined(noise - noise.mean() + mean, trials=trials)
    assert pytest.approx(mean, abs=1e-12) == report.net.mean()
    assert re.search(sentence, honesty_figures(report)["sentence_text"])


def test_without_variance_nothing_is_proved() -> None:
    found = honesty_figures(TradingReport.joined([0.0] * 20))
    assert "does not allow a judgement" in found["sentence_text"]
    assert all(math.isnan(one["value"]) for one in found["by_trials"])


def test_the_fan_is_ordered_begins_at_one_and_ends_as_the_table(report: TradingReport) -> None:
    drawn = futures(report)
    assert drawn is not None
    steps, levels = bands(drawn)
    assert (steps[0], steps[-1]) == (0, 252)
    assert (levels[:, 0] == 1.0).all()
    assert (np.diff(levels, axis=0) >= 0).all()
    found = future_figures(drawn)
    assert found is not None
    np.testing.assert_allclose(levels[:, -1] - 1, [one["end"] for one in found["quantiles"]], atol=1e-12)
    falls = [one["fall"] for one in found["quantiles"]]
    assert falls == sorted(falls)
    assert futures(TradingReport.joined([0.1] * 9)) is None


@pytest.mark.parametrize(("p", "size"), [(8760, 4), (525_600, 209), (252, 1)])
def test_a_year_of_fine_bars_is_simulated_to_its_end(p: int, size: int) -> None:
    """Bars are compounded to steps; a constant return shows how far the future reaches."""
    bars = 10 * size + 3
    report = TradingReport.joined([1e-6] * bars, periods_per_year=p)
    drawn = futures(report)
    assert drawn is not None
    assert drawn.bars_per_step == size
    steps, levels = bands(drawn)
    assert steps[-1] == pytest.approx(p, rel=1e-3)
    np.testing.assert_allclose(levels, np.broadcast_to((1 + 1e-6) ** steps, levels.shape), rtol=1e-9)
    found = future_figures(drawn)
    assert found is not None
    assert found["horizon"] == steps[-1]
    assert (f"steps of {size} bars" in found["caption"]) == (size > 1)
    assert futures(TradingReport.joined([1e-6] * (10 * size - 1), periods_per_year=p)) is None


def test_what_fills_no_step_is_left_out_at_the_beginning_and_ruin_stays_ruin() -> None:
    values = np.full(42, 0.01)
    values[0] = 9.0
    drawn = futures(TradingReport.joined(values, periods_per_year=8760))
    assert drawn is not None
    assert drawn.simulated.total_returns.max() == pytest.approx(1.01**8760 - 1)
    values[-1] = -3.0
    ruined = futures(TradingReport.joined(values, periods_per_year=8760))
    assert ruined is not None
    assert ruined.simulated.total_returns.min() == -1.0
