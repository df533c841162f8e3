from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ml_analytics.analytics.risk.student import fit_student


def test_the_fit_is_that_of_scipy(market: pd.Series) -> None:
    log = np.log1p(market.to_numpy())
    centre, scale, freedom = fit_student(log)
    theirs = stats.t.fit(log)
    assert (freedom, centre, scale) == pytest.approx(theirs, rel=2e-3, abs=1e-6)
    ours = stats.t(freedom, centre, scale).logpdf(log).sum()
    assert ours >= stats.t(*theirs).logpdf(log).sum() - 1e-6


def test_thin_tails_are_normal() -> None:
    values = np.random.default_rng(0).uniform(size=500)
    centre, scale, freedom = fit_student(values)
    assert math.isinf(freedom)
    assert (centre, scale) == pytest.approx((values.mean(), values.std(ddof=1)))


def test_location_and_scale_go_through() -> None:
    values = np.random.default_rng(1).standard_t(3, 2000)
    centre, scale, freedom = fit_student(values)
    moved = fit_student(5.0 + 0.001 * values)
    assert moved == pytest.approx((5.0 + 0.001 * centre, 0.001 * scale, freedom), rel=1e-4)
    assert fit_student(np.full(5, 0.2)) == (0.2, 0.0, math.inf)
