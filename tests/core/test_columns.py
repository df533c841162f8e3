"""What a column holds is found from its values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.columns import ColumnKind, column_kind, column_kinds

SENTENCES = ["my card was lost today", "please send a new one to me", "the app does not open any more"]


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([1.0, None], "float64", ColumnKind.NUMBER),
        ([1, 2], "int8", ColumnKind.NUMBER),
        ([1, None], "Int64", ColumnKind.NUMBER),
        ([None, None], "float64", ColumnKind.NUMBER),
        ([True, False], "bool", ColumnKind.BOOLEAN),
        ([True, None], "boolean", ColumnKind.BOOLEAN),
        ([True, None], "object", ColumnKind.BOOLEAN),
        (["low", "high", None], "object", ColumnKind.CATEGORY),
        (["low", "high"], "string", ColumnKind.CATEGORY),
        ([1, 2], "category", ColumnKind.CATEGORY),
        (SENTENCES, "category", ColumnKind.CATEGORY),
        ([None, None], "object", ColumnKind.CATEGORY),
        (SENTENCES, "object", ColumnKind.TEXT),
        ([datetime(2024, 1, 1, tzinfo=UTC), None], None, ColumnKind.TIME),
        ([datetime(2024, 1, 1)], None, ColumnKind.TIME),
        ([], "float64", ColumnKind.NUMBER),
        ([], "object", ColumnKind.CATEGORY),
    ],
)
def test_the_kind_follows_from_the_values(values: list[Any], dtype: Any, kind: ColumnKind) -> None:
    assert column_kind(pd.Series(values, dtype=dtype)) is kind


def test_many_different_words_are_text_from_one_above_the_limit() -> None:
    words = [f"word{i}" for i in range(51)]
    assert column_kind(pd.Series(words[:50])) is ColumnKind.CATEGORY
    assert column_kind(pd.Series(words)) is ColumnKind.TEXT
    assert column_kind(pd.Series(words), max_categories=60) is ColumnKind.CATEGORY


def test_missing_values_do_not_make_text() -> None:
    assert column_kind(pd.Series(["low", "high"] + [None] * 100)) is ColumnKind.CATEGORY


def test_every_column_by_name() -> None:
    frame = pd.DataFrame({"n": [1.0, 2.0], "t": SENTENCES[:2], 5: np.array([True, False])})
    assert column_kinds(frame) == {"n": "number", "t": "text", "5": "boolean"}
