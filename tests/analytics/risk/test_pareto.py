from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.risk.pareto import ParetoTail, fit_pareto, fit_tail
from ml_analytics.core.errors import ParameterError


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.2, 0.8])
def test_the_fit_is_that_of_scipy(shape: float) -> None:
    excess = stats.genpareto.rvs(shape, scale=0.02, size=500, random_state=3)
    ours, scale = fit_pareto(excess)
    theirs = stats.genpareto.fit(excess, floc=0)
    likelihood = stats.genpareto(ours, 0, scale).logpdf(excess).sum()
    assert likelihood >= stats.genpareto(*theirs).logpdf(excess).sum() - 1e-4
    assert (ours, scale) == pytest.approx((theirs[0], theirs[2]), rel=1e-2, abs=2e-3)


def test_the_fit_finds_the_truth() -> None:
    fits = [
        fit_pareto(stats.genpareto.rvs(0.3, scale=2.0, size=2000, random_state=seed)) for seed in range(30)
    ]
    shape, scale = np.mean(fits, axis=0)
    # The error of the mean: (1 + shape) / sqrt(n) / sqrt(30) is 0.005.
    assert shape == pytest.approx(0.3, abs=0.02)
    assert scale == pytest.approx(2.0, rel=0.02)


def test_tails_are_those_of_the_distribution() -> None:
    tail = ParetoTail(threshold=0.01, shape=0.2, scale=0.008, excesses=100, share=0.1)
    law = stats.genpareto(0.2, loc=0.01, scale=0.008)
    for level in (0.05, 0.01, 0.001):
        loss = -tail.quantile(level)
        assert 0.1 * law.sf(loss) == pytest.approx(level)
        mean = law.expect(lambda x: x, lb=loss, conditional=True)
        assert -tail.shortfall(level) == pytest.approx(mean, rel=1e-6)
    flat = ParetoTail(0.01, 0.0, 0.008, 100, 0.1)
    assert -flat.quantile(0.01) == pytest.approx(0.01 + 0.008 * math.log(10))
    assert -flat.shortfall(0.01) == pytest.approx(-flat.quantile(0.01) + 0.008)
    assert ParetoTail(0.01, 1.0, 0.008, 100, 0.1).shortfall(0.01) == -math.inf


def test_extreme_quantiles_of_student_are_found() -> None:
    values = stats.t.rvs(4, size=20_000, random_state=1)
    tail = fit_tail(values, 0.05, "test")
    assert tail.excesses == 1000
    assert tail.quantile(0.001) == pytest.approx(stats.t.ppf(0.001, 4), rel=0.1)


def test_at_the_share_of_the_tail_the_quantile_is_the_threshold(market: pd.Series) -> None:
    tail = fit_tail(market.to_numpy(), 0.1, "test")
    assert tail.quantile(tail.share) == pytest.approx(-tail.threshold)
    assert (market < -tail.threshold).sum() == tail.excesses == 503


def test_scale_goes_through(market: pd.Series) -> None:
    one, other = (fit_tail(factor * market.to_numpy(), 0.1, "test") for factor in (1.0, 100.0))
    assert other.shape == pytest.approx(one.shape, abs=1e-6)
    assert other.scale == pytest.approx(100 * one.scale, rel=1e-6)


def test_what_has_no_tail() -> None:
    assert fit_pareto(np.zeros(30)) == (0.0, 0.0)
    still = fit_tail(np.full(300, 0.01), 0.1, "test")
    assert still.quantile(0.01) == still.shortfall(0.01) == pytest.approx(0.01)
    with pytest.raises(ParameterError, match="enough to have 25 in the tail"):
        fit_tail(np.zeros(100), 0.1, "test")
