"""The exponential mean over a series against its recursion."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.stepping.exponential import exponential_mean


@given(
    seed=st.integers(0, 2**32 - 1),
    length=st.integers(1, 600),
    decay=st.floats(0.9, 0.999),
    first=st.floats(0, 9),
)
def test_the_recursion(seed: int, length: int, decay: float, first: float) -> None:
    values = np.random.default_rng(seed).exponential(1, length) ** 4
    made, mean = exponential_mean(values, decay, first), first
    for value, found in zip(values, made, strict=True):
        mean = decay * mean + (1 - decay) * value
        np.testing.assert_allclose(found, mean, rtol=1e-12)


def test_a_longer_series_changes_nothing() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    whole = exponential_mean(values, 0.94, 0.0)
    for stop in (1, 127, 128, 129, 700):
        np.testing.assert_array_equal(exponential_mean(values[:stop], 0.94, 0.0), whole[:stop])
