"""Target means: scikit-learn's arithmetic, and no row that knows its own target or the future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold
from sklearn.preprocessing import TargetEncoder

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.target_encoding import Averaging, Outcome, honest_means, smoothed_means


def outcome_of(target: object) -> Outcome:
    return Outcome.of(target, pd.DataFrame(index=range(len(np.asarray(target)))), "x")


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 6, 200)


TARGETS = {
    "numbers": np.random.default_rng(1).normal(size=200),
    "two classes": np.random.default_rng(1).choice(["no", "yes"], 200),
    "three classes": np.random.default_rng(1).choice(list("abc"), 200),
}


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("smoothing", [0.0, 10.0])
def test_means_equal_scikit_learn(codes: np.ndarray, kind: str, smoothing: float) -> None:
    peer = TargetEncoder(smooth=smoothing).fit(codes[:, None], TARGETS[kind])
    made = smoothed_means(codes, 6, outcome_of(TARGETS[kind]), np.arange(200), smoothing)
    expected = np.asarray(peer.encodings_).T
    np.testing.assert_allclose(made[:6], expected)
    np.testing.assert_allclose(made[6], np.ravel(peer.target_mean_))


@pytest.mark.parametrize("kind", TARGETS)
def test_folds_equal_scikit_learn(codes: np.ndarray, kind: str) -> None:
    folds = KFold(5, shuffle=True, random_state=7)
    peer = TargetEncoder(smooth=3.0, cv=folds).fit_transform(codes[:, None], TARGETS[kind])
    made = honest_means(codes, 6, outcome_of(TARGETS[kind]), Averaging(3.0, None, 0, 7))
    np.testing.assert_allclose(made, peer)


def slowly(
    codes: np.ndarray, values: np.ndarray, moments: np.ndarray, horizon: int, smoothing: float
) -> list[float]:
    made = []
    for code, moment in zip(codes, moments, strict=True):
        past = moments + horizon < moment
        overall = values[past].mean() if past.any() else 0.0
        mine = values[past & (codes == code)]
        weight = len(mine) + smoothing
        made.append((mine.sum() + smoothing * overall) / weight if weight else overall)
    return made


@settings(max_examples=80, deadline=None)
@given(
    rows=st.integers(1, 40),
    seed=st.integers(0, 999),
    horizon=st.integers(0, 4),
    smoothing=st.sampled_from([0.0, 5.0]),
)
def test_causal_means_against_a_slow_loop(rows: int, seed: int, horizon: int, smoothing: float) -> None:
    generator = np.random.default_rng(seed)
    codes, values = generator.integers(0, 4, rows), generator.normal(size=rows)
    moments = np.unique(generator.integers(0, 15, rows), return_inverse=True)[1]
    made = honest_means(codes, 4, outcome_of(values + 0.5), Averaging(smoothing, moments, horizon, 0))
    np.testing.assert_allclose(
        made[:, 0], slowly(codes, values + 0.5, moments, horizon, smoothing), atol=1e-9
    )


@pytest.mark.parametrize("horizon", [0, 3])
def test_no_target_reaches_back_in_time(codes: np.ndarray, horizon: int) -> None:
    moments = np.repeat(np.arange(100), 2)
    target = TARGETS["numbers"]
    changed = target.copy()
    changed[100:] = 1e6  # from moment 50 on
    averaging = Averaging(10.0, moments, horizon, 0)
    before, after = (honest_means(codes, 6, outcome_of(one), averaging)[:, 0] for one in (target, changed))
    same = before == after
    assert same[: 100 + 2 * (horizon + 1)].all()
    assert not same[100 + 2 * (horizon + 1) :].any()


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 999),
    horizon=st.integers(0, 4),
    smoothing=st.sampled_from([0.0, 5.0]),
    kind=st.sampled_from(list(TARGETS)),
    moment=st.integers(0, 20),
)
def test_later_targets_never_change_earlier_rows(
    seed: int, horizon: int, smoothing: float, kind: str, moment: int
) -> None:
    generator = np.random.default_rng(seed)
    moments = np.unique(generator.integers(0, 20, 60), return_inverse=True)[1]
    codes, target = generator.integers(0, 5, 60), TARGETS[kind][:60]
    later = np.flatnonzero(moments >= moment)
    changed = target.copy()
    changed[later] = generator.permutation(target[later])
    averaging = Averaging(smoothing, moments, horizon, 0)
    before, after = (honest_means(codes, 5, outcome_of(one), averaging) for one in (target, changed))
    unaware = moments <= moment + horizon
    np.testing.assert_array_equal(before[unaware], after[unaware])


@pytest.mark.parametrize(
    ("kind", "neutral"), [("numbers", 0.0), ("two classes", 1 / 2), ("three classes", 1 / 3)]
)
def test_rows_without_a_past_say_nothing(codes: np.ndarray, kind: str, neutral: float) -> None:
    made = honest_means(codes, 6, outcome_of(TARGETS[kind]), Averaging(10.0, np.arange(200), 3, 0))
    assert (made[:4] == neutral).all() and (made[4] != neutral).any()


def test_no_row_sees_its_own_target(codes: np.ndarray) -> None:
    for row in range(0, 200, 17):
        changed = TARGETS["numbers"].copy()
        changed[row] += 1e6
        for moments in (None, np.arange(200)):
            averaging = Averaging(10.0, moments, 0, 0)
            made = [
                honest_means(codes, 6, outcome_of(one), averaging) for one in (TARGETS["numbers"], changed)
            ]
            assert made[0][row] == made[1][row]


def test_many_categories_of_noise_stay_noise() -> None:
    generator = np.random.default_rng(0)
    codes, target = generator.integers(0, 500, 2000), generator.normal(size=2000)
    outcome = outcome_of(target)
    naive = smoothed_means(codes, 500, outcome, np.arange(2000), 0.0)[codes, 0]
    assert np.corrcoef(naive, target)[0, 1] > 0.4, "the leak that folds and time are there to avoid"
    for moments in (None, np.arange(2000)):
        honest = honest_means(codes, 500, outcome, Averaging(0.0, moments, 0, 0))[:, 0]
        assert abs(np.corrcoef(honest, target)[0, 1]) < 0.07


def test_unknown_targets_do_not_count(codes: np.ndarray) -> None:
    holed = TARGETS["numbers"].copy()
    holed[::3] = np.nan
    known = np.flatnonzero(~np.isnan(holed))
    made = smoothed_means(codes, 6, outcome_of(holed), np.arange(200), 2.0)
    np.testing.assert_allclose(made, smoothed_means(codes, 6, outcome_of(np.nan_to_num(holed)), known, 2.0))
    nothing = honest_means(codes, 6, outcome_of(np.full(200, np.nan)), Averaging(2.0, np.arange(200), 0, 0))
    assert (nothing == 0).all()


def test_few_rows() -> None:
    one = honest_means(np.zeros(1, dtype=int), 1, outcome_of([0.5]), Averaging(1.0, None, 0, 0))
    assert one.tolist() == [[0.0]]
    assert honest_means(
        np.zeros(3, dtype=int), 1, outcome_of([0.5, 1, 2]), Averaging(1.0, None, 0, 0)
    ).shape == (3, 1)


def test_outcomes() -> None:
    assert outcome_of([0.5, None, 2.0]).values.tolist() == [[0.5], [0.0], [2.0]]
    assert outcome_of(["no", "yes", None]).values.tolist() == [[0.0], [1.0], [0.0]]
    assert outcome_of(["no", "yes", None]).known.tolist() == [True, True, False]
    assert outcome_of([3, 1, 2]).classes == ("1", "2", "3")
    assert outcome_of([1.0, 2.0, 3.0]).classes == ("1", "2", "3")
    with pytest.raises(ParameterError, match="'target'"):
        Outcome.of([1, 2], pd.DataFrame(index=range(3)), "x")
