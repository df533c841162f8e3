"""Which features tell something about a target: scores from the given rows and no others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from .config import Method, check_method
from .indicator import Array

_OWNER = "select_features"
_FEWEST_ROWS = 10
_MOST_CLASSES = 20


def rank_features(features: pd.DataFrame, target: Any, method: str = "mutual_info") -> pd.Series:
    """Return one score per column of ``features``, best first; ties keep the order of the columns.

    Rows with a missing value in the target or in any feature are left out (the warm-up). Constant columns
    and columns without values score 0. A target of texts, booleans or at most 20 whole numbers is taken
    as classes.

    Args:
        features: numbers, shape (n_samples, n_features).
        target: shape (n_samples,), aligned by position.
        method: ``mutual_info`` (nearest neighbours; nats), ``f_test`` (F statistic of a linear relation or
            of class means) or ``importance`` (mean decrease in impurity of a random forest; sums to 1).

    Raises:
        ParameterError: an unknown method, or a target of another length.
        DataProcessingError: a column is not numeric, or fewer than 10 complete rows.
    """
    how = check_method(method, _OWNER)
    values = _numbers(features)
    answer, classes, known = _target(target, len(features))
    finite = np.isfinite(values)
    usable = np.asarray(finite.any(axis=0))
    rows = known & finite[:, usable].all(axis=1)
    if rows.sum() < _FEWEST_ROWS:
        raise DataProcessingError(
            f"The features of {_OWNER} must have at least {_FEWEST_ROWS} rows without missing values. "
            f"Got {int(rows.sum())} of {len(features)}."
        )
    varies = usable.copy()
    varies[usable] = np.ptp(values[np.ix_(rows, usable)], axis=0) > 0
    scores = np.zeros(values.shape[1])
    if varies.any() and len(np.unique(answer[rows])) > 1:
        scores[varies] = _scores(values[np.ix_(rows, varies)], answer[rows], classes, how)
    ranked = pd.Series(scores, index=features.columns, name="score")
    return ranked.sort_values(ascending=False, kind="stable")


def _scores(values: Array, answer: Array, classes: bool, method: Method) -> Array:
    if method == "importance":
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        forest = RandomForestClassifier if classes else RandomForestRegressor
        model = forest(n_estimators=100, max_depth=8, min_samples_leaf=5, random_state=0)
        importances: Array = model.fit(values, answer).feature_importances_
        return importances
    from sklearn import feature_selection as sk

    if method == "f_test":
        with np.errstate(all="ignore"):
            statistic = (sk.f_classif if classes else sk.f_regression)(values, answer)[0]
        strength: Array = np.nan_to_num(statistic, nan=0.0, posinf=np.finfo(np.float64).max)
        return strength
    measure = sk.mutual_info_classif if classes else sk.mutual_info_regression
    information: Array = measure(values, answer, random_state=0)
    return information


def _numbers(features: pd.DataFrame) -> Array:
    for name in features.columns:
        if not pd.api.types.is_numeric_dtype(features[name]):
            raise DataProcessingError(
                f"The column '{name}' of {_OWNER} must hold numbers. Got {features[name].dtype}."
            )
    return features.to_numpy(dtype=np.float64, na_value=np.nan)


def _target(target: Any, length: int) -> tuple[Array, bool, np.ndarray]:
    """Return the target as numbers, whether it is classes, and which rows are known."""
    values = np.asarray(target)
    if values.shape != (length,):
        raise ParameterError.of("target", _OWNER, f"of shape ({length},)", values.shape)
    series = pd.Series(values)
    known = series.notna().to_numpy()
    if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
        return pd.factorize(series, sort=True)[0].astype(np.float64), True, known
    numbers = series.to_numpy(dtype=np.float64)
    known = np.isfinite(numbers)
    different = np.unique(numbers[known])
    classes = len(different) <= _MOST_CLASSES and bool((different == np.floor(different)).all())
    return numbers, classes, known
