from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import DataProcessingError, ParameterError, PredictionError
from ml_analytics.models import HMMRegimeDetector, dump_model, load_model


def market(bars: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Make bars of three regimes that stand apart: 0 bull, 1 bear, 2 sideways."""
    generator = np.random.default_rng(seed)
    truth = np.repeat(np.r_[0, 1, 2, generator.integers(0, 3, bars // 40 + 1)], 40)[:bars]
    returns = np.array([0.004, -0.006, 0.0])[truth] + generator.normal(size=bars) * 0.001
    volatility = np.array([-4.5, -3.5, -5.5])[truth] + generator.normal(size=bars) * 0.2
    index = pd.date_range("2020-01-01", periods=bars, freq="D", tz="UTC")
    return pd.DataFrame({"log_return": returns, "log_volatility": volatility}, index=index), truth


@pytest.fixture(scope="module")
def detector() -> HMMRegimeDetector:
    return HMMRegimeDetector(random_state=0, n_init=3).fit(market()[0])


def test_regimes_are_found_and_named(detector: HMMRegimeDetector) -> None:
    X, truth = market(seed=5)
    assert (detector.predict(X) == truth).mean() > 0.98
    assert detector.labels_ == {0: "bull", 1: "bear", 2: "sideways"}
    assert detector.signature is not None and detector.signature.classes == (0, 1, 2)


def test_no_seed_renames_a_state() -> None:
    X, truth = market()
    for seed in range(10):
        found = HMMRegimeDetector(random_state=seed, n_init=3).fit(X).predict(X)
        assert (found == truth).mean() > 0.98


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(1, 599), seed=st.integers(0, 50))
def test_appended_bars_flip_no_label(cut: int, seed: int, detector: HMMRegimeDetector) -> None:
    X, _ = market(seed=seed)
    future = X.copy()
    future.iloc[cut:] = np.random.default_rng(seed).normal(size=future.iloc[cut:].shape) * 5
    for whole in (X, future):
        np.testing.assert_array_equal(detector.predict(X[:cut]), detector.predict(whole)[:cut])
        np.testing.assert_allclose(
            detector.predict_proba(X[:cut]), detector.predict_proba(whole)[:cut], atol=1e-12
        )


def as_hmmlearn(detector: HMMRegimeDetector) -> GaussianHMM:
    oracle = GaussianHMM(detector.n_components, covariance_type="full")
    oracle.startprob_, oracle.transmat_ = detector.start_, detector.transition_
    oracle.means_, oracle.covars_ = detector.means_, detector.covariances_
    oracle.n_features = detector.means_.shape[1]
    return oracle


def test_everything_equals_hmmlearn_on_standardised_bars(detector: HMMRegimeDetector) -> None:
    X, _ = market(60, seed=3)
    oracle, standard = as_hmmlearn(detector), (X.to_numpy() - detector.mean_) / detector.scale_
    for bars in (1, 2, 17, 60):
        expected = oracle.predict_proba(standard[:bars])[-1]
        np.testing.assert_allclose(detector.predict_proba(X)[bars - 1], expected, atol=1e-9)
    np.testing.assert_allclose(detector.smooth(X), oracle.predict_proba(standard), atol=1e-9)
    np.testing.assert_array_equal(detector.decode(X), oracle.predict(standard))
    jacobian = len(X) * np.log(detector.scale_).sum()
    assert detector.score(X) == pytest.approx(oracle.score(standard) - jacobian)


def test_hindsight_differs_from_what_was_known() -> None:
    generator = np.random.default_rng(0)
    X = pd.DataFrame({"r": np.repeat([0.3, -0.3, 0.3], 100) + generator.normal(size=300)})
    blurred = HMMRegimeDetector(n_components=2, n_init=3).fit(X)
    assert (blurred.decode(X) != blurred.predict(X)).any()


def test_score_is_in_the_units_of_the_data(detector: HMMRegimeDetector) -> None:
    X, _ = market()
    assert detector.score(X) == pytest.approx(detector.log_likelihood_)
    scaled = HMMRegimeDetector(random_state=0, n_init=3).fit(X * 100)
    assert scaled.score(X * 100) == pytest.approx(detector.score(X) - X.size * np.log(100), rel=1e-6)


def test_the_found_parameters_fit_and_the_search_changes_nothing() -> None:
    X, _ = market(400)
    search = HMMRegimeDetector(n_init=3, n_iter=50, random_state=1)
    before = search.get_params()
    found = search.optimize_hyperparameters(X)
    assert search.get_params() == before and not search.is_fitted
    assert found["n_components"] == 3
    assert search.fit(X, **found).n_components == 3


def test_it_is_stored_as_arrays(detector: HMMRegimeDetector) -> None:
    X, _ = market()
    data = dump_model(detector)
    loaded = load_model(data)
    assert b".skops" not in data
    np.testing.assert_array_equal(loaded.predict_proba(X), detector.predict_proba(X))
    assert loaded.score(X) == detector.score(X)


@pytest.mark.parametrize(
    ("states", "names"),
    [(2, ["bull", "bear"]), (4, ["bull", "bear", "sideways_1", "sideways_2"])],
)
def test_other_numbers_of_regimes_have_an_order_too(states: int, names: list[str]) -> None:
    generator = np.random.default_rng(0)
    levels = np.repeat(generator.permutation(np.linspace(-3, 3, states).tolist() * 5), 30)
    X = pd.DataFrame({"r": levels + generator.normal(size=len(levels)) * 0.1})
    model = HMMRegimeDetector(states, n_init=4).fit(X)
    assert list(model.labels_.values()) == names
    means = model.means_[:, 0]
    assert means[0] == means.max() and means[1] == means.min()
    assert (np.diff(means[2:]) <= 0).all()


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"n_components": 1}, "n_components"),
        ({"n_components": 2.5}, "n_components"),
        ({"covariance_type": "round"}, "covariance_type"),
        ({"n_iter": 0}, "n_iter"),
        ({"n_init": True}, "n_init"),
        ({"min_covariance": 0.0}, "min_covariance"),
        ({"states": 3}, "params"),
    ],
)
def test_unusable_parameters_are_refused(params: dict[str, Any], name: str) -> None:
    with pytest.raises(ParameterError, match=f"'{name}'"):
        HMMRegimeDetector().fit(market(100)[0], **params)


def test_unusable_bars_are_refused(detector: HMMRegimeDetector) -> None:
    X, _ = market(100)
    with pytest.raises(ParameterError, match="at least 30 rows"):
        HMMRegimeDetector().fit(X[:20])
    with pytest.raises(DataProcessingError, match="no missing values"):
        HMMRegimeDetector().fit(X.mask(X > 0.003))
    with pytest.raises(DataProcessingError, match="time order"):
        HMMRegimeDetector().fit(X[::-1])
    with pytest.raises(PredictionError, match="time order"):
        detector.predict(X[::-1])


def test_a_constant_column_does_no_harm() -> None:
    X, truth = market(300)
    model = HMMRegimeDetector(n_init=3).fit(X.assign(volume=1.0))
    assert (model.predict(X.assign(volume=1.0)) == truth).mean() > 0.98


# -- bar by bar ----------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(bars=st.integers(1, 200), seed=st.integers(0, 50))
def test_bar_by_bar_is_the_whole_series_to_the_last_bit(
    bars: int, seed: int, detector: HMMRegimeDetector
) -> None:
    X, _ = market(bars, seed)
    detector.begin()
    rows: list[Any] = [X.iloc[t] if t % 2 else X.iloc[t].tolist() for t in range(bars)]
    online = np.array([detector.update(row) for row in rows])
    np.testing.assert_array_equal(online, detector.predict_proba(X))


def test_history_and_the_bars_after_it_are_one_series(detector: HMMRegimeDetector) -> None:
    X, _ = market(300, 7)
    detector.begin(X[:250])
    online = [detector.update(dict(row)) for _, row in X[250:].iterrows()]
    np.testing.assert_array_equal(online, detector.predict_proba(X)[250:])


def test_a_loaded_or_refitted_detector_has_seen_no_bar(detector: HMMRegimeDetector) -> None:
    X, _ = market(100, 3)
    first = detector.begin().update(X.iloc[0])
    detector.update(X.iloc[1])
    np.testing.assert_array_equal(load_model(dump_model(detector)).update(X.iloc[0]), first)
    refitted = HMMRegimeDetector(n_init=2).fit(X)
    refitted.update(X.iloc[0])
    np.testing.assert_array_equal(refitted.fit(X).update(X.iloc[0]), refitted.predict_proba(X)[0])


# -- what it says of the regimes -----------------------------------------------------------------------------


def test_the_table_is_that_of_the_bars_the_regimes_hold(detector: HMMRegimeDetector) -> None:
    X, _ = market()
    table, held = detector.regime_table(), detector.decode(X)
    assert table.index.tolist() == ["bull", "bear", "sideways"]
    for column in ("log_return", "log_volatility"):
        inside = X[column].groupby(held)
        np.testing.assert_allclose(table[f"{column}_mean"], inside.mean(), rtol=0.02, atol=2e-4)
        np.testing.assert_allclose(table[f"{column}_deviation"], inside.std(), rtol=0.15)
    shares = table["long_run_share"].to_numpy()
    np.testing.assert_allclose(shares @ detector.transition_, shares, atol=1e-9)
    assert shares.sum() == pytest.approx(1.0)


def test_durations_are_the_mean_lengths_of_a_simulated_chain(detector: HMMRegimeDetector) -> None:
    generator = np.random.default_rng(0)
    matrix = detector.transition_matrix()
    durations = detector.expected_durations()
    assert durations.index.tolist() == matrix.index.tolist() == ["bull", "bear", "sideways"]
    for stay, expected in zip(np.diag(matrix), durations, strict=True):
        assert expected == pytest.approx(1.0 / (1.0 - stay))
        assert expected == pytest.approx(generator.geometric(1.0 - stay, 200_000).mean(), rel=0.02)
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0)


def test_equal_means_are_told_apart_by_their_calm() -> None:
    for seed in range(3):
        generator = np.random.default_rng(seed)
        spread = np.repeat([0.3, 3.0] * 5, 60)
        half = generator.normal(size=300) * spread[::2]
        X = np.empty(600)
        X[::2], X[1::2] = half, -half  # the mean of both regimes is zero, but for rounding
        model = HMMRegimeDetector(2, n_init=4, random_state=seed).fit(X[:, None])
        calm, wild = model.covariances_[:, 0, 0]
        assert abs(model.means_[:, 0]).max() > 1e-6 or calm < wild


def test_it_says_whether_it_converged() -> None:
    X, _ = market(300)
    short = HMMRegimeDetector(n_iter=1, n_init=1).fit(X)
    assert (short.n_iter_, short.converged_) == (1, False)
    whole = HMMRegimeDetector(n_init=2).fit(X)
    assert whole.converged_ and 1 < whole.n_iter_ < 1000
    assert whole.log_likelihood_ > short.log_likelihood_


def test_the_picture_is_written(detector: HMMRegimeDetector, tmp_path: Path) -> None:
    X, _ = market(200)
    close = 100 * np.exp(X["log_return"].cumsum())
    assert detector.plot(X, close, tmp_path / "regimes.png").read_bytes().startswith(b"\x89PNG")


def test_the_compiler_is_imported_by_the_first_computation_only() -> None:
    script = (
        "import sys, ml_analytics\n"
        "from ml_analytics.models import HMMRegimeDetector, ModelFactory\n"
        "ModelFactory.create('hmm')\n"
        "print('numba' in sys.modules, 'hmmlearn' in sys.modules, 'matplotlib' in sys.modules)\n"
        "HMMRegimeDetector(2, n_init=1).fit([[float(i % 7)] for i in range(40)])\n"
        "print('numba' in sys.modules, 'hmmlearn' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False", "True", "False"]
