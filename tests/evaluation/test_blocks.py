from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from arch.bootstrap import optimal_block_length as arch_block_length
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.evaluation.blocks import (
    block_variance,
    choose_block_length,
    mean_variance,
    optimal_block_length,
)

Autoregression = Callable[[np.random.Generator, int, float], np.ndarray]


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("n", [200, 1000])
def test_length_agrees_with_arch(autoregression: Autoregression, n: int, rho: float) -> None:
    series = autoregression(np.random.default_rng(7), n, rho)
    expected = float(arch_block_length(series)["circular"].iloc[0])
    assert optimal_block_length(series) == pytest.approx(max(1.0, expected), rel=0.25, abs=1.0)


def test_dependence_needs_longer_blocks(autoregression: Autoregression) -> None:
    lengths = [
        np.median(
            [optimal_block_length(autoregression(np.random.default_rng(i), 600, rho)) for i in range(15)]
        )
        for rho in (0.0, 0.5, 0.9)
    ]
    assert lengths[0] < lengths[1] < lengths[2]


def test_small_and_constant_series_get_single_rows() -> None:
    assert optimal_block_length(np.zeros(50)) == 1.0
    assert optimal_block_length(np.array([0.0, 1.0, 0.0])) == 1.0


@given(st.floats(1.0, 500.0), st.integers(1, 400), st.integers(1, 60))
def test_chosen_length_leaves_two_blocks(found: float, n: int, horizon: int) -> None:
    length = choose_block_length(found, n, horizon)
    assert 1 <= length <= max(1, n // 2)


@pytest.mark.parametrize("length", [1, 7, 20])
def test_closed_form_is_the_limit_of_resampling(autoregression: Autoregression, length: int) -> None:
    series = autoregression(np.random.default_rng(1), 140, 0.6)
    random = np.random.default_rng(2)
    starts = random.integers(0, series.size, size=(40_000, series.size // length, 1))
    means = series[((starts + np.arange(length)) % series.size).reshape(40_000, -1)].mean(axis=1)
    blocks = series.size / length
    assert block_variance(series, length) == pytest.approx(means.var() * blocks / (blocks - 1), rel=0.03)


def test_single_rows_give_the_textbook_variance() -> None:
    series = np.random.default_rng(3).normal(size=50)
    assert block_variance(series, 1) == pytest.approx(series.var(ddof=1) / 50)
    assert block_variance(np.array([1.0]), 1) == 0.0


def test_the_correction_never_narrows(autoregression: Autoregression) -> None:
    series = autoregression(np.random.default_rng(4), 300, 0.7)
    for length in (1, 2, 9, 40):
        assert mean_variance(series, length) >= block_variance(series, length)
