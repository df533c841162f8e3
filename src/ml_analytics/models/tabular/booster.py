"""XGBoost through its native Booster: trained without a wrapper, stored as UBJSON, checked before loading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...core.errors import ModelLoadError
from ..ubjson import read_ubjson
from .booster_check import check_booster

BOOSTER = "booster.ubj"


def train_booster(
    X: Any,
    y: np.ndarray,
    *,
    classes: int,
    rounds: int,
    params: Mapping[str, Any],
    weight: np.ndarray | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Any:
    """Return a Booster; ``classes`` is 0 for regression, else the number of classes in ``y``.

    ``tell(done, total)`` is called after each round.
    """
    import xgboost

    if classes == 0:
        objective: dict[str, Any] = {"objective": "reg:squarederror"}
    elif classes == 2:
        objective = {"objective": "binary:logistic"}
    else:
        objective = {"objective": "multi:softprob", "num_class": classes}
    table = xgboost.DMatrix(X, label=y, weight=weight, nthread=params.get("nthread", 1))
    settings = {"tree_method": "hist", "verbosity": 0, **objective, **params}
    callbacks = [] if tell is None else [_teller(tell, rounds)]
    return xgboost.train(settings, table, num_boost_round=rounds, callbacks=callbacks, verbose_eval=False)


def _teller(tell: Callable[[int, int], None], rounds: int) -> Any:
    import xgboost

    class Teller(xgboost.callback.TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            tell(epoch + 1, rounds)
            return False  # go on

    return Teller()


def boosted_probabilities(booster: Any, X: Any) -> np.ndarray:
    """Return (n_samples, n_classes) probabilities."""
    raw: np.ndarray = np.asarray(booster.inplace_predict(X), dtype=np.float64)
    if raw.ndim == 2:
        raw /= raw.sum(axis=1, keepdims=True)  # softmax in 32 bits: rows sum to 1 only nearly
        return raw
    return np.column_stack([1.0 - raw, raw])


def booster_to_bytes(booster: Any) -> bytes:
    """Return the model in UBJSON."""
    return bytes(booster.save_raw("ubj"))


def booster_from_bytes(data: bytes) -> Any:
    """Read UBJSON; the trees are checked first, because XGBoost follows their links without looking."""
    import xgboost

    check_booster(data)
    try:
        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(data))
    except (xgboost.core.XGBoostError, ValueError) as error:
        raise ModelLoadError("The stored XGBoost model cannot be read.") from error
    return booster


def booster_split_points(booster: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return (columns, values) of the splits."""
    trees = read_ubjson(booster_to_bytes(booster))["learner"]["gradient_booster"]["model"]["trees"]
    columns = np.concatenate([tree["split_indices"] for tree in trees])
    points = np.concatenate([tree["split_conditions"] for tree in trees])
    inside = np.concatenate([tree["left_children"] for tree in trees]) != -1
    return columns[inside], points[inside].astype(np.float64)


def gain_by_column(booster: Any, width: int) -> np.ndarray:
    """Return the total gain of the splits on each column, as shares of the whole."""
    gains = booster.get_score(importance_type="total_gain")
    values: np.ndarray = np.array([float(gains.get(f"f{index}", 0.0)) for index in range(width)])
    total = values.sum()
    if total > 0:
        values /= total
    return values
