from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation.arrays import as_labels, as_numbers, as_pair, require_count, require_level


@pytest.mark.parametrize(
    "value",
    [
        [],
        [[1, 2]],
        [1.0, np.nan],
        [1.0, np.inf],
        ["a", None],
        pd.Series([1, None], dtype="Int64"),
        [{"a": 1}],
        3,
    ],
)
def test_unusable_labels_are_refused_by_name(value: object) -> None:
    with pytest.raises(ParameterError, match="The 'y_true' parameter of f must be"):
        as_labels(value, "y_true", "f")


@pytest.mark.parametrize(
    "value", [pd.Series(["a", "b"]), pl.Series(["a", "b"]), pd.Categorical(["a", "b"]), ("a", "b")]
)
def test_every_kind_of_column_gives_the_same_labels(value: object) -> None:
    assert as_labels(value, "y", "f").tolist() == ["a", "b"]


def test_text_is_not_a_number() -> None:
    with pytest.raises(ParameterError, match="numeric"):
        as_numbers(["1", "2"], "y", "f")


def test_text_is_not_compared_with_numbers() -> None:
    with pytest.raises(ParameterError, match="of the kind of 'y_true'"):
        as_pair([0, 1], ["0", "1"], "f")


def test_lengths_must_agree() -> None:
    with pytest.raises(ParameterError, match="of length 2"):
        as_pair([0, 1], [0, 1, 1], "f")


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan")])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(ParameterError, match="'level'"):
        require_level(level, "f")


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "3"])
def test_a_count_is_a_whole_number(count: object) -> None:
    with pytest.raises(ParameterError, match="whole number"):
        require_count(count, "n", "f")  # type: ignore[arg-type]
