"""A linear estimator of scikit-learn behind standardised columns, rows weighted in both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..base import matrix


def fit_standardised(estimator: Any, X: pd.DataFrame, y: np.ndarray, sample_weight: np.ndarray | None) -> Any:
    """Return a fitted pipeline of the scaling and the estimator."""
    pipeline = make_pipeline(StandardScaler(), estimator)
    weights = (
        {}
        if sample_weight is None
        else {f"{name}__sample_weight": sample_weight for name, _ in pipeline.steps}
    )
    return pipeline.fit(matrix(X), y, **weights)
