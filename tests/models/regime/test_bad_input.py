"""What comes in that no market gives: a stated result, or one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import DataProcessingError, MLFrameworkError, ParameterError, PredictionError
from ml_analytics.models import HMMRegimeDetector


def noise(rows: int = 200, width: int = 2, seed: int = 0) -> pd.DataFrame:
    names = [f"f{column}" for column in range(width)]
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(rows, width)), columns=names)


def small(**params: Any) -> HMMRegimeDetector:
    return HMMRegimeDetector(**{"n_init": 3, "random_state": 0, **params})


def is_sound(detector: HMMRegimeDetector, X: Any) -> None:
    for answer in (detector.predict_proba(X), detector.smooth(X)):
        assert np.isfinite(answer).all()
        np.testing.assert_allclose(answer.sum(axis=1), 1.0)
    assert np.isfinite(detector.score(X))
    assert set(detector.decode(X)) <= {0, 1, 2}
    assert (detector.expected_durations() >= 1.0).all()


KINDS = pytest.mark.parametrize("kind", ["full", "diag", "spherical", "tied"])


@KINDS
def test_one_regime_only(kind: str) -> None:
    X = noise()
    is_sound(small(covariance_type=kind).fit(X), X)


@KINDS
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e30])
def test_a_constant_column_and_nothing_else(kind: str, value: float) -> None:
    X = pd.DataFrame({"r": np.full(100, value)})
    detector = small(covariance_type=kind).fit(X)
    is_sound(detector, X)
    assert len(set(detector.predict(X)[10:])) == 1


def test_rounding_is_no_movement() -> None:
    """0.1 summed and taken apart again moves by its last bit; that must not become a regime."""
    X = noise().assign(c=np.cumsum(np.full(200, 0.1)) - np.cumsum(np.full(200, 0.1))[::-1][::-1] + 0.1)
    X.loc[::2, "c"] += 1e-17
    X.loc[::3, "c"] = np.nextafter(0.1, 1.0)
    np.testing.assert_array_equal(small().fit(X).scale_[2], 1.0)


@KINDS
def test_perfectly_collinear_columns(kind: str) -> None:
    X = noise()
    X["twin"], X["mirror"] = X["f0"] * 3.0, -X["f0"] + 1.0
    detector = small(covariance_type=kind).fit(X)
    is_sound(detector, X)
    assert np.linalg.eigvalsh(detector.covariances_).min() >= 1e-3 * (1 - 1e-9)


@KINDS
def test_one_feature(kind: str) -> None:
    X = noise(width=1)
    is_sound(small(covariance_type=kind).fit(X), X)
    assert small().fit(X.to_numpy()).means_.shape == (3, 1)


def test_two_values_only() -> None:
    """States that would shrink onto a single value are held by the floor."""
    X = pd.DataFrame({"r": np.repeat([1.0, -1.0] * 10, 10)})
    detector = small().fit(X)
    is_sound(detector, X)
    assert len(set(detector.predict(X))) >= 2


def test_one_outlier_of_a_million_deviations() -> None:
    X = noise()
    X.iloc[77, 0] = 1e6
    is_sound(small().fit(X), X)


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30])
def test_the_size_of_the_numbers_does_not_matter(size: float) -> None:
    X = noise()
    X.iloc[::40] += 3.0
    np.testing.assert_array_equal(small().fit(X * size).predict(X * size), small().fit(X).predict(X))


def test_bars_that_lie_absurdly_far_are_answered() -> None:
    X = noise() * 1e-30
    detector = small().fit(X)
    far = X.copy()
    far.iloc[100] = 3e38
    is_sound(detector, far)
    np.testing.assert_array_equal(detector.predict(far)[:100], detector.predict(X)[:100])


def test_as_many_rows_as_the_least() -> None:
    X = noise(30)
    is_sound(small().fit(X), X)
    for rows in (1, 2, 29):
        with pytest.raises(ParameterError, match="at least 30 rows"):
            small().fit(X[:rows])


def test_many_more_states_than_the_data_hold() -> None:
    X = noise(200)
    detector = small(n_components=12).fit(X)
    assert detector.predict_proba(X).shape == (200, 12)
    assert list(detector.labels_.values())[-1] == "sideways_10"


@pytest.mark.parametrize(
    "X",
    [
        np.zeros(50),
        np.zeros((4, 5, 6)),
        np.zeros((0, 2)),
        np.zeros((50, 0)),
        noise().mask(noise() > 1.5),
        noise().mask(noise() > 1.5, np.inf),
        noise().mask(noise() > 1.5, -np.inf),
        noise().assign(name="text"),
        noise() * 1e39,
        None,
        "bars",
    ],
    ids=[
        "1-D",
        "3-D",
        "no rows",
        "no columns",
        "NaN",
        "inf",
        "-inf",
        "text",
        "1e39",
        "None",
        "str",
    ],
)
def test_what_cannot_be_bars_is_refused_in_one_sentence(X: Any) -> None:
    detector = small()
    with pytest.raises(MLFrameworkError) as caught:
        detector.fit(X)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")
    assert not detector.is_fitted


@pytest.mark.parametrize(
    ("name", "value"),
    [("random_state", -1), ("random_state", 1.5), ("min_covariance", "small"), ("min_covariance", np.nan)],
)
def test_more_unusable_parameters(name: str, value: Any) -> None:
    with pytest.raises(ParameterError, match=f"'{name}'"):
        small().fit(noise(), **{name: value})


@pytest.mark.parametrize(
    ("bar", "words"),
    [
        ({"f0": 1.0}, "columns f0, f1"),
        ({"f0": 1.0, "f1": 1.0, "f2": 1.0}, "columns f0, f1"),
        ([1.0], "2 values"),
        ([[1.0, 2.0]], "2 values"),
        (1.0, "2 values"),
        ([1.0, np.nan], "finite"),
        ([np.inf, 1.0], "finite"),
        ([1.0, 1e39], "32-bit"),
        (["up", 1.0], "numbers"),
        (None, "2 values"),
    ],
)
def test_a_wrong_bar_is_refused_and_does_not_count(bar: Any, words: str) -> None:
    X = noise()
    detector = small().fit(X)
    detector.update(X.iloc[0])
    with pytest.raises(PredictionError, match=words):
        detector.update(bar)
    np.testing.assert_array_equal(detector.update(X.iloc[1]), detector.predict_proba(X)[1])


def test_nothing_is_answered_before_it_is_fitted() -> None:
    for call in (
        lambda: small().update([1.0]),
        lambda: small().begin(),
        lambda: small().begin(noise()),
        lambda: small().transition_matrix(),
        lambda: small().expected_durations(),
        lambda: small().regime_table(),
        lambda: small().criteria(noise()),
        lambda: small().smooth(noise()),
    ):
        with pytest.raises(PredictionError, match="must be fitted"):
            call()


def test_a_fit_that_is_refused_leaves_the_model_as_it_was() -> None:
    X = noise()
    detector = small().fit(X)
    before = detector.predict_proba(X)
    with pytest.raises(DataProcessingError):
        detector.fit(X.mask(X > 1.5))
    np.testing.assert_array_equal(detector.predict_proba(X), before)
