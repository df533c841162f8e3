"""Cleaning of tables: gaps filled and categories coded, by rules learned from the training part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError
from .imputing import forward_filled, learned_fill

ONE_HOT_LIMIT = 10
"""A category column with at most this many categories is one-hot coded, one with more gets ordinal codes."""

_NUMBERS = (ColumnKind.NUMBER, ColumnKind.BOOLEAN)
FILLS = ("median", "mean", "forward")
_OWNER = "preprocess"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What happens to one column; learned once."""

    kind: ColumnKind
    fill: float = 0.0
    flag: bool = False
    categories: tuple[str, ...] = ()

    @property
    def one_hot(self) -> bool:
        return len(self.categories) <= ONE_HOT_LIMIT


class TableCleaner:
    """Make every column of a table a number, except text and times, which stay as they are.

    - Numbers and booleans (0 and 1): a missing value gets the median (or, by ``fill``, the mean) of the training
      part, 0 where training had no value at all. ``fill="forward"`` gives it the last value above it, for rows in
      the order of time, and at the start the median of the training part. Infinite values are refused.
    - Categories: up to 10 become one column each, ``{column}_{category}``, 1 or 0; more become one column of
      codes in sorted order. An unseen or missing category is 0 in every column, or the code -1.
    - Either kind: a column with missing values in training gets a flag ``{column}_missing``, 1 or 0.
    - Text and times pass untouched.

    Columns keep their order; flags follow at the end. Rows are never dropped.
    """

    def __init__(self, fill: str = "median") -> None:
        if fill not in FILLS:
            raise ParameterError.of("fill", "TableCleaner", f"one of {FILLS}", fill)
        self.fill = fill
        self._rules: dict[str, _Rule] = {}

    @property
    def fitted(self) -> bool:
        """Whether the rules were learned."""
        return bool(self._rules)

    @property
    def kinds(self) -> Mapping[str, ColumnKind]:
        """What each column held in training."""
        return {name: rule.kind for name, rule in self._rules.items()}

    def fit(self, frame: pd.DataFrame) -> TableCleaner:
        """Learn the rules from the training part; what was learned before is forgotten.

        Raises:
            DataProcessingError: infinite numbers, or a name that a flag or a code would need is taken.
        """
        rules = {str(name): _learn(frame[name], self.fill) for name in frame.columns}
        made = [name for column, rule in rules.items() for name in _names(column, rule)]
        made += [f"{column}_missing" for column, rule in rules.items() if rule.flag]
        taken = next((name for name in made if made.count(name) > 1), None)
        if taken is not None:
            raise DataProcessingError(
                f"The columns of {_OWNER} must not clash with the names that coding makes. "
                f"Got '{taken}' from two columns."
            )
        self._rules = rules
        return self

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a clean copy; columns are matched by name.

        Raises:
            DataProcessingError: ``fit`` was not called, columns are missing or unknown, a column of numbers
                holds something else, or infinite numbers.
        """
        self._check_columns(frame)
        made: dict[str, object] = {}
        for name, rule in self._rules.items():
            made.update(_apply(name, frame[name], rule, self.fill))
        for name, rule in self._rules.items():
            if rule.flag:
                made[f"{name}_missing"] = frame[name].isna().to_numpy(np.float64)
        return pd.DataFrame(made, index=frame.index)

    def _check_columns(self, frame: pd.DataFrame) -> None:
        if not self.fitted:
            raise DataProcessingError(
                f"The data of {_OWNER} must be seen with is_training=True first. Got inference data."
            )
        missing = [name for name in self._rules if name not in frame.columns]
        unknown = [str(name) for name in frame.columns if name not in self._rules]
        if missing or unknown:
            what = f"no '{missing[0]}'" if missing else f"'{unknown[0]}' as well"
            raise DataProcessingError(
                f"The data of {_OWNER} must have the columns of the training. Got {what}."
            )


def _learn(column: pd.Series, fill: str) -> _Rule:
    kind = column_kind(column)
    flag = bool(column.isna().any())
    if kind in _NUMBERS:
        values = _numbers(str(column.name), column)
        return _Rule(kind, fill=learned_fill(values, fill), flag=flag)
    if kind is ColumnKind.CATEGORY:
        return _Rule(kind, flag=flag, categories=tuple(sorted({str(value) for value in column.dropna()})))
    return _Rule(kind)


def _names(column: str, rule: _Rule) -> list[str]:
    if rule.kind is ColumnKind.CATEGORY and rule.one_hot:
        return [f"{column}_{category}" for category in rule.categories]
    return [column]


def _apply(name: str, column: pd.Series, rule: _Rule, fill: str) -> dict[str, object]:
    if rule.kind in _NUMBERS:
        values = _numbers(name, column)
        if fill == "forward":
            values = forward_filled(values)
        return {name: np.where(np.isnan(values), rule.fill, values)}
    if rule.kind is not ColumnKind.CATEGORY:
        return {name: column}
    texts = column.map(lambda value: None if pd.isna(value) else str(value)).astype(object)
    codes = pd.Index(rule.categories, dtype=object).get_indexer(pd.Index(texts)).astype(np.float64)
    if not rule.one_hot:
        return {name: codes}
    return {made: (codes == place).astype(np.float64) for place, made in enumerate(_names(name, rule))}


def _numbers(name: str, column: pd.Series) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(column):
        known = column.dropna()
        if not known.map(lambda value: isinstance(value, (bool, int, float))).all():
            raise DataProcessingError(
                f"The column '{name}' of {_OWNER} must hold numbers as in training. Got {known.iloc[0]!r}."
            )
        column = column.astype("Float64")
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise DataProcessingError(
            f"The column '{name}' of {_OWNER} must hold finite numbers. "
            f"Got {values[np.isinf(values)][0]} in row {int(np.argmax(np.isinf(values)))}."
        )
    return values
