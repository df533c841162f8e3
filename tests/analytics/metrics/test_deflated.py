from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


def test_the_published_example_of_the_probabilistic_sharpe_ratio() -> None:
    """Bailey & Lopez de Prado (2012): two years of months, first as if normal, then with the true shape."""
    assert m.probability_above(0.458, 0.0, 24, 0.0, 3.0) == pytest.approx(0.982, abs=0.0005)
    assert m.probability_above(0.458, 0.0, 24, -2.448, 10.164) == pytest.approx(0.913, abs=0.0005)


def test_the_published_example_of_the_minimum_track_record() -> None:
    """Daily normal returns, an annual Sharpe ratio of 2 against 1 at 95 %: 2.73 years."""
    daily = 252**-0.5
    assert m.periods_needed(2 * daily, daily, 0.0, 3.0, 0.95) / 252 == pytest.approx(2.73, abs=0.005)


def test_the_published_example_of_the_deflated_sharpe_ratio() -> None:
    """Bailey & Lopez de Prado (2014): five years of 250 days, Sharpe 2.5, 100 trials of variance 1/2."""
    sharpe, root = 2.5 / math.sqrt(250), math.sqrt(250)
    goal = m.expected_maximum_sharpe(100, 0.5) / root
    assert goal == pytest.approx(0.1132, abs=5e-5)
    assert m.probability_above(sharpe, goal, 1250, -3.0, 10.0) == pytest.approx(0.9004, abs=5e-5)
    fewer = m.expected_maximum_sharpe(46, 0.5) / root
    assert m.probability_above(sharpe, fewer, 1250, -3.0, 10.0) == pytest.approx(0.9505, abs=5e-5)
    normal = m.expected_maximum_sharpe(88, 0.5) / root
    assert m.probability_above(sharpe, normal, 1250, 0.0, 3.0) == pytest.approx(0.9505, abs=5e-4)


def test_the_expected_maximum_is_that_of_simulated_luck() -> None:
    drawn = np.random.default_rng(0).normal(0.0, 0.7, (20_000, 50)).max(axis=1).mean()
    assert m.expected_maximum_sharpe(50, 0.49) == pytest.approx(drawn, rel=0.02)
    assert m.expected_maximum_sharpe(1, 0.49) == 0.0
    assert m.expected_maximum_sharpe(50, 0.0) == 0.0


def test_the_probability_is_calibrated() -> None:
    """A true Sharpe ratio of 0: a probability above 0.95 comes up in 5 % of samples."""
    rng = np.random.default_rng(1)
    found = [m.probabilistic_sharpe_ratio(rng.normal(0.0, 0.01, 250), 252) for _ in range(1000)]
    assert 0.03 <= np.mean(np.array(found) > 0.95) <= 0.07


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), level=st.floats(0.6, 0.99))
def test_at_the_minimum_track_record_the_probability_is_the_level(seed: int, level: float) -> None:
    values = np.random.default_rng(seed).normal(0.001, 0.01, 300)
    one = m.sample(values, "test")
    sharpe, shape = one.mean / one.deviation, (m.skew(one), m.kurtosis(one) + 3)
    needed = m.minimum_track_record(values, 252, confidence_level=level)
    if sharpe <= 0:
        assert needed == math.inf
    elif needed >= 2:
        assert m.probability_above(sharpe, 0.0, needed, *shape) == pytest.approx(level)


def test_more_trials_and_more_variance_deflate_more() -> None:
    values = np.random.default_rng(0).normal(0.001, 0.01, 500)
    one = m.deflated_sharpe_ratio(values, 252, trials=1, sharpe_variance=0.5)
    assert one == m.probabilistic_sharpe_ratio(values, 252)
    ten, hundred = (m.deflated_sharpe_ratio(values, 252, trials=n, sharpe_variance=0.5) for n in (10, 100))
    assert one > ten > hundred > m.deflated_sharpe_ratio(values, 252, trials=100, sharpe_variance=2.0)


def test_effective_trials_count_what_is_independent() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(2000, 20))
    assert m.effective_trials(noise) == pytest.approx(20, abs=0.5)
    assert m.effective_trials(np.repeat(noise[:, :1], 20, axis=1)) == pytest.approx(1.0)
    half = noise + rng.normal(size=(2000, 1))  # correlation one half
    expected = np.asarray(np.corrcoef(half.T))[np.triu_indices(20, 1)].mean()
    assert m.effective_trials(half) == pytest.approx(expected + (1 - expected) * 20)
    assert m.effective_trials(np.zeros((10, 3))) == 3.0
    assert m.effective_trials(-noise[:, :1] * [1, -1]) == 2.0


def test_gaps_change_the_number_of_trials_little() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2000, 10)) + rng.normal(size=(2000, 1))
    gaps = np.where(rng.random(values.shape) < 0.1, np.nan, values)
    assert m.effective_trials(gaps) == pytest.approx(m.effective_trials(values), abs=0.3)


def test_luck_is_seen_through_and_skill_is_not() -> None:
    rng = np.random.default_rng(3)
    luck = pd.DataFrame(rng.normal(0.0, 0.01, (1000, 100))).add_prefix("s")
    found = m.deflated_best(luck, 252)
    assert found.strategy in luck.columns
    assert found.sharpe_ratio == pytest.approx(max(m.sharpe_ratio(luck[name], 252) for name in luck))
    assert found.trials == 100
    assert found.probability < 0.95 < m.probabilistic_sharpe_ratio(luck[found.strategy], 252)
    skilled = m.deflated_best(luck.assign(s7=luck["s7"] + 0.003), 252)
    assert skilled.strategy == "s7"
    assert skilled.probability > 0.99
    assert skilled.to_json()["strategy"] == "s7"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"trials": 0.5},
            "'trials' parameter of deflated_sharpe_ratio must be a number of trials, 1 or more",
        ),
        ({"trials": "many"}, "'trials' parameter of deflated_sharpe_ratio must be a number"),
        ({"trials": math.inf}, "'trials' .* finite"),
        ({"sharpe_variance": -1.0}, "'sharpe_variance' .* not negative"),
    ],
)
def test_bad_input_gets_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        m.deflated_sharpe_ratio([0.1, 0.2], 252, **({"trials": 10, "sharpe_variance": 0.5} | wrong))


def test_what_cannot_be_known_is_nan_or_refused() -> None:
    assert math.isnan(m.probabilistic_sharpe_ratio([0.1, 0.2, 0.1], 252))
    assert math.isnan(m.probabilistic_sharpe_ratio([0.01] * 10, 252))
    assert math.isnan(m.minimum_track_record([0.01] * 10, 252))
    with pytest.raises(ParameterError, match="at least one strategy that has a Sharpe ratio"):
        m.deflated_best(np.zeros((10, 3)), 252)
