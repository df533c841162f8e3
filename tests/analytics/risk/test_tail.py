from __future__ import annotations

import json
import math
from typing import Any

import empyrical
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ml_analytics.analytics.metrics import conditional_value_at_risk, value_at_risk
from ml_analytics.analytics.risk import tail_risk
from ml_analytics.core.errors import ParameterError

METHODS: list[Any] = ["historical", "gaussian", "cornish_fisher", "maillard", "evt"]
FITTED: list[Any] = ["gaussian", "cornish_fisher", "maillard", "evt"]


@pytest.fixture(scope="module")
def mild() -> np.ndarray:
    """Returns with tails that every method can take."""
    return np.asarray(stats.t.rvs(8, loc=0.0003, scale=0.01, size=2000, random_state=4))


def test_historical_figures_are_the_metrics_and_those_of_empyrical(market: pd.Series) -> None:
    risk = tail_risk(market, [0.9, 0.95, 0.99])
    for level in (0.9, 0.95, 0.99):
        assert risk.var(level) == value_at_risk(market, level)
        assert risk.cvar(level) == conditional_value_at_risk(market, level)
        assert risk.var(level) == pytest.approx(empyrical.value_at_risk(market, 1 - level))
        assert risk.cvar(level) == pytest.approx(empyrical.conditional_value_at_risk(market, 1 - level))


def test_gaussian_figures_are_those_of_scipy(mild: np.ndarray) -> None:
    law = stats.norm(mild.mean(), mild.std(ddof=1))
    risk = tail_risk(mild, 0.975, method="gaussian")
    assert risk.var(0.975) == pytest.approx(law.ppf(0.025))
    assert risk.cvar(0.975) == pytest.approx(law.expect(lambda x: x, ub=law.ppf(0.025), conditional=True))
    ten = tail_risk(mild, 0.975, method="gaussian", horizon=10)
    assert ten.var(0.975) == pytest.approx(
        stats.norm(10 * mild.mean(), math.sqrt(10) * mild.std(ddof=1)).ppf(0.025)
    )


def test_a_known_tail_is_found_but_by_the_gaussian(mild: np.ndarray) -> None:
    truth = stats.t(8, 0.0003, 0.01)
    assert tail_risk(mild, 0.99, method="gaussian").cvar(0.99) > 0.95 * tail_risk(mild, 0.99).cvar(0.99)
    for method in ("historical", "cornish_fisher", "maillard", "evt"):
        risk = tail_risk(mild, [0.95, 0.99], method=method)
        for level in (0.95, 0.99):
            assert risk.var(level) == pytest.approx(truth.ppf(1 - level), rel=0.12), method
            mean = truth.expect(lambda x: x, ub=truth.ppf(1 - level), conditional=True)
            assert risk.cvar(level) == pytest.approx(mean, rel=0.15), method


@pytest.mark.parametrize("method", METHODS)
def test_figures_scale_and_deepen(mild: np.ndarray, method: Any) -> None:
    levels = [0.95, 0.99, 0.995]
    one, twice = (tail_risk(f * mild, levels, method=method).table for f in (1.0, 2.0))
    np.testing.assert_allclose(twice[["var", "cvar"]], 2 * one[["var", "cvar"]], rtol=1e-5)
    assert one["var"].is_monotonic_decreasing
    assert one["cvar"].is_monotonic_decreasing
    assert (one["cvar"] < one["var"]).all()


@pytest.mark.parametrize("method", METHODS)
def test_order_and_gaps_change_nothing(mild: np.ndarray, method: Any) -> None:
    shuffled = np.random.default_rng(0).permutation(mild)
    with_gaps = np.insert(shuffled, [5, 99], np.nan)
    one, other = (tail_risk(x, 0.99, method=method).table for x in (mild, with_gaps))
    np.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.parametrize("method", FITTED)
def test_a_shift_shifts(mild: np.ndarray, method: Any) -> None:
    one, moved = (tail_risk(mild + c, 0.99, method=method) for c in (0.0, 0.01))
    assert moved.var(0.99) == pytest.approx(one.var(0.99) + 0.01, rel=1e-5)
    assert moved.cvar(0.99) == pytest.approx(one.cvar(0.99) + 0.01, rel=1e-5)


def test_fat_tails_are_refused_by_the_plain_expansion_only(market: pd.Series) -> None:
    with pytest.raises(ParameterError, match="must be 'maillard', 'historical' or 'evt' where"):
        tail_risk(market, method="cornish_fisher")
    matched = tail_risk(market, 0.99, method="maillard")
    assert matched.var(0.99) == pytest.approx(tail_risk(market, 0.99).var(0.99), rel=0.1)
    with pytest.raises(ParameterError, match="maillard at skew"):
        tail_risk([*np.zeros(500), 1.0, -0.9], method="maillard")


