"""Every registered type crossed with every law; and the laws themselves, on models that break them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import PredictionError
from ml_analytics.models import BaseModel, compile_onnx
from ml_analytics.models.testing import LAWS, check, make_data, registered_families

FAMILIES = registered_families()


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    "model_type", [name for name in FAMILIES if name not in ("classification", "regression")]
)
def test_every_family_keeps_every_law(model_type: str, law: str) -> None:
    check(FAMILIES[model_type], law)


COMPILED = {
    "elastic_net", "extra_trees", "extra_trees_regressor", "gradient_boosting", "gradient_boosting_regressor",
    "image_classifier", "isolation_forest", "lightgbm", "lightgbm_regressor", "linear", "logistic", "onnx",
    "random_forest", "random_forest_regressor", "sklearn", "xgboost", "xgboost_regressor",
}  # fmt: skip
EXPLAINED = {
    "averaging", "averaging_regressor", "blending", "blending_regressor", "boosted_lags", "elastic_net",
    "extra_trees", "extra_trees_regressor", "gradient_boosting", "gradient_boosting_regressor", "lightgbm",
    "lightgbm_regressor", "linear", "logistic", "online_linear", "online_logistic", "random_forest",
    "random_forest_regressor", "stacking", "stacking_regressor", "table_classifier", "table_regressor", "xgboost",
    "xgboost_regressor",
}  # fmt: skip
HEARD = {
    "averaging", "averaging_regressor", "blending", "blending_regressor", "boosted_lags",
    "exponential_smoothing", "extra_trees", "extra_trees_regressor", "hmm", "hoeffding_tree",
    "image_classifier", "lightgbm", "lightgbm_regressor", "lstm_classifier", "lstm_forecaster",
    "lstm_regressor", "nn_regime", "online_linear", "online_logistic", "random_forest",
    "random_forest_regressor", "stacking", "stacking_regressor", "table_classifier", "table_regressor",
    "transformer_classifier", "transformer_forecaster", "transformer_regressor", "xgboost", "xgboost_regressor",
}  # fmt: skip


class Listener:
    """Counts rounds."""

    rounds = 0

    def stage(self, name: str) -> None:
        """Ignore it."""

    def say(self, text: str) -> None:
        """Ignore it."""

    def advance(self, done: int, total: int) -> None:
        self.rounds += 1


@pytest.mark.parametrize(
    "model_type", [name for name in FAMILIES if name not in ("classification", "regression")]
)
def test_laws_that_pass_where_there_is_nothing_to_hold_do_so_where_it_is_known(model_type: str) -> None:
    """A family that stops compiling, explaining or telling of its rounds keeps every law; it fails here."""
    model, listener = FAMILIES[model_type]._small(), Listener()
    X, y = make_data(model)
    model.fit(X, y, progress=listener)
    assert (compile_onnx(model, X).onnx is not None) == (model_type in COMPILED)
    assert (listener.rounds > 0) == (model_type in HEARD)
    if model_type in EXPLAINED:
        assert model.feature_importance()
    else:
        with pytest.raises(PredictionError, match="no feature importances"):
            model.feature_importance()


class Sometimes(BaseModel):
    """Breaks a law on purpose: threads share what it writes while it answers."""

    task = "regression"

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.mean_ = 0.0
        self.asked_ = 0

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        self.asked_ += 1
        return np.full(len(X), self.mean_ + self.asked_)


def test_the_law_of_threads_notices_answers_that_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_analytics.models.testing.answering.load_model", lambda data: data)
    monkeypatch.setattr("ml_analytics.models.testing.answering.dump_model", lambda model: model)
    with pytest.raises(AssertionError, match="threads"):
        check(Sometimes, "threads_share_a_model")


def test_exemptions_name_laws_that_exist_and_give_a_reason() -> None:
    for family in FAMILIES.values():
        assert set(family.exempt_laws) <= set(LAWS)
        assert all(len(reason) > 20 for reason in family.exempt_laws.values())


class Forgetful(BaseModel):
    """Breaks laws on purpose: answers by position in the batch."""

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.mean_ = 0.0

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        up = np.arange(len(X)) / len(X)
        return np.column_stack([1 - up, up])


@pytest.mark.parametrize("law", ["rows_stand_alone", "later_rows_change_nothing"])
def test_a_law_notices_a_model_that_breaks_it(law: str) -> None:
    with pytest.raises(AssertionError):
        check(Forgetful, law)
