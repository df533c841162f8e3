"""Which rows are learnt from, and which tell when to stop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.models.neural.scaling import mean_and_scale, standardise
from ml_analytics.models.neural.split import forward_split, random_split

FRACTIONS = st.floats(0.0, 0.5)


@given(rows=st.integers(1, 400), fraction=FRACTIONS, embargo=st.integers(1, 100))
def test_windows_of_validation_rows_hold_no_row_that_was_learnt_from(
    rows: int, fraction: float, embargo: int
) -> None:
    train, validation = forward_split(rows, fraction, embargo)
    assert len(train) >= rows // 2
    if not len(validation):
        assert train.tolist() == list(range(rows))
        return
    assert validation[-1] == rows - 1
    seen = {row for last in validation.tolist() for row in range(last - embargo + 1, last + 1)}
    assert not seen & set(train.tolist())
    assert len(validation) == int(rows * fraction)


@given(rows=st.integers(1, 300), fraction=FRACTIONS, seed=st.integers(0, 9))
def test_a_random_split_has_every_row_once(rows: int, fraction: float, seed: int) -> None:
    train, validation = random_split(rows, fraction, seed)
    assert sorted([*train.tolist(), *validation.tolist()]) == list(range(rows))
    assert len(validation) == int(rows * fraction)


def test_scaling_is_that_of_numpy_and_stands_what_is_constant_tiny_or_huge() -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(3.0, 2.0, (50, 4, 3)) * np.array([1.0, 1e-30, 1e37])
    mean, scale = mean_and_scale(values)
    np.testing.assert_allclose(mean, values.reshape(-1, 3).mean(axis=0))
    np.testing.assert_allclose(scale, values.reshape(-1, 3).std(axis=0))
    made = standardise(values, mean, scale).reshape(-1, 3)
    np.testing.assert_allclose(made.std(axis=0), 1.0)
    constant = np.full((5, 1), 0.1)
    assert standardise(constant, *mean_and_scale(constant)).tolist() == [[0.0]] * 5
