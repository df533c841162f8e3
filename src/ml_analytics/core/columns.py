"""What a column holds, found from its values: number, category, text, time or boolean."""

from __future__ import annotations

from enum import StrEnum

import pandas as pd


class ColumnKind(StrEnum):
    """How a column is to be treated by a model."""

    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"
    TIME = "time"
    BOOLEAN = "boolean"


def column_kind(column: pd.Series, max_categories: int = 50) -> ColumnKind:
    """Say what ``column`` holds.

    Strings with more than ``max_categories`` distinct values, or with more than three words on average,
    are text; other strings are categories. Numbers stay numbers, codes included: a tree or a scaled linear
    model copes, and a person can cast a code to ``category`` to say otherwise.

    >>> column_kind(pd.Series(["my card was lost today", "please send a new one to me"]))
    <ColumnKind.TEXT: 'text'>
    >>> column_kind(pd.Series(["low", "high", None]))
    <ColumnKind.CATEGORY: 'category'>
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return ColumnKind.CATEGORY
    if pd.api.types.is_bool_dtype(column):
        return ColumnKind.BOOLEAN
    if pd.api.types.is_numeric_dtype(column):
        return ColumnKind.NUMBER
    if pd.api.types.is_datetime64_any_dtype(column):
        return ColumnKind.TIME
    values = column.dropna()
    if values.map(lambda value: isinstance(value, bool)).all() and len(values):
        return ColumnKind.BOOLEAN
    texts = values.astype(str)
    words = texts.str.count(r"\s+").mean() + 1 if len(texts) else 1
    if words > 3 or texts.nunique() > max_categories:
        return ColumnKind.TEXT
    return ColumnKind.CATEGORY


def column_kinds(frame: pd.DataFrame, max_categories: int = 50) -> dict[str, ColumnKind]:
    """Return the kind of every column of ``frame``, by name."""
    return {str(name): column_kind(frame[name], max_categories) for name in frame.columns}


def code_word(value: object) -> str:
    """Return a code as text; a whole number that gaps in its column made a fraction is the number it was.

    >>> code_word(7), code_word(7.0), code_word("7"), code_word(7.5)
    ('7', '7', '7', '7.5')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
