"""What columns hold, and cells brought into that form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.columns import ColumnKind, column_kind
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.features.tidying import TableReader, category, meaning, said_kinds


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1.5", " 2 ", "-3e4", ".5", None], "number"),
        (["1", "n/a", "", "NaN", "null"], "number"),
        ([1, None, 2.5], "number"),
        ([Decimal("1.5"), Decimal(2)], "number"),
        (["007", "1"], "category"),
        (["1,234", "5"], "category"),
        (["1.2.3", "1"], "category"),
        (["", "n/a"], "category"),
        (["+", "1"], "category"),
        (["low", "high"], "category"),
        (["2024-01-02", "2024-01-03T10:00:00Z", "", "2024-01-03 10:00+02:00"], "time"),
        (["02/01/2024", "03/01/2024"], "category"),
        ([date(2024, 1, 2), date(2024, 1, 3)], "time"),
        ([datetime(2024, 1, 2, tzinfo=UTC), None], "time"),
        ([True, None, False], "boolean"),
        (["please help me with this now"] * 3, "text"),
        ([f"user {one}" for one in range(60)] * 10, "category"),
        ([f"user {one}" for one in range(60)] * 9, "text"),
        ([f"I am user number {one}" for one in range(60)] * 20, "text"),
        ([None, None], "category"),
    ],
)
def test_meaning(cells: list[Any], kind: str) -> None:
    assert meaning(pd.Series(cells, dtype=object)) == kind


@pytest.mark.parametrize(
    "dtype", ["category", "string", "float64", "Int64", "boolean", "datetime64[ns, UTC]"]
)
def test_typed_columns_are_what_their_type_says(dtype: Any) -> None:
    column = pd.Series([1, 0, None], dtype="Int64").astype("float64").astype(dtype)
    expected = ColumnKind.NUMBER if dtype == "string" else column_kind(column)
    assert meaning(column) == expected


def read(cells: list[Any], kind: str | None = None, training: list[Any] | None = None) -> list[Any]:
    reader = TableReader(said_kinds({"a": kind} if kind else None, "x"))
    reader.learn(pd.DataFrame({"a": pd.Series(cells if training is None else training, dtype=object)}))
    column = reader.read(pd.DataFrame({"a": pd.Series(cells, dtype=object)}), "x")["a"]
    return [None if pd.isna(one) else one for one in column]


def test_forms() -> None:
    assert read(["1.5", " 2 ", "n/a", None]) == [1.5, 2.0, None, None]
    assert read([True, None, False]) == [1.0, None, 0.0]
    assert read(["low ", " low", "", None, "high"]) == ["low", "low", None, None, "high"]
    assert read([3, 3.0, "3", " 3", None, 3.5], "category") == ["3", "3", "3", "3", None, "3.5"]
    moment = pd.Timestamp("2024-01-03T08:00Z")
    assert read(["2024-01-03 10:00+02:00", "2024-01-03T08:00", ""]) == [moment, moment, None]
    assert read([date(2024, 1, 3)]) == [pd.Timestamp("2024-01-03", tz="UTC")]
    assert read([[1, 2], None, [1, 2]], "category") == ["[1, 2]", None, "[1, 2]"]
    text = "  please keep this text as it is  "
    assert read([text]) == [text]


@pytest.mark.parametrize(
    ("training", "cell", "words"),
    [
        ([1.0], "soon", "'a' of x must hold numbers as in training. Got 'soon'"),
        (["1.5"], "007", "numbers.*'007'"),
        ([1.0], [1], r"numbers.*'\[1\]'"),
        (["2024-01-03"], "yesterday", "times.*'yesterday'"),
        (["2024-01-03"], 20240103, "times.*'20240103'"),
        ([True], "yes", "numbers.*'yes'"),
    ],
)
def test_cells_that_are_not_what_training_had(training: list[Any], cell: Any, words: str) -> None:
    with pytest.raises(DataProcessingError, match=words):
        read([cell], training=training)


def test_a_single_cell_is_read_as_among_others() -> None:
    training = [f"user {one}" for one in range(60)] * 10
    assert read([" user 7 "], training=training) == ["user 7"]
    assert read(["5"], training=["low", "5"]) == ["5"]
    assert read([5.0], training=["low", "5"]) == ["5"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e12, 1e12), st.integers(-(10**9), 10**9)), min_size=1))
def test_numbers_written_as_text_are_the_same_numbers(values: list[float | None]) -> None:
    texts = [None if one is None else repr(one) for one in values]
    expected = pd.Series(values, dtype="float64")
    made = TableReader({"a": ColumnKind.NUMBER})
    frame = pd.DataFrame({"a": pd.Series(texts, dtype=object)})
    made.learn(frame)
    np.testing.assert_array_equal(made.read(frame, "x")["a"], expected)


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans()))
def test_categories_are_stable(value: Any) -> None:
    made = category(value)
    assert made is None or (made == made.strip() and made)
    assert category(made) == made


def test_learning_anew_and_what_was_said() -> None:
    reader = TableReader({"code": ColumnKind.CATEGORY})
    reader.learn(pd.DataFrame({"code": [1, 2], "a": [1, 2]}))
    reader.learn(pd.DataFrame({"code": ["x y", "z"], "a": ["x", "y"]}))
    assert reader.kinds == {"code": "category", "a": "number"}
    reader.learn(pd.DataFrame({"code": [1, 2], "a": ["x", "y"]}), anew=True)
    assert reader.kinds == {"code": "category", "a": "category"}
    assert reader.anew().kinds == {}
    for bad in ({"a": "numeric"}, ["a"]):
        with pytest.raises(ParameterError, match="'kinds'"):
            said_kinds(bad, "x")  # type: ignore[arg-type]
