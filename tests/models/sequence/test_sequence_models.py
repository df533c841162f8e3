"""Networks over windows: oracles, causality, ready windows, ONNX, odd input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import DataProcessingError, ParameterError, PredictionError
from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx, dump_model, load_model
from ml_analytics.models.sequence import (
    LSTMClassifier,
    LSTMRegressor,
    TransformerClassifier,
    TransformerRegressor,
)
from ml_analytics.models.testing import LAWS, check

SMALL: dict[str, Any] = {"hidden_size": 8, "num_layers": 1, "sequence_length": 4, "epochs": 3}
CLASSIFIERS: list[Any] = [LSTMClassifier, TransformerClassifier]
REGRESSORS: list[Any] = [LSTMRegressor, TransformerRegressor]


def bars(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    index = pd.date_range("2024-01-01", periods=rows, freq="h", tz="UTC")
    return pd.DataFrame(generator.normal(size=(rows, 2)), columns=["a", "b"], index=index)


def ready(rows: int = 160, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, 5, 3))


# -- what is learnt ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", CLASSIFIERS)
def test_what_only_earlier_rows_tell_is_learnt(family: Any) -> None:
    """The label is the sign of the value two rows ago: no model of single rows gets above chance."""
    X = bars(800)
    y = X["a"].shift(2, fill_value=0.0) > 0
    model = family(sequence_length=4, hidden_size=16, num_layers=1, epochs=25, learning_rate=0.01)
    model.fit(X[:600], y[:600])
    assert (model.predict(X)[610:] == y.to_numpy()[610:]).mean() > 0.9
    alone = ModelFactory.create("random_forest", n_estimators=20).fit(X[:600], y[:600])
    assert (alone.predict(X)[610:] == y.to_numpy()[610:]).mean() < 0.7


@pytest.mark.parametrize("family", REGRESSORS)
def test_numbers_keep_their_unit(family: Any) -> None:
    X = bars(600)
    y = 1e6 + 1e3 * (X["a"] + X["b"].shift(1, fill_value=0.0))
    model = family(sequence_length=3, hidden_size=16, num_layers=1, epochs=30, learning_rate=0.01).fit(X, y)
    assert model.score(X, y) > 0.9


def test_answers_are_those_of_torch_over_windows_cut_by_hand() -> None:
    """An oracle: windows made by a loop, the stored weights in an LSTM of torch's own, in 64 bits."""
    import torch
    from safetensors.torch import load

    X, y = bars(60), np.arange(60) % 3
    model = LSTMClassifier(**SMALL).fit(X, y)
    weights = {name: one.double() for name, one in load(model._state()["network.safetensors"]).items()}
    memory = torch.nn.LSTM(2, 8, batch_first=True).double()
    memory.load_state_dict(
        {name.removeprefix("memory."): one for name, one in weights.items() if name.startswith("memory.")}
    )
    train = X.to_numpy()[: 48 - 4]  # 20 % validate, a window lies between
    values = np.clip((X.to_numpy() - train.mean(axis=0)) / train.std(axis=0), -10, 10)
    windows = np.array([[values[max(0, row - back)] for back in (3, 2, 1, 0)] for row in range(60)])
    with torch.no_grad():
        last = memory(torch.from_numpy(windows))[0][:, -1]
        scores = last @ weights["head.weight"].T + weights["head.bias"]
    np.testing.assert_allclose(model.predict_proba(X), torch.softmax(scores, dim=1).numpy(), atol=1e-12)


# -- causality ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CLASSIFIERS)
def fitted(request: pytest.FixtureRequest) -> Any:
    X = bars()
    return request.param(**SMALL).fit(X, X["a"] > 0)


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(1, 199), seed=st.integers(0, 100))
def test_d6_the_future_changes_nothing(fitted: Any, cut: int, seed: int) -> None:
    X = bars()
    other = pd.concat([X[:cut], bars(200, seed + 1).set_axis(X.index)[cut:] * 50])
    whole = fitted.predict_proba(X)[:cut]
    np.testing.assert_allclose(fitted.predict_proba(X[:cut]), whole, rtol=1e-9)
    np.testing.assert_allclose(fitted.predict_proba(other)[:cut], whole, rtol=1e-9)


def test_a_row_knows_its_window_and_no_more(fitted: Any) -> None:
    X = bars()
    whole = fitted.predict_proba(X)
    np.testing.assert_allclose(fitted.predict_proba(X[96:100])[-1], whole[99], rtol=1e-9)
    assert np.abs(fitted.predict_proba(X[98:100])[-1] - whole[99]).max() > 1e-6


def test_before_the_first_row_the_series_stood_still(fitted: Any) -> None:
    X = bars()
    still = pd.concat([X[:1]] * 3 + [X[:10]]).reset_index(drop=True)
    np.testing.assert_allclose(fitted.predict_proba(still)[3:], fitted.predict_proba(X[:10]), rtol=1e-9)


def test_times_that_go_back_are_refused(fitted: Any) -> None:
    X = bars()
    with pytest.raises(PredictionError, match="time order"):
        fitted.predict(X[::-1])
    with pytest.raises(DataProcessingError, match="time order"):
        LSTMClassifier(**SMALL).fit(X[::-1], X["a"][::-1] > 0)


# -- ready windows -----------------------------------------------------------------------------------


class ReadyClassifier(TransformerClassifier):
    model_type = "ready_classifier"
    exempt_laws = {}  # noqa: RUF012 - rows stand alone here

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any]:
        X = ready(rows, seed)
        return X, np.where(X[:, -1, 0] > 0, "up", "down")


