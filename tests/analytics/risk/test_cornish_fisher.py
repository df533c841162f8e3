from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from ml_analytics.analytics.risk import cornish_fisher as cf

skews = st.floats(-3.0, 3.0)
kurtoses = st.floats(-2.0, 12.0)


def slope(z: np.ndarray, s: float, k: float) -> np.ndarray:
    return np.asarray(1 + z * s / 3 + (3 * z * z - 3) * k / 24 - (6 * z * z - 5) * s * s / 36)


@given(skews, kurtoses)
def test_the_domain_is_where_the_slope_is_not_negative(s: float, k: float) -> None:
    worst = slope(np.linspace(-200, 200, 20_001), s, k).min()
    if cf.rises(s, k):
        assert worst >= -1e-6
    elif worst > 0:  # falls between the points of the grid or beyond it
        a, c = k / 8 - s * s / 6, 1 - k / 8 + 5 * s * s / 36
        assert a < 0 or s * s / 9 > 4 * a * c


def test_the_domain_has_the_published_bounds() -> None:
    """Maillard (2012): |s| at most 6 (sqrt 2 - 1), about 2.485; k from 0 to 8 without skew."""
    largest = 6 * (math.sqrt(2) - 1)
    ks = np.linspace(0, 12, 1201)
    assert any(cf.rises(largest - 0.01, float(k)) for k in ks)
    assert not any(cf.rises(largest + 0.01, float(k)) for k in ks)
    assert [cf.rises(0.0, k) for k in (-0.01, 0.0, 8.0, 8.01)] == [False, True, True, False]


@pytest.mark.parametrize(("s", "k"), [(0.0, 0.0), (-0.5, 3.0), (0.8, 4.0), (-1.5, 6.0)])
def test_shortfall_and_moments_are_integrals_of_the_quantile(s: float, k: float) -> None:
    def q(u: float) -> float:
        return cf.quantile(u, s, k)

    for level in (0.01, 0.05, 0.3):
        assert cf.shortfall(level, s, k) == pytest.approx(integrate.quad(q, 0, level)[0] / level, rel=1e-6)
    grid = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    values = (
        grid + (grid**2 - 1) * s / 6 + (grid**3 - 3 * grid) * k / 24 - (2 * grid**3 - 5 * grid) * s * s / 36
    )
    deviation, skew, kurtosis = cf.expansion_moments(s, k)
    assert deviation == pytest.approx(values.std(), rel=1e-3)
    assert skew == pytest.approx(stats.skew(values), abs=0.02)
    assert kurtosis == pytest.approx(stats.kurtosis(values), rel=0.05, abs=0.01)


@given(st.floats(-1.0, 1.0), st.floats(2.5, 25.0))
def test_matched_parameters_give_the_moments(skew: float, kurtosis: float) -> None:
    found = cf.matched(skew, kurtosis)
    assert found is not None
    s, k, scale = found
    assert cf.rises(s, k)
    deviation, got_skew, got_kurtosis = cf.expansion_moments(s, k)
    assert (got_skew, got_kurtosis) == pytest.approx((skew, kurtosis), abs=1e-5)
    assert deviation == scale


def test_no_match_is_said() -> None:
    assert cf.matched(0.0, 45.0) is None
    assert cf.matched(3.0, 0.5) is None  # no distribution has these


def test_no_skew_and_no_kurtosis_are_normal() -> None:
    for level in (0.001, 0.05, 0.5):
        assert cf.quantile(level, 0.0, 0.0) == pytest.approx(stats.norm.ppf(level))
