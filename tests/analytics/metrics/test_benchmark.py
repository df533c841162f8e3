from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Two independent series of the same Sharpe ratio: 0 lies in the 90 % interval about 90 % of the time."""
    rng = np.random.default_rng(7)
    covered = 0
    for seed in range(200):
        one, other = rng.normal(0.0005, 0.01, (2, 500))
        score = m.sharpe_difference(one, other, 252, level=0.9, resamples=300, seed=seed)
        covered += score.low <= 0 <= score.high
    assert 165 <= covered <= 195


def test_the_same_seed_gives_the_same_interval_and_the_value_lies_within() -> None:
    one, other = np.random.default_rng(1).normal(0, 0.01, (2, 300))
    first, second = m.sharpe_difference(one, other, 252), m.sharpe_difference(one, other, 252)
    assert first == second
    assert first.low < first.value < first.high
    assert first.value == pytest.approx(m.sharpe_ratio(one, 252) - m.sharpe_ratio(other, 252))
    assert first.n == 300


def test_a_series_differs_from_itself_by_nothing() -> None:
    one = np.random.default_rng(1).normal(0, 0.01, 300)
    score = m.sharpe_difference(one, one, 252)
    assert (score.value, score.low, score.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("other", [[0.0] * 20, [math.nan] * 20])
def test_what_cannot_be_compared_is_nan(other: list[float]) -> None:
    own = np.random.default_rng(1).normal(0, 0.01, 20)
    score = m.sharpe_difference(own, other, 252)
    assert math.isnan(score.value)
    assert math.isnan(score.low)
    for figure in (m.beta(own, other), m.correlation(own, other), m.alpha(own, other, 252)):
        assert math.isnan(figure)


def test_nan_in_either_is_left_out() -> None:
    own, other = [0.01, math.nan, 0.03, 0.0], [0.02, 0.5, math.nan, 0.01]
    assert m.beta(own, other) == pytest.approx(m.beta([0.01, 0.0], [0.02, 0.01]))


def test_lengths_must_agree() -> None:
    with pytest.raises(ParameterError, match=r"as long as the returns \(2 periods\)"):
        m.beta([0.1, 0.2], [0.1])


@pytest.mark.parametrize(
    "options", [{"level": 95}, {"resamples": 0}, {"seed": -1}, {"seed": "a"}, {"seed": 1.5}]
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    values = np.random.default_rng(0).normal(0, 0.01, 50)
    with pytest.raises(
        ParameterError, match=f"'{next(iter(options))}' parameter of sharpe_difference must be"
    ):
        m.sharpe_difference(values, values[::-1], 252, **options)
