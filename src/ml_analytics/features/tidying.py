"""What the columns of a mixed table hold, found once in training, and read the same way ever after."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError

_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d+)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none"})
_NUMERIC = ("decimal", "mixed-integer-float", "integer", "floating")
_MOST_WORDS, _FEWEST_ROWS_EACH = 3, 10


class TableReader:
    """Brings each column into the form of what it holds: numbers, truth values, times, categories or text.

    What a column holds is settled when it is learned, by :func:`meaning`, or said by ``kinds``. Then

    - numbers are float64; text such as ``"12.5"`` is read, and empty text, ``n/a``, ``nan``, ``null`` and ``none``
      among numbers or times are missing;
    - times are datetimes; ISO 8601 text and date objects are read, text without a zone is UTC;
    - categories are text without white space around it, empty text is missing; whole numbers are written without a
      fraction (3, 3.0 and "3" are one category);
    - truth values and text stay as they are.

    >>> reader = TableReader()
    >>> frame = pd.DataFrame({"price": ["1.5", " 2 ", "n/a"], "state": ["open ", "", "shut"]})
    >>> reader.learn(frame)
    >>> reader.read(frame, "example").to_dict("list")
    {'price': [1.5, 2.0, nan], 'state': ['open', None, 'shut']}
    """

    def __init__(self, kinds: Mapping[str, ColumnKind] | None = None) -> None:
        self.said = dict(kinds or {})
        self.kinds: dict[str, ColumnKind] = {}

    def learn(self, frame: pd.DataFrame, *, anew: bool = False) -> None:
        """Settle what the columns of ``frame`` hold; with ``anew`` also of those that are settled."""
        for name in frame.columns:
            known = str(name)
            if anew or known not in self.kinds:
                self.kinds[known] = self.said.get(known) or meaning(frame[name])

    def anew(self) -> TableReader:
        """Return a reader that has learned nothing, but was told the same."""
        return TableReader(self.said)

    def read(self, frame: pd.DataFrame, owner: str) -> pd.DataFrame:
        """Return ``frame`` with every column that is known in its form.

        Raises:
            DataProcessingError: a value is not what its column holds.
        """
        columns = {
            name: _READ[self.kinds.get(str(name), ColumnKind.TEXT)](frame[name], owner)
            for name in frame.columns
        }
        return pd.DataFrame(columns, index=frame.index, copy=False)


def meaning(column: pd.Series) -> ColumnKind:
    """Say what a column holds: as :func:`ml_analytics.core.columns.column_kind`, and a little closer.

    Text that is all numbers (without leading zeros, which make a code) is numbers, text and date objects that are all
    ISO 8601 are times, and text of at most three words that comes ten times on average is a category, however many
    categories that makes.

    >>> meaning(pd.Series(["10", "9.5", None])), meaning(pd.Series(["007", "012"]))
    (<ColumnKind.NUMBER: 'number'>, <ColumnKind.CATEGORY: 'category'>)
    """
    kind = column_kind(column)
    if kind not in (ColumnKind.CATEGORY, ColumnKind.TEXT) or isinstance(column.dtype, pd.CategoricalDtype):
        return kind
    known = column.dropna()
    typed = pd.api.types.infer_dtype(known, skipna=True) if len(known) else "empty"
    if typed in ("date", "datetime", "datetime64"):
        return ColumnKind.TIME
    if typed in _NUMERIC:
        return ColumnKind.NUMBER
    counts = known.astype(str).str.strip().value_counts()
    counts = counts[[text.lower() not in _NO_VALUE for text in counts.index]]
    if len(counts) and all(_is_number(text) for text in counts.index):
        return ColumnKind.NUMBER
    if len(counts) and all(_TIME.fullmatch(text) for text in counts.index):
        return ColumnKind.TIME
    if kind is ColumnKind.TEXT and counts.sum() >= _FEWEST_ROWS_EACH * max(len(counts), 1):
        words = np.average([len(text.split()) for text in counts.index], weights=counts)
        return ColumnKind.CATEGORY if words <= _MOST_WORDS else kind
    return kind


def said_kinds(kinds: Mapping[str, str] | None, owner: str) -> dict[str, ColumnKind]:
    """Return what a user says that columns hold.

    Raises:
        ParameterError: not a mapping to the names of kinds.
    """
    names = [str(one) for one in ColumnKind]
    if kinds is not None and not (isinstance(kinds, Mapping) and all(one in names for one in kinds.values())):
        raise ParameterError.of("kinds", owner, f"a mapping from columns to one of {', '.join(names)}", kinds)
    return {str(name): ColumnKind(kind) for name, kind in (kinds or {}).items()}


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and any(one.isdigit() for one in text)


def _numbers(column: pd.Series, owner: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
        values = _each(column, lambda one: _number(one, column.name, owner))
        return pd.Series(values.astype(np.float64), index=column.index, name=column.name)
    return pd.Series(column.to_numpy(np.float64, na_value=np.nan), index=column.index, name=column.name)


def _number(value: Any, name: Any, owner: str) -> float:
    if isinstance(value, str):
        text = value.strip()
        if text.lower() in _NO_VALUE:
            return np.nan
        if _is_number(text):
            return float(text)
    elif value is None or (np.ndim(value) == 0 and pd.isna(value)):
        return np.nan
    else:
        try:
            return float(value)
        except (TypeError, ValueError):
            pass
    raise _unfit(name, "numbers", value, owner)


def _times(column: pd.Series, owner: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    cells = column.map(lambda one: None if isinstance(one, str) and one.strip().lower() in _NO_VALUE else one)
    cells = cells.astype(object)
    odd: Any = next((one for one in cells if isinstance(one, (bool, int, float)) and not pd.isna(one)), None)
    try:
        if odd is None:
            return pd.to_datetime(cells, utc=True, format="ISO8601")
    except (TypeError, ValueError, OverflowError):
        odd = next(
            (one for one in cells if isinstance(one, str) and not _TIME.fullmatch(one.strip())), cells.iloc[0]
        )
    raise _unfit(column.name, "times", odd, owner)


def _categories(column: pd.Series, _: str) -> pd.Series:
    return pd.Series(_each(column, category), index=column.index, name=column.name, dtype=object)


def _each(column: pd.Series, read: Callable[[Any], Any]) -> np.ndarray:
    """Return what ``read`` makes of every cell; each different value is read once."""
    different: Any
    try:
        codes, different = pd.factorize(column)
    except TypeError:  # lists and the like: not hashable
        codes, different = np.arange(len(column)), column
    made = np.empty(len(different) + 1, dtype=object)
    made[:-1] = [read(one) for one in different]
    made[-1] = read(None)
    return made[codes]


def category(value: Any) -> str | None:
    """Return the category that a value stands for, or ``None`` for a missing one.

    >>> category(3.0), category(" low "), category(""), category(float("nan"))
    ('3', 'low', None, None)
    """
    if isinstance(value, str):
        return value.strip() or None
    if value is None or (np.ndim(value) == 0 and pd.isna(value)):
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _truths(column: pd.Series, owner: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(column.dtype):
        return pd.Series(column.to_numpy(np.float64, na_value=np.nan), index=column.index, name=column.name)
    return _numbers(column, owner)


def _as_it_is(column: pd.Series, _: str) -> pd.Series:
    return column


_READ = {
    ColumnKind.NUMBER: _numbers,
    ColumnKind.BOOLEAN: _truths,
    ColumnKind.TIME: _times,
    ColumnKind.CATEGORY: _categories,
    ColumnKind.TEXT: _as_it_is,
}


def _unfit(name: Any, what: str, got: Any, owner: str) -> DataProcessingError:
    return DataProcessingError(
        f"The column '{name}' of {owner} must hold {what} as in training. Got {str(got)[:60]!r}."
    )
