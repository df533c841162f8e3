"""What every detector of anomalies has: a score for each row, and a threshold that makes it an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.frames import Table
from ..base import BaseModel
from ..hyperparameters import Real

_ROUNDING = 1e-12

CONTAMINATION = Real("share of the training rows that are called anomalies", above=True, high=0.5)
"""The description of ``contamination``."""


class Detector(BaseModel):
    """Answers 1 for a row like the rest and -1 for an anomaly; a family writes ``_scores``.

    The lower the score, the stranger the row; ``offset_`` is the score below which it is an anomaly.
    """

    offset_: float

    def score_samples(self, X: Table) -> np.ndarray:
        """Return (n_samples,) scores: the lower, the stranger.

        Raises:
            PredictionError: not fitted, or the input does not fit the signature.
        """
        return self._scores(self._checked(X))

    def decision_function(self, X: Table) -> np.ndarray:
        """Return (n_samples,) scores less the threshold: below 0 is an anomaly."""
        return self._above(self.score_samples(X))

    def score(self, X: Table, y: Any) -> float:
        """Return the share of right answers, where ``y`` holds 1 and -1."""
        return float((self.predict(X) == np.asarray(y)).mean())

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.where(self._above(self._scores(X)) < 0.0, -1, 1)

    def _above(self, scores: np.ndarray) -> np.ndarray:
        above = scores - self.offset_
        above[np.abs(above) < _ROUNDING] = 0.0  # rows that are all the same lie on the threshold
        return above

    def _scores(self, X: pd.DataFrame) -> np.ndarray:
        raise NotImplementedError

    def _possible_answers(self) -> tuple[int, ...]:
        return (-1, 1)


def threshold(scores: np.ndarray, contamination: float) -> float:
    """Return the score below which the given share of the training rows lies.

    >>> threshold(np.array([-3.0, -2.0, -1.0, 0.0]), 0.25)
    -2.25
    """
    return float(np.quantile(scores, contamination))
