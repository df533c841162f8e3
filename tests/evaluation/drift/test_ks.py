"""False alarms and laws of the Kolmogorov-Smirnov test with the effective sample size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from ml_analytics.core.columns import ColumnKind
from ml_analytics.evaluation.drift import Comparison, KolmogorovSmirnov, Sample

Autoregression = Callable[[np.random.Generator, int, float], np.ndarray]
VALUES = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=1, max_size=50)


def _sample(values: np.ndarray) -> Sample:
    return Sample(ColumnKind.NUMBER, values, np.zeros(values.size, dtype=bool))


def _compare(a: np.ndarray, b: np.ndarray) -> Comparison:
    found = KolmogorovSmirnov().compare(_sample(a), _sample(b))
    assert found is not None
    return found


@given(VALUES, VALUES)
def test_statistic_is_the_largest_gap_between_the_shares(a: list[float], b: list[float]) -> None:
    one, other = np.array(a), np.array(b)
    expected = max(abs((one <= x).mean() - (other <= x).mean()) for x in [*a, *b])
    assert _compare(one, other).statistic == pytest.approx(expected)


def test_p_value_of_independent_rows_agrees_with_scipy() -> None:
    random = np.random.default_rng(1)
    for shift in (0.0, 0.05, 0.1):
        a, b = random.normal(size=3000), random.normal(shift, size=3000)
        assert _compare(a, b).p_value == pytest.approx(ks_2samp(a, b).pvalue, rel=0.25, abs=0.03)


@given(VALUES, VALUES)
def test_monotone_transforms_change_nothing(a: list[float], b: list[float]) -> None:
    one, other = np.array(a), np.array(b)
    stretched = _compare(np.exp(one / 10), np.exp(other / 10))
    assert stretched.statistic == _compare(one, other).statistic
    assert stretched.p_value == _compare(one, other).p_value


@given(VALUES, VALUES)
def test_which_sample_is_the_reference_does_not_matter(a: list[float], b: list[float]) -> None:
    there, back = _compare(np.array(a), np.array(b)), _compare(np.array(b), np.array(a))
    assert there.statistic == pytest.approx(back.statistic)
    assert there.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.98])
def test_false_alarms_stay_rare_on_dependent_rows(autoregression: Autoregression, rho: float) -> None:
    """400 pairs of independent AR(1) series of 1,000 rows; the plain test alarms on up to 97 % of them."""
    random = np.random.default_rng(2)
    alarms = plain = 0
    for _ in range(400):
        a, b = autoregression(random, 1000, rho), autoregression(random, 1000, rho)
        alarms += _compare(a, b).p_value <= 0.05
        plain += ks_2samp(a, b, method="asymp").pvalue <= 0.05
    assert alarms / 400 <= 0.075
    assert plain / 400 >= {0.0: 0.02, 0.5: 0.12, 0.9: 0.6, 0.98: 0.9}[rho]


@pytest.mark.parametrize(("rho", "shift"), [(0.0, 0.25), (0.5, 0.5), (0.9, 1.0)])
def test_drift_is_still_found(autoregression: Autoregression, rho: float, shift: float) -> None:
    random = np.random.default_rng(3)
    found = 0
    for _ in range(60):
        a, b = autoregression(random, 1000, rho), autoregression(random, 1000, rho) + shift
        found += _compare(a, b).p_value <= 0.05
    assert found / 60 >= 0.9


def test_constants_and_infinities() -> None:
    same, other = np.full(40, 2.0), np.full(40, 3.0)
    assert _compare(same, same).p_value == 1.0
    assert _compare(same, other).p_value < 1e-9
    infinite = np.where(np.arange(40) % 2 == 0, np.inf, -np.inf)
    assert _compare(infinite, infinite).statistic == 0.0


def test_nothing_known_is_nothing_to_compare() -> None:
    assert KolmogorovSmirnov().compare(_sample(np.array([])), _sample(np.ones(3))) is None
