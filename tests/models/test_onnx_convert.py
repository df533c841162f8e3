from __future__ import annotations

import logging
import warnings

import numpy as np
import onnx
import pandas as pd
from sklearn.linear_model import LogisticRegression

from ml_analytics.models import BaseModel
from ml_analytics.models.onnx_convert import INPUT, booster_to_onnx, estimator_to_onnx


def test_one_float_input_and_probabilities_last(table: pd.DataFrame) -> None:
    estimator = LogisticRegression().fit(table.to_numpy(), table["a"] > 0)
    model = onnx.load_model_from_string(estimator_to_onnx(estimator, 3, classifier=True))
    assert [one.name for one in model.graph.input] == [INPUT]
    assert model.graph.output[-1].name == "probabilities"


def test_nothing_is_said_and_nothing_stays_changed(boosted: BaseModel, capfd: object) -> None:
    level = logging.getLogger("skl2onnx").level
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        first = booster_to_onnx(boosted.booster_, 3)
        assert warnings.filters == filters
    assert caught == []
    assert logging.getLogger("skl2onnx").level == level
    reader = capfd.readouterr()  # type: ignore[attr-defined]
    assert (reader.out, reader.err) == ("", "")
    assert isinstance(first, bytes) and np.frombuffer(first, np.uint8).size > 0
