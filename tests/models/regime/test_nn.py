"""Regimes by a network that learns them from labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import DataProcessingError, HMMRegimeDetector, ParameterError
from ml_analytics.models import compile_onnx, dump_model, load_model
from ml_analytics.models.regime.nn import ARCHITECTURES, NNRegimeDetector

SMALL: dict[str, Any] = {"hidden_size": 12, "num_layers": 1, "sequence_length": 6, "learning_rate": 0.01}


def market(rows: int = 800, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Make bars of three regimes that last, which differ in mean and in spread."""
    generator = np.random.default_rng(seed)
    regimes = np.repeat(generator.integers(0, 3, rows // 20 + 1), 20)[:rows]
    returns = generator.normal(np.array([0.8, -0.8, 0.0])[regimes], np.array([0.5, 1.0, 0.2])[regimes])
    index = pd.date_range("2020-01-01", periods=rows, freq="D", tz="UTC")
    return pd.DataFrame({"log_return": returns, "size": np.abs(returns)}, index=index), regimes


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_regimes_of_bars_never_seen_are_found(architecture: str) -> None:
    """One bar alone tells less than the bars before it: the network beats the best rule of one bar."""
    X, regimes = market(1600)
    detector = NNRegimeDetector(2, 3, architecture=architecture, **SMALL)
    detector.fit(X[:1200], regimes[:1200], epochs=20, batch_size=32)
    from sklearn.ensemble import RandomForestClassifier

    alone = RandomForestClassifier(n_estimators=50, min_samples_leaf=10, random_state=0)
    alone.fit(X[:1200].to_numpy(), regimes[:1200])
    found = (detector.predict(X)[1200:] == regimes[1200:]).mean()
    assert found > (alone.predict(X[1200:].to_numpy()) == regimes[1200:]).mean() + 0.05
    assert found > 0.8


def test_it_learns_what_the_hidden_markov_model_says() -> None:
    X, _ = market()
    teacher = HMMRegimeDetector(n_components=3, n_init=4, random_state=0).fit(X[:600])
    labels = teacher.predict(X)
    pupil = NNRegimeDetector(input_size=2, n_regimes=3, **SMALL).fit(X[:600], labels[:600], epochs=20)
    assert (pupil.predict(X)[600:] == labels[600:]).mean() > 0.8
    names = [teacher.labels_[int(one)] for one in labels]
    named = NNRegimeDetector(2, 3, **SMALL).fit(X[:600], names[:600], epochs=20)
    assert named.classes_.tolist() == ["bear", "bull", "sideways"]
    assert (named.predict(X)[600:] == np.array(names)[600:]).mean() > 0.8


def test_appended_bars_flip_nothing() -> None:
    X, regimes = market(300)
    detector = NNRegimeDetector(2, 3, **SMALL).fit(X, regimes, epochs=3)
    whole = detector.predict(X)
    for cut in (1, 2, 5, 6, 7, 150, 299):
        assert (detector.predict(X[:cut]) == whole[:cut]).all()


def test_a_regime_that_training_never_saw_keeps_its_column() -> None:
    X, regimes = market(300)
    known = regimes != 1
    detector = NNRegimeDetector(n_regimes=3, class_weight="balanced", **SMALL)
    detector.fit(X[known], regimes[known], epochs=10)
    assert detector.classes_.tolist() == [0, 1, 2]
    shares = detector.predict_proba(X)
    assert shares.shape == (300, 3)
    assert shares[:, 1].max() < 0.5
    loaded = load_model(dump_model(detector))
    np.testing.assert_array_equal(loaded.predict_proba(X), shares)


def test_other_numbers_are_labels_as_they_are() -> None:
    X, regimes = market(200)
    detector = NNRegimeDetector(n_regimes=3, **SMALL).fit(X, regimes * 10 - 5, epochs=1)
    assert detector.classes_.tolist() == [-5, 5, 15]


def test_epochs_and_batch_size_are_kept() -> None:
    X, regimes = market(100)
    detector = NNRegimeDetector(2, 3, **SMALL).fit(X.to_numpy(), regimes, 2, 16)
    assert (detector.epochs, detector.batch_size) == (2, 16)
    assert len(detector.losses_) == 2


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"input_size": 3}, "'input_size'.*number of features, 2"),
        ({"n_regimes": 2}, "'n_regimes'.*at least the 3 labels"),
        ({"n_regimes": 1}, "'n_regimes'.*from 2"),
        ({"architecture": "gru"}, "'architecture'.*'lstm', 'transformer'"),
        ({"sequence_length": 0}, "'sequence_length'.*from 1"),
        ({"dropout": 1.0}, "'dropout'.*0 to 0.9"),
        ({"device": "tpu"}, "'device'.*'auto', 'cpu', 'cuda'"),
        ({"epochs": 0}, "'epochs'.*from 1"),
        ({"validation_fraction": 0.9}, "'validation_fraction'.*0 to 0.5"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(params: dict[str, Any], message: str) -> None:
    X, regimes = market(100)
    with pytest.raises(ParameterError, match=message):
        NNRegimeDetector(**params).fit(X, regimes)


def test_labels_and_bars_that_do_not_fit_are_refused() -> None:
    X, regimes = market(100)
    for labels in (None, regimes[:-1], np.zeros(100, int), np.where(regimes == 0, np.nan, regimes)):
        with pytest.raises(ParameterError, match="'y'"):
            NNRegimeDetector(**SMALL).fit(X, labels)
    with pytest.raises(DataProcessingError, match="missing values"):
        NNRegimeDetector(**SMALL).fit(X.mask(X.eq(X.iloc[4])), regimes)
    with pytest.raises(DataProcessingError, match="time order"):
        NNRegimeDetector(**SMALL).fit(X[::-1], regimes)


def test_it_says_why_it_is_served_natively() -> None:
    X, regimes = market(100)
    result = compile_onnx(NNRegimeDetector(**SMALL).fit(X, regimes, epochs=1), X)
    assert result.onnx is None
    assert "rows before it" in result.note
