from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


def by_hand(returns: np.ndarray, blocks: int) -> list[float]:
    """Logits by joining the blocks, as the paper describes it."""
    parts = np.array_split(np.arange(len(returns)), blocks)
    found = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[b] for b in chosen])
        outside = np.concatenate([parts[b] for b in range(blocks) if b not in chosen])
        before = [m.sharpe_ratio(column, 1) for column in returns[inside].T]
        after = [m.sharpe_ratio(column, 1) for column in returns[outside].T]
        rank = stats.rankdata(after)[int(np.nanargmax(before))]
        share = rank / (returns.shape[1] + 1)
        found.append(float(np.log(share / (1 - share))))
    return found


@pytest.mark.parametrize("blocks", [2, 4, 6])
@pytest.mark.parametrize("gaps", [False, True])
def test_logits_equal_those_by_hand(blocks: int, gaps: bool) -> None:
    rng = np.random.default_rng(blocks)
    returns = rng.normal(0.001, 0.01, (60, 7))
    if gaps:
        returns[rng.random(returns.shape) < 0.1] = np.nan
    found = m.overfitting_probability(returns, blocks)
    np.testing.assert_allclose(found.logits, by_hand(returns, blocks), rtol=1e-9)
    assert found.probability == np.mean(np.array(by_hand(returns, blocks)) <= 0)


def test_luck_is_a_coin_flip_and_skill_stays_on_top() -> None:
    rng = np.random.default_rng(0)
    shares = [m.overfitting_probability(rng.normal(0, 0.01, (400, 20)), 8).probability for _ in range(40)]
    assert 0.4 <= np.mean(shares) <= 0.6
    skilled = m.overfitting_probability(rng.normal(0, 0.01, (400, 20)) + np.linspace(0, 0.004, 20), 8)
    assert skilled.probability < 0.1
    assert skilled.probability_of_loss < 0.1


def test_a_strategy_fitted_to_each_half_turns_over() -> None:
    """Returns that win early lose late: the best before is the worst after."""
    time = np.sign(np.arange(200) - 99.5)
    slope = np.linspace(-0.01, 0.01, 9)
    noise = np.random.default_rng(0).normal(0, 0.002, (200, 9))
    found = m.overfitting_probability(time[:, None] * slope + noise, 2)
    assert found.probability == 1.0
    assert found.probability_of_loss == 1.0


def test_the_summary_says_what_was_done() -> None:
    found = m.overfitting_probability(np.random.default_rng(0).normal(size=(100, 3)), 10)
    assert found.to_json() == {
        "probability": found.probability,
        "probability_of_loss": found.probability_of_loss,
        "degradation": pytest.approx(np.polyfit(found.in_sample, found.out_of_sample, 1)[0]),
        "splits": 252,
        "strategies": 3,
        "blocks": 10,
    }


def test_the_size_of_returns_does_not_matter() -> None:
    returns = np.random.default_rng(0).normal(0.001, 0.01, (100, 5))
    np.testing.assert_allclose(
        m.overfitting_probability(returns * 7, 6).logits, m.overfitting_probability(returns, 6).logits
    )


def test_strategies_that_never_trade_count_as_zero() -> None:
    returns = np.zeros((40, 3))
    found = m.overfitting_probability(returns, 4)
    assert found.probability == 1.0  # nothing tells them apart: rank in the middle
    assert np.isnan(found.degradation)


@pytest.mark.parametrize(
    ("returns", "blocks", "sentence"),
    [
        (np.zeros((40, 3)), 5, "'blocks' .* an even number from 2 to 20"),
        (np.zeros((40, 3)), 22, "'blocks'"),
        (np.zeros((40, 3)), True, "'blocks'"),
        (np.zeros((40, 1)), 4, "at least two strategies"),
        (np.zeros((7, 3)), 4, "at least 8 periods"),
        (np.zeros(7), 4, "a table of numbers"),
    ],
)
def test_bad_input_gets_one_sentence(returns: Any, blocks: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        m.overfitting_probability(returns, blocks)
