from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import accuracy_score_interval, advantage, bootstrap_score, proportion_interval

Autoregression = Callable[[np.random.Generator, int, float], np.ndarray]


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy(counts: tuple[int, int], level: float) -> None:
    successes, n = counts
    found = proportion_interval(successes, n, level)
    expected = binomtest(successes, n).proportion_ci(level, method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_wilson_covers() -> None:
    wins = np.random.default_rng(0).binomial(80, 0.9, size=1500)
    scores = [proportion_interval(int(k), 80) for k in wins]
    assert 0.92 <= np.mean([one.low <= 0.9 <= one.high for one in scores]) <= 0.98


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (0, 0), (1.5, 5)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ParameterError, match="proportion_interval must be"):
        proportion_interval(successes, n)


def test_bootstrap_agrees_with_the_normal_interval() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, size=400)
    found = bootstrap_score("mean", np.mean, values, n_resamples=6000)
    half = 1.96 * values.std(ddof=1) / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.02)
    assert found.high == pytest.approx(values.mean() + half, abs=0.02)
    assert found.n == 400
    assert "single rows" in found.method


def test_bootstrap_is_reproducible_and_loops_like_it_vectorises() -> None:
    values = np.arange(60.0) ** 2
    fast = bootstrap_score("m", np.mean, values, block_length=5, n_resamples=300, seed=3)
    slow = bootstrap_score(
        "m", lambda rows: float(sum(rows)) / 60, values, block_length=5, n_resamples=300, seed=3
    )
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high))
    assert fast == bootstrap_score("m", np.mean, values, block_length=5, n_resamples=300, seed=3)
    assert fast != bootstrap_score("m", np.mean, values, block_length=5, n_resamples=300, seed=4)


def test_rows_of_all_arrays_are_drawn_together() -> None:
    truth = np.random.default_rng(2).normal(size=100)
    found = bootstrap_score(
        "error", lambda a, b: float(np.abs(a - b).max()), truth, truth + 1.0, n_resamples=200
    )
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))


def test_text_takes_the_cube_root_rule_and_undefined_resamples_are_left_out() -> None:
    names = np.array(["a", "b"] * 32)
    found = bootstrap_score(
        "share", lambda rows: float((rows == "a").mean()), names, block_length="auto", n_resamples=200
    )
    assert "block 4" in found.method
    rare = np.zeros(40)
    rare[:2] = 1.0
    some = bootstrap_score("one", lambda r: 1.0 if r.any() else float("nan"), rare, n_resamples=400)
    assert "400 resamples" not in some.method


@pytest.mark.parametrize(("rho", "least"), [(0.0, 0.92), (0.5, 0.9), (0.8, 0.87)])
def test_bootstrap_covers_the_mean(autoregression: Autoregression, rho: float, least: float) -> None:
    random = np.random.default_rng(5)
    inside = 0
    for _ in range(150):
        series = autoregression(random, 300, rho)
        one = bootstrap_score("m", np.mean, series, block_length="auto", n_resamples=300)
        inside += one.low <= 0.0 <= one.high
    assert least - 0.03 <= inside / 150 <= 1.0


@pytest.mark.parametrize(
    "kwargs",
    [
        {"block_length": 0},
        {"block_length": 11},
        {"block_length": "long"},
        {"n_resamples": 50},
        {"level": 0.9999},
        {"level": 1.0},
    ],
)
def test_bootstrap_refuses(kwargs: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match="bootstrap_score must be"):
        bootstrap_score("m", np.mean, np.arange(10.0), **kwargs)  # type: ignore[arg-type]


def test_bootstrap_refuses_what_cannot_be_computed() -> None:
    with pytest.raises(ParameterError, match="at least one array"):
        bootstrap_score("m", np.mean)
    with pytest.raises(ParameterError, match="of length 3"):
        bootstrap_score("m", np.mean, np.arange(3.0), np.arange(4.0))
    with pytest.raises(ParameterError, match="a finite number"):
        bootstrap_score("m", lambda rows: float("inf"), np.arange(3.0))
    with pytest.raises(ParameterError, match="most resamples"):
        bootstrap_score("m", lambda r: 1.0 if r[0] == 0 and r[1] == 1 else np.nan, np.arange(9.0))


def test_one_row_says_nothing() -> None:
    one = bootstrap_score("m", np.mean, [2.0])
    assert (one.value, one.low, one.high) == (2.0, -np.inf, np.inf)
    alone = advantage([1], [1], [0])
    assert (alone.value, alone.low, alone.high) == (1.0, -1.0, 1.0)
    accuracy = accuracy_score_interval([1], [1])
    assert accuracy.low < 0.2


