"""What a model of direction has to beat: always up, same as yesterday, the majority.

Labels are 1 for up and 0 for down unless said otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .arrays import as_labels, as_pair, require_count
from .intervals import accuracy_score_interval, advantage


def always_up(n: int) -> np.ndarray:
    """Return ``n`` times 1. Hard to beat on an index that rises more often than it falls.

    >>> always_up(3).tolist()
    [1, 1, 1]

    Raises:
        ParameterError: ``n`` below 1.
    """
    return np.ones(require_count(n, "n", "always_up"), dtype=np.int64)


def same_as_yesterday(labels: Any, horizon: int = 1) -> np.ndarray:
    """Return, for each bar t, the last label that is known at t.

    The label of bar s says where the price went from s to s + ``horizon``, so at t the newest known one is that
    of bar t - ``horizon``; ``labels[t - 1]`` would look ahead whenever the horizon is above 1. The first
    ``horizon`` bars have no known label and get "always up": 1 where labels are numbers, the last label in
    sorted order where they are text.

    >>> same_as_yesterday([0, 0, 1, 0], horizon=2).tolist()
    [1, 1, 0, 0]

    Raises:
        ParameterError: labels empty or missing, horizon below 1.
    """
    owner = "same_as_yesterday"
    known = as_labels(labels, "labels", owner)
    horizon = min(require_count(horizon, "horizon", owner), known.size)
    result = np.empty_like(known)
    result[:horizon] = np.unique(known)[-1] if known.dtype.kind == "U" else 1
    result[horizon:] = known[: known.size - horizon]
    return result


def majority(y_train: Any, n: int) -> np.ndarray:
    """Return ``n`` times the most frequent label of ``y_train``; of equally frequent ones the last in order.

    >>> majority(["low", "high", "high"], 2).tolist()
    ['high', 'high']

    Raises:
        ParameterError: labels empty or missing, ``n`` below 1.
    """
    values, counts = np.unique(as_labels(y_train, "y_train", "majority"), return_counts=True)
    winner = values[np.flatnonzero(counts == counts.max())[-1]]
    return np.full(require_count(n, "n", "majority"), winner)


def baseline_table(
    y_true: Any, y_pred: Any = None, y_train: Any = None, horizon: int = 1, trials: int = 1
) -> pd.DataFrame:
    """Return accuracy with interval of every baseline and, when ``y_pred`` is given, of the model.

    Rows: ``always up`` (numeric labels only), ``same as yesterday``, ``majority`` (when ``y_train`` is given)
    and ``model``. Columns: ``accuracy``, ``low``, ``high``, ``n`` and, with a model, its ``advantage`` over the
    baseline of that row with ``advantage_low`` and ``advantage_high`` (Bonferroni over ``trials``).

    >>> baseline_table([1, 1, 0, 1], y_train=[1, 0, 1])["accuracy"].tolist()
    [0.75, 0.5, 0.75]

    Raises:
        ParameterError: labels unusable or of different lengths.
    """
    truth = as_labels(y_true, "y_true", "baseline_table")
    predictions: dict[str, np.ndarray] = {}
    if truth.dtype.kind != "U":
        predictions["always up"] = always_up(truth.size)
    predictions["same as yesterday"] = same_as_yesterday(truth, horizon)
    if y_train is not None:
        predictions["majority"] = majority(y_train, truth.size)
    rows = [_row(name, truth, guess, horizon) for name, guess in predictions.items()]
    if y_pred is not None:
        _, model = as_pair(truth, y_pred, "baseline_table")
        for row, guess in zip(rows, predictions.values(), strict=True):
            gain = advantage(truth, model, guess, horizon, trials)
            row.update(advantage=gain.value, advantage_low=gain.low, advantage_high=gain.high)
        rows.append(_row("model", truth, model, horizon))
    return pd.DataFrame(rows).set_index("name")


def _row(name: str, truth: np.ndarray, guess: np.ndarray, horizon: int) -> dict[str, Any]:
    score = accuracy_score_interval(truth, guess, horizon)
    return {"name": name, "accuracy": score.value, "low": score.low, "high": score.high, "n": score.n}
