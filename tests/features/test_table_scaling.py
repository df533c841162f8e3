"""Scaling of tables by column names."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.table_scaling import TableScaler, check_transform_type


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"a": [1.0, 2.0, None, 5.0], "word": list("wxyz"), "b": [True, False, True, True], "c": range(4)}
    )


def test_numbers_are_scaled_and_the_rest_passes(frame: pd.DataFrame) -> None:
    scaler = TableScaler.fit(frame, "minmax", clip=False)
    assert scaler.names == ("a", "c")
    made = scaler.transform(frame)
    np.testing.assert_allclose(made["a"], [0, 0.25, np.nan, 1])
    pd.testing.assert_frame_equal(made[["word", "b"]], frame[["word", "b"]])
    np.testing.assert_allclose(scaler.transform(made, inverse=True)["a"], frame["a"])


def test_columns_by_name_and_through_json(frame: pd.DataFrame) -> None:
    scaler = TableScaler.fit(frame, "standard", clip=True)
    again = TableScaler.from_state(json.loads(json.dumps(scaler.to_state(), allow_nan=False)))
    mixed = frame[["c", "word", "b", "a"]]
    pd.testing.assert_frame_equal(again.transform(mixed)[frame.columns], scaler.transform(frame))


def test_tables_without_numbers_and_bad_input(frame: pd.DataFrame) -> None:
    words = frame[["word"]]
    scaler = TableScaler.fit(words, "power", clip=True)
    pd.testing.assert_frame_equal(scaler.transform(words), words)
    scaler = TableScaler.fit(frame, "standard", clip=False)
    for other, message in (
        (frame.drop(columns="c"), "no 'c'"),
        (frame.assign(a="soon"), "'a'.*must hold numbers"),
        (frame.assign(a=np.inf), "'a'.*finite"),
    ):
        with pytest.raises(DataProcessingError, match=message):
            scaler.transform(other)
    with pytest.raises(ParameterError, match=r"'transform_type'.*'log'"):
        check_transform_type("log")
