from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from ml_analytics.models.anomaly.detector import Detector, threshold
from ml_analytics.models.task import Task


class FarOut(Detector):
    """A detector in four lines: minus the distance from zero."""

    task: ClassVar[Task] = "anomaly"

    def _fit(self, X: pd.DataFrame, y: object) -> None:
        self.offset_ = threshold(self._scores(X), 0.25)

    def _scores(self, X: pd.DataFrame) -> np.ndarray:
        scores: np.ndarray = -X.to_numpy().__abs__().max(axis=1)
        return scores


def test_a_detector_answers_by_its_scores() -> None:
    X = np.arange(8.0)[:, None]
    model = FarOut().fit(X)
    assert model.predict(X).tolist() == [1, 1, 1, 1, 1, 1, -1, -1]
    np.testing.assert_array_equal(model.predict(X) < 0, model.decision_function(X) < 0)
    assert model.score(X, [1] * 6 + [-1] * 2) == 1.0
    assert model.signature is not None
    assert (model.signature.output, model.signature.classes) == ("anomaly", (-1, 1))
