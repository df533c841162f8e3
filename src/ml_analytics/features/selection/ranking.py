"""A score for every feature: the plainest question to ask of a table and a target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from .evidence import read_evidence
from .methods import SCORES
from .scoring import make_scorer, varies

_OWNER = "rank_features"
MOST_MISSING = 0.5


def rank_features(features: pd.DataFrame, target: Any, method: str = "mutual_info") -> pd.Series:
    """Return one score per column of ``features``, best first; ties keep the order of the columns.

    Rows with a missing value in the target or in any feature are left out (the warm-up). Constant columns
    and columns without a value in more than half of the rows score 0. A target of texts, booleans or at most 20
    whole numbers is taken as classes.

    Args:
        features: numbers, shape (n_samples, n_features).
        target: shape (n_samples,), aligned by position.
        method: ``mutual_info`` (bins of equal counts; nats), ``mutual_info_knn`` (nearest neighbours, scikit-learn's;
            nats), ``f_test`` (F statistic of a linear relation or of class means) or ``importance`` (mean decrease
            in impurity of a random forest; sums to 1).

    Raises:
        ParameterError: an unknown method, or a target of another length.
        DataProcessingError: a column is not numeric, or fewer than 10 complete rows.

    >>> numbers = np.arange(100.0)
    >>> rank_features(pd.DataFrame({"odd": numbers % 2, "rising": numbers}), numbers > 49, "f_test").index.tolist()
    ['rising', 'odd']
    """
    if method not in SCORES:
        raise ParameterError.of("method", _OWNER, f"one of {', '.join(SCORES)}", method)
    evidence = read_evidence(features, target, task="auto", max_missing=MOST_MISSING, owner=_OWNER)
    scores = np.zeros(features.shape[1])
    if len(evidence.columns) and varies(evidence.target):
        scorer = make_scorer(method, evidence.values, evidence.classes, n_jobs=None, seed=0)
        scores[evidence.columns] = scorer(evidence.target)
    ranked = pd.Series(scores, index=features.columns, name="score")
    return ranked.sort_values(ascending=False, kind="stable")
