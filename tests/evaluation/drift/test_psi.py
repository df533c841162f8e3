from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.columns import ColumnKind
from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation.drift import Comparison, PopulationStabilityIndex, Sample

NUMBERS = st.lists(st.floats(allow_nan=False), min_size=1, max_size=60)
WORDS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=60)


def _psi(a: np.ndarray, b: np.ndarray, kind: ColumnKind = ColumnKind.NUMBER, bins: int = 10) -> Comparison:
    samples = (Sample(kind, one, np.zeros(one.size, dtype=bool)) for one in (a, b))
    found = PopulationStabilityIndex(bins).compare(*samples)
    assert found is not None
    return found


def test_by_hand() -> None:
    """Two bins cut at the reference's median 3: half a row is added to each bin."""
    found = _psi(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 4.0, 5.0, 6.0]), bins=2)
    p, q = np.array([3.5, 1.5]) / 5, np.array([1.5, 3.5]) / 5
    assert found.statistic == pytest.approx(((q - p) * np.log(q / p)).sum())


@given(NUMBERS, NUMBERS, st.integers(2, 12))
def test_never_negative_for_numbers(a: list[float], b: list[float], bins: int) -> None:
    found = _psi(np.array(a), np.array(b), bins=bins)
    assert found.statistic >= -1e-12
    assert 0.0 <= found.p_value <= 1.0


@given(WORDS, WORDS)
def test_never_negative_for_categories(a: list[str], b: list[str]) -> None:
    before, now = np.array(a, dtype=object), np.array(b, dtype=object)
    assert _psi(before, now, kind=ColumnKind.CATEGORY).statistic >= 0.0


@given(NUMBERS)
def test_no_change_is_zero(a: list[float]) -> None:
    assert _psi(np.array(a), np.array(a)).statistic == 0.0


@pytest.mark.parametrize("current", [1.0, 3.0])
def test_a_constant_that_moves_is_seen_both_ways(current: float) -> None:
    found = _psi(np.full(100, 2.0), np.full(100, current))
    assert found.statistic > 1.0
    assert found.p_value < 1e-6


@pytest.mark.parametrize("values", [[0.0] * 95 + [1.0] * 5, [0.0] * 5 + [1.0] * 95])
def test_a_rare_value_becoming_common_is_seen(values: list[float]) -> None:
    reference = np.random.default_rng(0).permutation(values)
    assert _psi(reference, 1.0 - reference).p_value < 1e-6


def test_false_alarms_and_power() -> None:
    random = np.random.default_rng(1)
    alarms = found = 0
    for _ in range(300):
        a, b = random.normal(size=500), random.normal(size=500)
        alarms += _psi(a, b).p_value <= 0.05
        found += _psi(a, b + 0.5).p_value <= 0.05
    assert 0.005 <= alarms / 300 <= 0.085
    assert found / 300 >= 0.95


def test_one_bin_is_refused() -> None:
    with pytest.raises(ParameterError, match="'bins'"):
        PopulationStabilityIndex(1)


def test_nothing_known_is_nothing_to_compare() -> None:
    empty = Sample(ColumnKind.NUMBER, np.array([]), np.ones(3, dtype=bool))
    assert PopulationStabilityIndex().compare(empty, empty) is None
