"""Predictions as people want them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, MLFrameworkError
from ml_analytics.features import DataProcessor

answer = DataProcessor().postprocess


def test_a_threshold_moves_the_border_of_two_classes() -> None:
    shares = np.asarray([0.1, 0.3, 0.5, 0.9])
    both = np.column_stack([1 - shares, shares])
    for threshold, expected in (
        (0.5, [0, 0, 1, 1]),
        (0.3, [0, 1, 1, 1]),
        (1.0, [0, 0, 0, 0]),
        (0.0, [1, 1, 1, 1]),
    ):
        assert answer(shares, threshold=threshold).tolist() == expected
        assert answer(both, threshold=threshold).tolist() == expected
    assert answer(shares, ["no", "yes"], threshold=0.4).tolist() == ["no", "no", "yes", "yes"]


def test_a_table_of_answers() -> None:
    made = answer([[0.2, 0.8], [0.9, 0.1]], ["low", "high"], output="frame")
    expected = {
        "prediction": ["high", "low"],
        "probability": [0.8, 0.9],
        "probability_low": [0.2, 0.9],
        "probability_high": [0.8, 0.1],
    }
    assert made.to_dict("list") == expected
    unsure = answer([0.4], ["no", "yes"], threshold=0.3, output="frame")
    assert unsure["probability"].tolist() == [0.4], "that of the answer, not the largest"
    pd.testing.assert_frame_equal(
        answer([1.5, 2.5], output="frame"), pd.DataFrame({"prediction": [1.5, 2.5]})
    )


def test_records_are_json() -> None:
    made = answer(np.asarray([[0.2, 0.8]], dtype=np.float32), [False, True], output="records")
    assert json.loads(json.dumps(made, allow_nan=False))[0]["prediction"] is True
    assert answer(np.asarray([1.5, np.nan]), output="records") == [{"prediction": 1.5}, {"prediction": None}]
    assert answer(np.asarray([1, 0]), ["a", "b"], output="records") == [
        {"prediction": "b"},
        {"prediction": "a"},
    ]


@pytest.mark.parametrize(
    ("predictions", "options"),
    [
        ([0.5], {"output": "csv"}),
        ([[0.2, 0.3, 0.5]], {"threshold": 0.5}),
        ([0.5], {"threshold": 1.5}),
        ([0.5], {"threshold": True}),
        ([1.5], {"threshold": 0.5}),
        ([np.nan], {"threshold": 0.5}),
        (["yes"], {"threshold": 0.5}),
        ([["a", "b"]], {}),
        (np.zeros((2, 0)), {}),
        (np.zeros((1, 1, 1)), {}),
    ],
)
def test_what_makes_no_sense_is_refused(predictions: Any, options: dict[str, Any]) -> None:
    with pytest.raises(MLFrameworkError, match="of postprocess must"):
        answer(predictions, **options)


def test_labels_must_be_known() -> None:
    with pytest.raises(DataProcessingError, match="codes from 0 to 1 or known labels"):
        answer(["maybe"], ["no", "yes"])
