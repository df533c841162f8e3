"""What learns behind the encoder of a mixed table: a linear model, a forest or boosted trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.utils.class_weight import compute_class_weight

from ..skops_store import estimator_from_bytes, estimator_to_bytes
from .booster import (
    BOOSTER,
    boosted_probabilities,
    booster_from_bytes,
    booster_to_bytes,
    gain_by_column,
    train_booster,
)
from .forest_store import forest_from_files, forest_to_files
from .growing import grow

_FORESTS = (RandomForestClassifier, RandomForestRegressor)
_LINEAR = "head.skops"


class Settings(Protocol):
    """The parameters of a table model that its head reads; ``None`` is the head's own default."""

    n_estimators: int | None
    max_depth: int | None
    min_samples_split: int | float | None
    min_samples_leaf: int | float | None
    max_features: str | int | float | None
    learning_rate: float | None
    C: float | None
    n_jobs: int | None
    random_state: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted scikit-learn estimator or XGBoost Booster over encoded columns."""

    fitted: Any
    boosted: bool

    def probabilities(self, X: Any) -> np.ndarray:
        """Return (n_samples, n_classes)."""
        if self.boosted:
            return boosted_probabilities(self.fitted, X)
        return np.asarray(self.fitted.predict_proba(X), dtype=np.float64)

    def numbers(self, X: Any) -> np.ndarray:
        """Return (n_samples,)."""
        raw = self.fitted.inplace_predict(X) if self.boosted else self.fitted.predict(X)
        return np.asarray(raw, dtype=np.float64)

    def importance(self, X: Any) -> tuple[str, np.ndarray]:
        """Return how much each encoded column of the training data matters."""
        if self.boosted:
            return "share of the total gain of its splits", gain_by_column(self.fitted, X.shape[1])
        if hasattr(self.fitted, "feature_importances_"):
            return "mean decrease in impurity (training data)", np.asarray(self.fitted.feature_importances_)
        reach = np.asarray(abs(X).mean(axis=0)).ravel()
        weights = np.abs(np.atleast_2d(self.fitted.coef_)).mean(axis=0)
        return "mean absolute contribution on the training data", weights * reach

    def to_files(self) -> dict[str, bytes]:
        """Return the files that :func:`head_from_files` reads."""
        if self.boosted:
            return {BOOSTER: booster_to_bytes(self.fitted)}
        if isinstance(self.fitted, _FORESTS):
            return forest_to_files(self.fitted)
        return {_LINEAR: estimator_to_bytes(self.fitted)}


def head_from_files(files: Mapping[str, bytes], *, classifier: bool) -> Head:
    """Read a stored head."""
    if BOOSTER in files:
        return Head(booster_from_bytes(files[BOOSTER]), True)
    if _LINEAR in files:
        return Head(estimator_from_bytes(files[_LINEAR]), False)
    forest = RandomForestClassifier() if classifier else RandomForestRegressor()
    return Head(forest_from_files(forest, files), False)


def fit_head(
    kind: str,
    settings: Settings,
    X: Any,
    y: np.ndarray,
    classes: int,
    class_weight: str | None,
    sample_weight: np.ndarray | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Head:
    """Fit a head of ``kind`` (``linear``, ``random_forest``, ``xgboost``); ``classes`` is 0 for regression."""
    if kind == "xgboost":
        return _boosted(settings, X, y, classes, class_weight, sample_weight, tell)
    if kind == "random_forest":
        return Head(grow(_forest(settings, classes, class_weight), X, y, sample_weight, tell), False)
    linear = _linear(settings, sp.issparse(X), len(y), classes, class_weight)
    linear.fit(X, y, sample_weight=sample_weight)
    return Head(linear.set_params(n_jobs=None) if isinstance(linear, SGDClassifier) else linear, False)


def _boosted(
    settings: Settings,
    X: Any,
    y: np.ndarray,
    classes: int,
    class_weight: str | None,
    sample_weight: np.ndarray | None,
    tell: Callable[[int, int], None] | None,
) -> Head:
    weight = sample_weight
    if class_weight is not None:
        by_class = compute_class_weight(
            class_weight, classes=np.arange(classes), y=y, sample_weight=sample_weight
        )[y]
        weight = by_class if sample_weight is None else by_class * sample_weight
    params = _given(settings, {"max_depth": "max_depth", "learning_rate": "learning_rate"})
    params = {
        "learning_rate": 0.1,
        "nthread": settings.n_jobs or 1,
        "seed": settings.random_state or 0,
        **params,
    }
    booster = train_booster(
        X, y, classes=classes, rounds=settings.n_estimators or 200, params=params, weight=weight, tell=tell
    )
    booster.set_param({"nthread": 1})
    return Head(booster, True)


def _forest(settings: Settings, classes: int, class_weight: str | None) -> Any:
    names = ("n_estimators", "max_depth", "min_samples_split", "min_samples_leaf", "max_features")
    params = {"n_estimators": 200, **_given(settings, {name: name for name in names})}
    params |= {"n_jobs": settings.n_jobs, "random_state": settings.random_state or 0}
    if classes == 0:
        return RandomForestRegressor(**params)
    return RandomForestClassifier(class_weight=class_weight, **params)


def _linear(settings: Settings, sparse: bool, rows: int, classes: int, class_weight: str | None) -> Any:
    seed = settings.random_state or 0
    if classes == 0:
        return Ridge(
            alpha=1.0 / (settings.C or 1.0), solver="sparse_cg" if sparse else "svd", random_state=seed
        )
    if not sparse:
        return LogisticRegression(
            C=settings.C or 1.0, max_iter=1000, class_weight=class_weight, random_state=seed
        )
    # Many text columns and many classes: stochastic gradient takes seconds where L-BFGS takes minutes.
    return SGDClassifier(
        loss="log_loss",
        alpha=1.0 / ((settings.C or 30.0) * rows),
        class_weight=class_weight,
        random_state=seed,
        n_jobs=settings.n_jobs,
    )


def _given(settings: Settings, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        ours: getattr(settings, name) for ours, name in names.items() if getattr(settings, name) is not None
    }
