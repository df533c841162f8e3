"""Answers for every row of a table, as a table that is safe to open in a spreadsheet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...pipelines import MLSystem

_RISKY = ("=", "+", "-", "@", "\t", "\r")
BATCH = 512


def predict_table(
    system: MLSystem, model_id: str, table: pd.DataFrame, version: str | None = None
) -> pd.DataFrame:
    """Return one row per input row: ``prediction``, ``probability`` of it, ``prediction_id`` in the log.

    Columns that the model does not know are left aside; a missing one is an error.

    Raises:
        PredictionError: a column is missing or has values the model cannot take.
        ModelNotFoundError: no such model for this tenant.
    """
    model = system.manager.load_model(model_id, version)
    rows = model.signature.check(table, extra="drop")
    parts = []
    for start in range(0, len(rows), BATCH):
        answer = system.predictor.answer(model_id, rows.iloc[start : start + BATCH], model.version)
        part = pd.DataFrame({"prediction": [as_text(one) for one in answer.predictions]})
        if answer.probabilities is not None:
            part["probability"] = np.round(answer.probabilities.max(axis=1), 6)
        part["prediction_id"] = list(answer.prediction_ids)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def as_text(value: object) -> object:
    """Return a label such that no spreadsheet takes it for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value
