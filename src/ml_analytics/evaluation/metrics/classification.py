"""Metrics of class predictions, by counting; scikit-learn's definitions without its warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import rankdata

from ...core.errors import ParameterError
from ..arrays import as_labels, as_pair, require_length

OWNER = "classification_metrics"


def classification_metrics(
    y_true: Any, y_pred: Any, y_proba: Any = None, classes: Sequence[Any] | None = None
) -> dict[str, float]:
    """Return accuracy, balanced accuracy, precision, recall, F1 and, with probabilities, log loss and ROC AUC.

    Precision, recall and F1 are those of the **last** of two classes (binary: the larger label, or the second
    of ``classes``); with any other number of classes they are **macro** averages, the unweighted mean over the
    classes that occur in ``y_true`` or ``y_pred``. A class that is never predicted has precision 0, one that
    never occurs has recall 0. Balanced accuracy is the mean recall over the classes that occur in ``y_true``.

    ``log_loss`` is in nats, with probabilities kept away from 0 and 1 by the machine epsilon. ``roc_auc`` is
    the share of (positive, negative) pairs in the right order, ties counting half (Mann-Whitney); with more
    than two classes the macro mean of one class against the rest. It is left out when a class has no rows,
    as it is not defined then.

    Args:
        y_true: (n,) labels: numbers, booleans or text.
        y_pred: (n,) labels of the same kind.
        y_proba: (n, n_classes) probabilities, columns in the order of ``classes``; or (n,), the probability of
            the last of two classes.
        classes: labels in the order of the columns of ``y_proba``; the sorted labels found when not given.

    Raises:
        ParameterError: empty, missing labels, lengths or kinds differ, a label is not among ``classes``, or
            probabilities are not probabilities.

    >>> classification_metrics([1, 0, 1, 1], [1, 0, 0, 1])["accuracy"]
    0.75
    >>> classification_metrics([1, 0, 1, 1], [1, 0, 0, 1], [0.9, 0.2, 0.4, 0.8])["roc_auc"]
    1.0
    """
    truth, guess = as_pair(y_true, y_pred, OWNER)
    known = _classes(truth, guess, classes)
    t, p = _codes(truth, known, "y_true"), _codes(guess, known, "y_pred")
    k = known.size
    table = np.bincount(t * k + p, minlength=k * k).reshape(k, k)
    result = _counted(table)
    if y_proba is not None:
        result.update(_from_probabilities(t, _probabilities(y_proba, truth.size, k)))
    return result


def _classes(truth: np.ndarray, guess: np.ndarray, classes: Sequence[Any] | None) -> np.ndarray:
    found = np.unique(np.concatenate([truth, guess]))
    if classes is None:
        return found
    given = as_labels(classes, "classes", OWNER)
    if np.unique(given).size != given.size:
        raise ParameterError.of("classes", OWNER, "without repeats", list(classes))
    return given


def _codes(values: np.ndarray, known: np.ndarray, parameter: str) -> np.ndarray:
    """Positions of ``values`` in ``known``."""
    if (values.dtype.kind == "U") != (known.dtype.kind == "U"):
        raise ParameterError.of("classes", OWNER, f"of the kind of '{parameter}' ({values.dtype})", known)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], values), known.size - 1)
    codes: np.ndarray = order[at]
    foreign = known[codes] != values
    if foreign.any():
        raise ParameterError.of(
            parameter, OWNER, f"made of the classes {known.tolist()}", values[foreign][0].item()
        )
    return codes


def _counted(table: np.ndarray) -> dict[str, float]:
    hits = np.diag(table).astype(np.float64)
    actual, predicted = table.sum(axis=1), table.sum(axis=0)
    recall = np.divide(hits, actual, out=np.zeros_like(hits), where=actual > 0)
    precision = np.divide(hits, predicted, out=np.zeros_like(hits), where=predicted > 0)
    f1 = np.divide(2 * hits, actual + predicted, out=np.zeros_like(hits), where=actual + predicted > 0)
    shown = np.array([False, True]) if hits.size == 2 else actual + predicted > 0
    return {
        "accuracy": float(hits.sum() / table.sum()),
        "balanced_accuracy": float(recall[actual > 0].mean()),
        "precision": float(precision[shown].mean()),
        "recall": float(recall[shown].mean()),
        "f1": float(f1[shown].mean()),
    }


def _probabilities(y_proba: Any, n: int, k: int) -> np.ndarray:
    try:
        proba = np.asarray(y_proba, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError.of("y_proba", OWNER, "numeric", y_proba) from error
    if proba.ndim == 1 and k == 2:
        proba = np.column_stack([1.0 - proba, proba])
    if proba.ndim != 2 or proba.shape[1] != k:
        raise ParameterError.of("y_proba", OWNER, f"of shape (n, {k}), a column per class", proba.shape)
    require_length(proba, n, "y_proba", OWNER)
    # Written so that NaN fails; float32 softmax rows sum to 1 within about 1e-6.
    if not ((proba >= 0.0).all() and (proba <= 1.0).all()):
        raise ParameterError.of("y_proba", OWNER, "between 0 and 1 everywhere", "a value outside or NaN")
    sums = proba.sum(axis=1)
    if np.abs(sums - 1.0).max() > 1e-3:
        raise ParameterError.of(
            "y_proba", OWNER, "rows that sum to 1", float(sums[np.abs(sums - 1.0).argmax()])
        )
    return proba


def _from_probabilities(truth: np.ndarray, proba: np.ndarray) -> dict[str, float]:
    n, k = proba.shape
    epsilon = np.finfo(np.float64).eps
    # Rows are brought to a sum of 1 here only: rounding would break ties, which the AUC counts half.
    chosen = np.clip(proba[np.arange(n), truth] / proba.sum(axis=1), epsilon, 1.0 - epsilon)
    result = {"log_loss": float(-np.log(chosen).mean())}
    counts = np.bincount(truth, minlength=k)
    if k >= 2 and (counts > 0).all():
        columns = [1] if k == 2 else range(k)
        result["roc_auc"] = float(np.mean([_auc(truth == c, proba[:, c]) for c in columns]))
    return result


def _auc(positive: np.ndarray, score: np.ndarray) -> float:
    ranks = rankdata(score)
    above, n = int(positive.sum()), positive.size
    return float((ranks[positive].sum() - above * (above + 1) / 2) / (above * (n - above)))
