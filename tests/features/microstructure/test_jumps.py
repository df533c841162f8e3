"""Jump tests against the printed formulas in loops, their published thresholds, and their size and power."""

from __future__ import annotations

from math import exp, gamma, log, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import jump_test, local_jumps
from ml_analytics.features.microstructure.jumps import lee_mykland, ratio_test


def ticks(moves: np.ndarray) -> pd.DataFrame:
    price = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves), [np.sum(moves)]]))
    at = pd.date_range("2024-01-01", periods=len(price), freq="s", tz="UTC")
    return pd.DataFrame({"price": price, "qty": 1.0}, index=at)


def slow_ratio(r: list[float]) -> tuple[float, float]:
    """Return the statistic of Huang and Tauchen (2005, equation 10 and what it needs) and its p-value."""
    m = len(r)
    mu_1, mu_43 = sqrt(2 / pi), 2 ** (2 / 3) * gamma(7 / 6) / gamma(1 / 2)
    rv = sum(x * x for x in r)
    bv = mu_1**-2 * m / (m - 1) * sum(abs(r[j]) * abs(r[j - 1]) for j in range(1, m))
    tp = (
        m
        * mu_43**-3
        * m
        / (m - 2)
        * sum((abs(r[j]) * abs(r[j - 1]) * abs(r[j - 2])) ** (4 / 3) for j in range(2, m))
    )
    v_bb, v_qq = (pi / 2) ** 2 + pi - 3, 2
    z = (rv - bv) / rv / sqrt((v_bb - v_qq) / m * max(1, tp / bv**2))
    return z, float(norm.sf(z))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(3, 12))
def test_the_ratio_statistic(seed: int, window: int) -> None:
    moves = np.random.default_rng(seed).standard_t(3, 20) * 1e-3
    found = jump_test(ticks(moves), "1s", window)
    assert found.iloc[:window].isna().all(axis=None)
    for row in range(window, 21):
        z, p_value = slow_ratio(moves[row - window : row].tolist())
        one = found.iloc[row]
        assert [one["statistic"], one["p_value"]] == pytest.approx([z, p_value], rel=1e-6, abs=1e-9)
        assert one["jump_variation"] == max(one["realised_variance"] - one["bipower_variation"], 0)


def test_the_test_has_about_its_size_and_finds_what_is_planted() -> None:
    rng, window, days = np.random.default_rng(0), 300, 1_000
    moves = rng.normal(0, 1e-3, window * days)
    each = slice(window - 1, None, window)
    size = np.mean(ratio_test(moves, window)["p_value"][each] < 0.05)
    assert 0.03 < size < 0.08
    moves[window // 2 :: window] += 0.012
    assert np.mean(ratio_test(moves, window)["p_value"][each] < 0.05) > 0.95


def test_a_price_that_stands_still_is_not_judged() -> None:
    found = jump_test(ticks(np.zeros(10)), "1s", 4)
    assert (found["realised_variance"].iloc[4:] == 0).all()
    assert found[["statistic", "p_value"]].isna().all(axis=None)
    assert local_jumps(ticks(np.zeros(10)), "1s", 4)["statistic"].isna().all()
    assert not local_jumps(ticks(np.zeros(10)), "1s", 4)["jump"].any()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(3, 8), st.integers(3, 10**6))
def test_local_jumps_are_those_of_the_paper(seed: int, window: int, observations: int) -> None:
    r = np.random.default_rng(seed).standard_t(3, 20) * 1e-3
    found = local_jumps(ticks(r), "1s", window, observations=observations)
    c, n = sqrt(2 / pi), observations
    c_n = sqrt(2 * log(n)) / c - (log(pi) + log(log(n))) / (2 * c * sqrt(2 * log(n)))
    s_n = 1 / (c * sqrt(2 * log(n)))
    assert found["statistic"].iloc[:window].isna().all() and not found["jump"].iloc[:window].any()
    for i in range(window - 1, 20):
        spread = sum(abs(r[j]) * abs(r[j - 1]) for j in range(i - window + 2, i)) / (window - 2)
        statistic = r[i] / sqrt(spread)
        p_value = 1 - exp(-exp(-(abs(statistic) - c_n) / s_n))
        one = found.iloc[i + 1]
        assert one["return"] == pytest.approx(r[i], abs=1e-12)
        assert one["statistic"] == pytest.approx(statistic, rel=1e-6)
        assert one["p_value"] == pytest.approx(p_value, rel=1e-5, abs=1e-12)
        assert one["jump"] == (one["p_value"] < 0.01)


def test_the_threshold_that_the_paper_prints() -> None:
    # Lee and Mykland 2008, page 2544: at 1 % the threshold of xi is 4.6001.
    n, c = 1000, sqrt(2 / pi)
    root = sqrt(2 * log(n))
    statistic = 4.6001 / (c * root) + root / c - (log(pi) + log(log(n))) / (2 * c * root)
    moves = np.full(10, 1.0)
    for factor, jump in ((0.9999, False), (1.0001, True)):
        moves[-1] = statistic * factor
        assert lee_mykland(moves, 5, n, 0.01)["jump"][-1] == jump


def test_quiet_returns_raise_few_alarms_and_a_jump_is_found_where_it_is() -> None:
    rng = np.random.default_rng(0)
    moves = rng.normal(0, 1e-3, 20_000)
    false = lee_mykland(moves, 300, 1_000, 0.05)["jump"].sum()
    assert false <= 6, "about one in twenty blocks of 1,000"
    moves[[5_000, 15_000]] += [0.02, -0.02]
    assert {5_000, 15_000} <= set(np.flatnonzero(lee_mykland(moves, 300, 1_000, 0.05)["jump"]))


def test_a_mirrored_price_has_the_same_jumps() -> None:
    moves = np.random.default_rng(2).standard_t(2, 60) * 1e-3
    up, down = local_jumps(ticks(moves), "1s", 10), local_jumps(ticks(-moves), "1s", 10)
    np.testing.assert_allclose(down["statistic"], -up["statistic"], rtol=1e-6)
    assert (up["jump"] == down["jump"]).all()


def test_polars_and_what_cannot_be(quotes: Any) -> None:
    of_polars = pl.from_pandas(quotes.reset_index())
    for function in (jump_test, local_jumps):
        assert isinstance(function(of_polars, "1s", 5), pl.DataFrame)
        with pytest.raises(ParameterError, match="The 'window' parameter"):
            function(quotes, "1s", 2)
    for level in (0, 1, -0.1, "low", True, float("nan")):
        with pytest.raises(ParameterError, match="The 'level' parameter of local_jumps"):
            local_jumps(quotes, level=level)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="The 'observations' parameter of local_jumps"):
        local_jumps(quotes, observations=2)
