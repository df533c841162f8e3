from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics import MLSystem, PredictionError, predict_table, train_table
from ml_analytics.core.values import PREDICTIONS
from ml_analytics.use_cases.tickets.predict import as_text


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_formulas_are_written_as_text(text: str) -> None:
    assert as_text(text) == "'" + text


def test_other_values_are_left_alone() -> None:
    assert [as_text(one) for one in ("plain", 3, -2.5)] == ["plain", 3, -2.5]


def test_every_row_is_answered_and_logged_and_extra_columns_are_left_aside(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=1200), "b": rng.normal(size=1200)})
    frame["target"] = np.where(frame["a"] > 0, "up", "down")
    system = MLSystem(tmp_path)
    train_table(system, frame, "target", "m")
    answers = predict_table(system, "m", frame)
    assert len(answers) == 1200
    assert answers["prediction_id"].is_unique
    assert (answers["prediction"] == frame["target"]).mean() > 0.95
    assert system.stores.documents.collection(system.tenant, PREDICTIONS).count() == 1200
    with pytest.raises(PredictionError, match="'b'"):
        predict_table(system, "m", frame[["a"]])