@pytest.mark.parametrize(("rho", "plain_at_most"), [(0.0, 1.0), (0.5, 0.88), (0.8, 0.65)])
def test_accuracy_covers_dependent_rows(
    autoregression: Autoregression, rho: float, plain_at_most: float
) -> None:
    random = np.random.default_rng(6)
    inside = plain = 0
    for _ in range(400):
        hits = (autoregression(random, 400, rho) < norm.ppf(0.55)).astype(int)
        one = accuracy_score_interval(np.ones(400, int), hits)
        inside += one.low <= 0.55 <= one.high
        naive = accuracy_score_interval(np.ones(400, int), hits, block_length=None)
        plain += naive.low <= 0.55 <= naive.high
    assert 0.91 <= inside / 400 <= 0.985
    assert plain / 400 <= plain_at_most


def test_accuracy_covers_overlapping_labels() -> None:
    random = np.random.default_rng(8)
    inside = 0
    for _ in range(300):
        path = np.cumsum(np.r_[0.0, random.standard_normal(504)])
        rises = (path[5:] > path[:-5]).astype(int)
        one = accuracy_score_interval(rises, np.ones(rises.size, int), horizon=5)
        inside += one.low <= 0.5 <= one.high
    assert 0.91 <= inside / 300 <= 0.99


def test_a_perfect_score_keeps_a_width() -> None:
    labels = np.tile([0, 1], 50)
    independent = accuracy_score_interval(labels, labels)
    overlapping = accuracy_score_interval(labels, labels, horizon=5)
    assert independent.high == 1.0
    assert overlapping.low < independent.low < 1.0


def test_single_rows_give_wilson() -> None:
    truth, guess = [1, 0, 1, 1], [1, 0, 0, 1]
    found, expected = accuracy_score_interval(truth, guess, block_length=None), proportion_interval(3, 4)
    assert (found.low, found.high) == (expected.low, expected.high)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
def test_advantage_seldom_finds_skill_in_luck(autoregression: Autoregression, rho: float) -> None:
    random = np.random.default_rng(9)
    truth = np.ones(400, int)
    false = 0
    for _ in range(400):
        model, baseline = ((autoregression(random, 400, rho) < 0.1).astype(int) for _ in range(2))
        false += advantage(truth, model, baseline).low > 0
    assert false / 400 <= 0.055  # 2.5 % nominal


def test_bonferroni_keeps_the_best_of_many_from_passing() -> None:
    random = np.random.default_rng(10)
    passed = 0
    for _ in range(40):
        truth = random.integers(0, 2, 300)
        models = random.integers(0, 2, (50, 300))
        best = models[(models == truth).mean(axis=1).argmax()]
        passed += advantage(truth, best, np.ones(300, int), trials=50).low > 0
    assert passed <= 4


def test_real_skill_is_found() -> None:
    random = np.random.default_rng(11)
    truth = random.integers(0, 2, 800)
    model = np.where(random.random(800) < 0.62, truth, 1 - truth)
    found = advantage(truth, model, np.ones(800, int), trials=20)
    assert found.low > 0
    assert found.value == pytest.approx((model == truth).mean() - (truth == 1).mean())
    assert found.level == pytest.approx(1 - 0.05 / 20)


@given(st.integers(0, 1000), st.integers(1, 200), st.integers(1, 200))
def test_more_trials_never_narrow(seed: int, few: int, more: int) -> None:
    random = np.random.default_rng(seed)
    truth, model, baseline = random.integers(0, 2, (3, 60))
    wide, narrow = (
        advantage(truth, model, baseline, trials=trials) for trials in (max(few, more), min(few, more))
    )
    assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high


@given(st.integers(0, 1000))
def test_advantage_is_antisymmetric(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, model, baseline = random.integers(0, 3, (3, 50))
    there, back = advantage(truth, model, baseline), advantage(truth, baseline, model)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


def test_a_copy_of_the_baseline_has_no_advantage() -> None:
    truth = np.random.default_rng(12).integers(0, 2, 100)
    copy = advantage(truth, np.ones(100, int), np.ones(100, int))
    assert copy.value == 0.0
    assert copy.low < 0 < copy.high


def test_advantage_refuses() -> None:
    with pytest.raises(ParameterError, match="'baseline_pred' parameter of advantage"):
        advantage([1, 0], [1, 0], [1])
    with pytest.raises(ParameterError, match="'trials'"):
        advantage([1, 0], [1, 0], [1, 1], trials=0)
    with pytest.raises(ParameterError, match="'horizon'"):
        advantage([1, 0], [1, 0], [1, 1], horizon=0)
