from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from ml_analytics.core.columns import ColumnKind
from ml_analytics.evaluation.drift import ChiSquare, Comparison, Sample


def _compare(a: Sequence[str], b: Sequence[str]) -> Comparison:
    samples = (
        Sample(ColumnKind.CATEGORY, np.array(one, dtype=object), np.zeros(len(one), dtype=bool))
        for one in (a, b)
    )
    found = ChiSquare().compare(*samples)
    assert found is not None
    return found


def test_agrees_with_scipy_on_independent_rows() -> None:
    a, b = ["x", "y", "z", "x"] * 30, ["x", "y", "z", "z"] * 25
    table = [[a.count(name) for name in "xyz"], [b.count(name) for name in "xyz"]]
    expected = chi2_contingency(table, correction=False)
    found = _compare(a, b)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)


WORDS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=60)


@given(WORDS, WORDS)
def test_statistic_is_never_negative_and_symmetric(a: list[str], b: list[str]) -> None:
    there, back = _compare(a, b), _compare(b, a)
    assert there.statistic >= 0.0
    assert 0.0 <= there.p_value <= 1.0
    assert there.statistic == pytest.approx(back.statistic, abs=1e-9)


def test_new_categories_are_named_and_found() -> None:
    found = _compare(["a", "b"] * 100, ["a", "b", "c", "d"] * 50)
    assert found.note == "new categories: c, d"
    assert found.p_value < 1e-6
    many = _compare(["a"] * 50, [f"n{i:02d}" for i in range(20)] * 3)
    assert many.note.endswith("and 15 more")


def test_another_constant_is_drift_and_the_same_is_not() -> None:
    assert _compare(["a"] * 80, ["b"] * 80).p_value < 1e-9
    assert _compare(["a"] * 80, ["a"] * 80).p_value == 1.0


def test_one_rare_newcomer_is_no_alarm() -> None:
    assert _compare(["a", "b"] * 100, [*(["a", "b"] * 99), "c", "a"]).p_value > 0.5


def test_false_alarms_stay_rare_on_regimes() -> None:
    """Two-state Markov chains that stay with probability 0.95."""
    random = np.random.default_rng(0)
    alarms = 0
    for _ in range(300):
        pair = []
        for _ in range(2):
            flips = random.random(800) > 0.95
            start = random.integers(0, 2)
            pair.append(np.where((np.cumsum(flips) + start) % 2 == 0, "bull", "bear").tolist())
        alarms += _compare(pair[0], pair[1]).p_value <= 0.05
    assert alarms / 300 <= 0.085


def test_nothing_known_is_nothing_to_compare() -> None:
    empty = Sample(ColumnKind.CATEGORY, np.array([], dtype=object), np.ones(3, dtype=bool))
    assert ChiSquare().compare(empty, empty) is None
