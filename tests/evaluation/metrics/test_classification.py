from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import classification_metrics


def test_binary_figures_by_hand() -> None:
    # Truth 1: rows 0, 2, 3 (predicted 1, 0, 1); truth 0: rows 1, 4 (predicted 0, 1).
    found = classification_metrics([1, 0, 1, 1, 0], [1, 0, 0, 1, 1], [0.9, 0.2, 0.4, 0.8, 0.6])
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["f1"] == pytest.approx(2 / 3)
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.8, 0.4, 0.8, 0.4]).mean())
    assert found["roc_auc"] == pytest.approx(5 / 6)  # of 3 x 2 pairs only (0.4, 0.6) is in the wrong order


def test_three_classes_are_macro_averages_by_hand() -> None:
    found = classification_metrics(["a", "a", "b", "c"], ["a", "b", "b", "a"])
    assert found["accuracy"] == pytest.approx(1 / 2)
    assert found["precision"] == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    assert found["recall"] == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert found["f1"] == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 1 + 0) / 3)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_agrees_with_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    truth, guess = (np.array(column) for column in zip(*pairs, strict=True))
    classes = np.union1d(truth, guess)
    average = "binary" if classes.size == 2 else "macro"
    positive = {"pos_label": classes[-1]} if average == "binary" else {}
    found = classification_metrics(truth, guess)
    assert found["accuracy"] == pytest.approx(oracle.accuracy_score(truth, guess))
    for name in ("precision", "recall", "f1"):
        expected = getattr(oracle, f"{name}_score")(
            truth, guess, average=average, zero_division=0, **positive
        )
        assert found[name] == pytest.approx(expected)


@given(
    st.integers(2, 4).flatmap(
        lambda k: st.lists(
            st.tuples(st.integers(0, k - 1), st.lists(st.integers(1, 9), min_size=k, max_size=k)),
            min_size=1,
            max_size=30,
        )
    )
)
def test_probabilities_agree_with_scikit_learn(rows: list[tuple[int, list[int]]]) -> None:
    truth = np.array([label for label, _ in rows])
    weights = np.array([weight for _, weight in rows], dtype=float)
    proba = weights / weights.sum(axis=1, keepdims=True)
    classes = list(range(proba.shape[1]))
    found = classification_metrics(truth, proba.argmax(axis=1), proba, classes)
    assert found["log_loss"] == pytest.approx(oracle.log_loss(truth, proba, labels=classes))
    if set(truth) != set(classes):
        assert "roc_auc" not in found
        return
    kwargs: dict[str, Any] = {} if len(classes) == 2 else {"multi_class": "ovr"}
    score = proba[:, 1] if len(classes) == 2 else proba
    assert found["roc_auc"] == pytest.approx(oracle.roc_auc_score(truth, score, **kwargs))


def test_one_class_only_needs_no_warning() -> None:
    found = classification_metrics([1, 1], [1, 1])
    assert found == {"accuracy": 1, "balanced_accuracy": 1, "precision": 1, "recall": 1, "f1": 1}
    absent = classification_metrics([0, 0], [0, 0], [0.1, 0.3], classes=[0, 1])
    assert absent["f1"] == 0.0
    assert "roc_auc" not in absent
    assert absent["log_loss"] == pytest.approx(-math.log(0.9) / 2 - math.log(0.7) / 2)


def test_a_certain_mistake_has_a_finite_log_loss() -> None:
    assert math.isfinite(classification_metrics([1, 0], [0, 0], [0.0, 0.0])["log_loss"])


def test_columns_follow_the_given_order_of_classes() -> None:
    proba = [[0.9, 0.1], [0.2, 0.8]]
    right = classification_metrics(["up", "down"], ["up", "down"], proba, classes=["up", "down"])
    assert right["roc_auc"] == 1.0
    assert right["log_loss"] == pytest.approx(-(math.log(0.9) + math.log(0.8)) / 2)


@pytest.mark.parametrize(
    ("proba", "sentence"),
    [
        ([0.5, np.nan], "between 0 and 1"),
        ([0.5, 1.2], "between 0 and 1"),
        ([[0.5, 0.6], [0.5, 0.5]], "sum to 1"),
        ([[1.0], [1.0]], "of shape"),
        ([[0.5, 0.5]], "of length 2"),
        (["a", "b"], "numeric"),
    ],
)
def test_probabilities_must_be_probabilities(proba: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=f"'y_proba'.*{sentence}"):
        classification_metrics([0, 1], [0, 1], proba)


@pytest.mark.parametrize(
    ("truth", "guess", "classes", "parameter"),
    [
        ([], [], None, "y_true"),
        ([1.0, np.nan], [1, 0], None, "y_true"),
        ([1, 0], [1.0, np.nan], None, "y_pred"),
        ([1, 0], [1], None, "y_pred"),
        ([1, 2], [1, 2], [0, 1], "y_true"),
        ([1, 1], [1, 2], [0, 1], "y_pred"),
        ([1, 0], [1, 0], [0, 0, 1], "classes"),
        ([1, 0], [1, 0], ["0", "1"], "classes"),
    ],
)
def test_bad_input_is_named(truth: Any, guess: Any, classes: Any, parameter: str) -> None:
    with pytest.raises(ParameterError, match=f"The '{parameter}' parameter of classification_metrics"):
        classification_metrics(truth, guess, classes=classes)
