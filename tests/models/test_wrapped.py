from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.multioutput import MultiOutputClassifier

from ml_analytics import ParameterError, Signature
from ml_analytics.models import SklearnModel, compile_onnx, dump_model, load_model, wrap


@pytest.mark.parametrize("kind", ["text", "object", "int", "bool"])
def test_a_fitted_estimator_keeps_its_answers_and_its_labels(kind: str, table: pd.DataFrame) -> None:
    up = (table["a"] > 0).to_numpy()
    y = {
        "text": np.where(up, "u", "d"),
        "object": np.where(up, "u", "d").astype(object),
        "int": up * 3,
        "bool": up,
    }[kind]
    estimator = RandomForestClassifier(5, random_state=0).fit(table, y)
    model = load_model(dump_model(wrap(estimator)))
    assert model.predict(table).tolist() == estimator.predict(table).tolist()
    np.testing.assert_array_equal(model.predict_proba(table[["c", "b", "a"]]), estimator.predict_proba(table))
    assert model.classes_.tolist() == estimator.classes_.tolist()
    assert len(model.feature_importance()) == 3


def test_a_regressor_on_arrays(table: pd.DataFrame) -> None:
    estimator = LinearRegression().fit(table.to_numpy(), table["a"])
    model = wrap(estimator)
    assert model.task == "regression" and model.signature is not None
    assert model.signature.names == ("x0", "x1", "x2")
    np.testing.assert_array_equal(model.predict(table.to_numpy()), estimator.predict(table.to_numpy()))
    assert compile_onnx(model, table.to_numpy()).onnx is not None


def test_an_own_signature_is_kept_when_it_fits(table: pd.DataFrame) -> None:
    estimator = LogisticRegression().fit(table, table["a"] > 0)
    own = Signature.infer(table, "class", (False, True))
    assert wrap(estimator, own).signature is own
    with pytest.raises(ParameterError, match="of 3 inputs"):
        wrap(estimator, Signature.infer(table[["a"]], "class", (False, True)))
    with pytest.raises(ParameterError, match="classes of the estimator"):
        wrap(estimator, Signature.infer(table, "class", (True, False)))


def test_no_probabilities_where_the_estimator_has_none(table: pd.DataFrame) -> None:
    model = wrap(RidgeClassifier().fit(table, table["a"] > 0))
    assert model.predict(table).dtype == bool
    assert not hasattr(model, "predict_proba")  # as in scikit-learn


@pytest.mark.parametrize(
    "estimator",
    [object(), LogisticRegression(), KMeans(), None, LogisticRegression],
    ids=["object", "unfitted", "clusters", "none", "class"],
)
def test_what_is_no_fitted_model_is_refused(estimator: object) -> None:
    with pytest.raises(ParameterError, match="'estimator' parameter of wrap"):
        wrap(estimator)


def test_several_outputs_are_refused(table: pd.DataFrame) -> None:
    y = np.column_stack([table["a"] > 0, table["b"] > 0])
    with pytest.raises(ParameterError, match="one output"):
        wrap(MultiOutputClassifier(LogisticRegression()).fit(table, y))


def test_fit_needs_an_estimator(table: pd.DataFrame, labels: pd.Series) -> None:
    with pytest.raises(ParameterError, match="'estimator' parameter of SklearnModel"):
        SklearnModel().fit(table, labels)