def test_a_horizon_of_windows_is_compounded(market: pd.Series) -> None:
    five = market.to_numpy()[:200]
    windows = [np.prod(1 + five[i : i + 5]) - 1 for i in range(196)]
    risk = tail_risk(five, 0.9, horizon=5)
    assert risk.var(0.9) == pytest.approx(np.quantile(windows, 0.1))
    assert risk.note == "196 overlapping windows of 5 periods, compounded"
    with pytest.raises(ParameterError, match="short enough to leave 30 windows in 200 returns"):
        tail_risk(five, horizon=180)


@pytest.mark.parametrize("method", METHODS)
def test_the_root_rule_multiplies(mild: np.ndarray, method: Any) -> None:
    one = tail_risk(mild, 0.99, method=method).table
    ten = tail_risk(mild, 0.99, method=method, horizon=10, scaling="sqrt")
    np.testing.assert_allclose(ten.table[["var", "cvar"]], one[["var", "cvar"]] * math.sqrt(10))
    assert ten.note.endswith("one period times the root of 10")


def test_moments_of_a_horizon_grow_normal(mild: np.ndarray) -> None:
    far = [tail_risk(mild, 0.99, method=m, horizon=1000).var(0.99) for m in ("gaussian", "cornish_fisher")]
    assert far[0] == pytest.approx(far[1], rel=0.01)


@pytest.mark.parametrize("method", ["gaussian", "historical"])
def test_intervals_cover_as_they_say(method: Any) -> None:
    """Value at risk of independent normal returns: the truth is known."""
    rng, truth, inside = np.random.default_rng(0), stats.norm.ppf(0.1), np.zeros(2)
    mean = stats.norm.expect(lambda x: x, ub=truth, conditional=True)
    runs = 150
    for _ in range(runs):
        table = tail_risk(
            rng.normal(size=300), 0.9, method=method, interval=0.9, resamples=120, block_length=1
        ).table
        row = table.iloc[0]
        inside += [row["var_low"] <= truth <= row["var_high"], row["cvar_low"] <= mean <= row["cvar_high"]]
    assert (inside / runs > 0.83).all()
    assert (inside / runs < 0.96).all()


@pytest.mark.parametrize("method", METHODS)
def test_intervals_hold_the_figure_and_repeat(mild: np.ndarray, method: Any) -> None:
    one, same = (tail_risk(mild[:600], 0.95, method=method, interval=0.9, resamples=60) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, same.table)
    row = one.table.iloc[0]
    assert row["var_low"] < row["var"] < row["var_high"]
    assert row["cvar_low"] < row["cvar"] < row["cvar_high"]
    assert one.interval.startswith("90% from ")


@pytest.mark.parametrize(
    ("returns", "method", "var"),
    [
        ([], "historical", math.nan),
        ([], "gaussian", math.nan),
        ([math.nan], "maillard", math.nan),
        ([-0.02], "historical", -0.02),
        ([-0.02], "gaussian", math.nan),
        ([0.01] * 9, "gaussian", 0.01),
        ([0.01] * 9, "cornish_fisher", 0.01),
        ([0.01, 0.02], "cornish_fisher", math.nan),
        ([-1.0, 0.5], "historical", -0.925),
    ],
    ids=str,
)
def test_small_samples_have_defined_values(returns: list[float], method: Any, var: float) -> None:
    risk = tail_risk(returns, 0.95, method=method, interval=0.9, resamples=5)
    assert risk.var(0.95) == pytest.approx(var, nan_ok=True)
    json.dumps(risk.to_json(), allow_nan=False)


@given(st.lists(st.floats(-0.99, 5.0), min_size=1, max_size=40))
def test_shortfall_is_never_above_value_at_risk(returns: list[float]) -> None:
    for method in ("historical", "gaussian"):
        table = tail_risk(returns, [0.9, 0.99], method=method).table
        both = table.dropna()
        assert (both["cvar"] <= both["var"] + 1e-12).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence_level": 95},
        {"confidence_level": []},
        {"method": "magic"},
        {"horizon": 0},
        {"scaling": "linear"},
        {"tail_share": 1.0, "method": "evt"},
        {"method": "evt", "horizon": 5},
        {"method": "evt", "confidence_level": 0.9},
        {"method": "evt", "returns": [0.01] * 100},
        {"interval": 90},
        {"interval": 0.9, "resamples": 0},
        {"interval": 0.9, "seed": -1},
        {"returns": [math.inf]},
    ],
    ids=str,
)
def test_bad_input_gets_one_sentence(mild: np.ndarray, wrong: dict[str, Any]) -> None:
    given_: dict[str, Any] = {"returns": mild, "confidence_level": 0.95, **wrong}
    with pytest.raises(ParameterError, match="of tail_risk must be"):
        tail_risk(**given_)
    with pytest.raises(ParameterError, match=r"must be one of 0\.95"):
        tail_risk(mild, 0.95).var(0.99)