class ReadyRegressor(LSTMRegressor):
    model_type = "ready_regressor"
    exempt_laws = {}  # noqa: RUF012 - rows stand alone here

    @classmethod
    def _example(cls, rows: int, seed: int) -> tuple[Any, Any]:
        X = ready(rows, seed)
        return X, X[:, -1, 0] + X[:, 0, 1]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("family", [ReadyClassifier, ReadyRegressor])
def test_the_laws_hold_for_ready_windows(family: Any, law: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelFactory, "_builders", {**ModelFactory._builders, family.model_type: family})
    monkeypatch.setattr(ModelFactory, "_made_by", dict(ModelFactory._made_by))
    check(family, law)


@pytest.mark.parametrize("family", CLASSIFIERS + REGRESSORS)
def test_ready_windows_answer_as_the_rows_they_were_cut_from(family: Any) -> None:
    """The same network on the same windows: cut inside, or given."""
    X = bars(40).to_numpy()
    windows = np.array([X[[max(0, row - back) for back in (3, 2, 1, 0)]] for row in range(40)])
    y = np.arange(40) % 2 if family in CLASSIFIERS else X[:, 0]
    inside = family(**SMALL, validation_fraction=0.0).fit(X, y)
    given_windows = family(**SMALL, validation_fraction=0.0).fit(windows, y)
    given_windows.mean_, given_windows.scale_ = inside.mean_, inside.scale_
    given_windows._network.load_state_dict(inside._network.state_dict())
    answer = "predict_proba" if family in CLASSIFIERS else "_scores"
    if answer == "predict_proba":
        np.testing.assert_allclose(given_windows.predict_proba(windows), inside.predict_proba(X), atol=1e-12)
    else:
        flat = given_windows._checked(windows)
        np.testing.assert_allclose(
            given_windows._scores(flat), inside._scores(inside._checked(X)), atol=1e-12
        )


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("family", CLASSIFIERS + REGRESSORS)
def test_ready_windows_compile(family: Any, layers: int) -> None:
    X = ready()
    y = X[:, -1, 0] > 0 if family in CLASSIFIERS else X[:, -1, 0] * 100 + 5
    model = family(hidden_size=16, num_layers=layers, epochs=2).fit(X, y)
    result = compile_onnx(model, X)
    assert result.onnx is not None, result.note
    fresh = ready(50, seed=9)
    fresh[0] *= 1e4  # far away: the graph has the same limit of ten deviations
    compiled = OnnxPredictor(result.onnx, model.signature)
    if family in CLASSIFIERS:
        np.testing.assert_allclose(compiled.predict_proba(fresh), model.predict_proba(fresh), atol=1e-5)
    else:
        np.testing.assert_allclose(compiled.predict(fresh), model.predict(fresh), rtol=1e-4, atol=1e-2)
    again = load_model(dump_model(model))
    assert again._to_onnx() == result.onnx


def test_a_table_of_rows_says_why_it_does_not_compile(fitted: Any) -> None:
    result = compile_onnx(fitted, bars())
    assert result.onnx is None
    assert "ready windows" in result.note


def test_a_model_keeps_to_what_it_was_fitted_on(fitted: Any) -> None:
    with pytest.raises(PredictionError, match="rows of one series"):
        fitted.predict(ready())
    model = LSTMClassifier(**SMALL).fit(ready(), np.arange(160) % 2)
    with pytest.raises(PredictionError, match=r"windows of \[5, 3\]"):
        model.predict(ready().transpose(0, 2, 1))
    np.testing.assert_array_equal(model.predict_proba(ready()), model.predict_proba(ready().reshape(160, 15)))


def test_windows_that_are_too_large_are_refused() -> None:
    with pytest.raises(ParameterError, match="at most 2048 rows and 1 to 16384 numbers"):
        LSTMClassifier().fit(np.zeros((2, 100, 200)), [0, 1])
    with pytest.raises(ParameterError, match="at most 2048 rows"):
        LSTMClassifier().fit(np.zeros((2, 3000, 1)), [0, 1])


# -- odd input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", CLASSIFIERS + REGRESSORS)
@pytest.mark.parametrize("rows", [2, 3, 7])
def test_fewer_rows_than_a_window(family: Any, rows: int) -> None:
    X = bars(rows)
    y = np.arange(rows) % 2 if family in CLASSIFIERS else X["a"]
    model = family(**{**SMALL, "sequence_length": 30}).fit(X, y)
    assert model.predict(X).shape == (rows,)


def test_many_columns() -> None:
    X = np.random.default_rng(0).normal(size=(20, 10_000)).astype(np.float32)
    model = LSTMClassifier(**{**SMALL, "epochs": 1}).fit(X, np.arange(20) % 2)
    assert np.isfinite(model.predict_proba(X)).all()


def test_rare_classes_weigh_more_when_balanced() -> None:
    X, y = bars(300), np.where(np.arange(300) % 15 == 0, "rare", "common")
    settings_: dict[str, Any] = {**SMALL, "epochs": 20, "validation_fraction": 0.0}
    plain = LSTMClassifier(**settings_).fit(X, y).predict_proba(X)[:, 1].mean()
    balanced = LSTMClassifier(**settings_, class_weight="balanced").fit(X, y).predict_proba(X)[:, 1].mean()
    assert plain < 0.2
    assert balanced > 0.35


def test_a_constant_target_of_numbers_is_learnt() -> None:
    model = LSTMRegressor(**SMALL).fit(bars(), np.full(200, 7.0))
    np.testing.assert_allclose(model.predict(bars()), 7.0, atol=0.5)


def test_a_target_whose_squares_are_infinite_is_refused() -> None:
    with pytest.raises(ParameterError, match="'y'"):
        LSTMRegressor(**SMALL).fit(bars(), np.where(np.arange(200) % 2, 1e308, -1e308))
