"""How long one answer takes, measured before anyone depends on it."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from .manager import ModelManager
from .predictor import Predictor

WARM_UP = 20
ASKED = 120


def measured_latency(manager: ModelManager, model_id: str, version: str, rows: pd.DataFrame) -> float:
    """Return the 99th percentile in milliseconds of one-row answers in this process.

    At most 120 rows of ``rows`` are asked one by one, the first 20 to warm up (fewer rows are asked again);
    nothing is logged.
    """
    predictor = Predictor(manager, log=False)
    taken = []
    for i in range(ASKED):
        row = rows.iloc[[i % len(rows)]]
        started = time.perf_counter()
        predictor.answer(model_id, row, version)
        taken.append((time.perf_counter() - started) * 1e3)
    return float(np.percentile(taken[WARM_UP:], 99))
