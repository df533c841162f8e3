"""Cleaning of tables: gaps filled and categories coded, by rules learned from the training part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import DataProcessingError, ParameterError
from .encoding import CategoryCoder
from .imputing import forward_filled, learned_fill
from .indicator import Array
from .target_encoding import Averaging, Outcome
from .tidying import TableReader

ONE_HOT_LIMIT = 10
"""Left to itself, a column of at most this many categories is one-hot coded."""

_NUMBERS = (ColumnKind.NUMBER, ColumnKind.BOOLEAN)
FILLS = ("median", "mean", "forward")
_OWNER = "preprocess"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What happens to one column; learned once."""

    kind: ColumnKind
    fill: float = 0.0
    flag: bool = False
    coder: CategoryCoder | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """How categories are coded: ``encoding`` by column (``""``: all others), see :class:`.encoding.CategoryCoder`."""

    encoding: Mapping[str, str] = field(default_factory=lambda: {"": "auto"})
    min_frequency: int = 1
    smoothing: float = 10.0

    def how(self, name: str, categories: int, with_target: bool) -> str:
        """Return the way for a column: few categories one-hot, many by the target where there is one."""
        asked = self.encoding.get(name, self.encoding[""])
        if asked != "auto":
            return asked
        if categories <= ONE_HOT_LIMIT:
            return "one_hot"
        return "target" if with_target else "ordinal"


class TableCleaner:
    """Make every column of a table a number, except text and times, which stay what they are.

    - Numbers and booleans (0 and 1): a missing value gets the median (or, by ``fill``, the mean) of the training
      part, 0 where training had no value at all. ``fill="forward"`` gives it the last value above it, for rows in
      the order of time, and at the start the median of the training part. Infinite values are refused.
    - Categories as :class:`.encoding.CategoryCoder` codes them: left to itself up to 10 one-hot, more by the mean of
      the target where there is one, else as codes.
    - Either kind: a column with missing values in training gets a flag ``{column}_missing``, 1 or 0.
    - Text and times stay; see :class:`.tidying.TableReader` for how the columns are read.

    Columns keep their order; flags follow at the end. Rows are never dropped.
    """

    def __init__(
        self, fill: str = "median", reader: TableReader | None = None, coding: Coding | None = None
    ) -> None:
        if fill not in FILLS:
            raise ParameterError.of("fill", "DataProcessor", f"one of {FILLS}", fill)
        self.fill = fill
        self.reader = reader or TableReader()
        self.coding = coding or Coding()
        self._rules: dict[str, _Rule] = {}

    @property
    def fitted(self) -> bool:
        """Whether the rules were learned."""
        return bool(self._rules)

    def fit(self, frame: pd.DataFrame, outcome: Outcome | None = None, *, read: bool = False) -> TableCleaner:
        """Learn the rules from the training part; what was learned before is forgotten.

        Args:
            frame: the training part.
            outcome: its target, for target encoding.
            read: whether the reader already knows the columns and ``frame`` is what it made of them.

        Raises:
            ParameterError: target encoding is asked for and there is no target.
            DataProcessingError: infinite numbers, or a name that a flag or a code would need is taken.
        """
        kinds = dict(self.reader.kinds)
        self.reader.learn(frame, anew=not read)
        try:
            tidy = self.reader.read(frame, _OWNER)
            rules = {str(name): self._learn(str(name), tidy[name], outcome) for name in tidy.columns}
            _require_names(rules)
        except Exception:
            self.reader.kinds = kinds  # a failed fit leaves what was known
            raise
        self._rules = rules
        return self

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a clean copy; columns are matched by name.

        Raises:
            DataProcessingError: ``fit`` was not called, columns are missing or unknown, a column holds something
                else than in training, or infinite numbers.
        """
        self._check_columns(frame)
        return self._apply(frame, None, None)

    @property
    def codes_by_target(self) -> bool:
        """Whether a column is coded by the mean of the target."""
        return any(rule.coder is not None and rule.coder.how == "target" for rule in self._rules.values())

    def transform_training(
        self, frame: pd.DataFrame, outcome: Outcome | None, averaging: Averaging | None
    ) -> pd.DataFrame:
        """Return the very rows of ``fit`` clean: their target means are those of other rows, see :class:`Averaging`."""
        return self._apply(frame, outcome, averaging)

    def to_state(self) -> dict[str, Any]:
        """Return the rules as plain JSON values."""
        return {
            name: {
                "kind": str(rule.kind),
                "fill": rule.fill,
                "flag": rule.flag,
                "coder": None if rule.coder is None else rule.coder.to_state(),
            }
            for name, rule in self._rules.items()
        }

    def restore(self, state: Mapping[str, Any]) -> TableCleaner:
        """Take over the rules that :meth:`to_state` wrote."""
        self._rules = {
            name: _Rule(
                ColumnKind(one["kind"]),
                float(one["fill"]),
                bool(one["flag"]),
                None if one["coder"] is None else CategoryCoder.from_state(one["coder"]),
            )
            for name, one in state.items()
        }
        self.reader.kinds.update({name: rule.kind for name, rule in self._rules.items()})
        return self

    def _learn(self, name: str, column: pd.Series, outcome: Outcome | None) -> _Rule:
        kind = self.reader.kinds[name]
        flag = bool(column.isna().any())
        if kind in _NUMBERS:
            return _Rule(kind, fill=learned_fill(_finite(name, column), self.fill), flag=flag)
        if kind is not ColumnKind.CATEGORY:
            return _Rule(kind)
        how = self.coding.how(name, column.nunique(), outcome is not None)
        if how == "target" and outcome is None:
            must = f"a pair (columns, target), for '{name}' is to be encoded by the target"
            raise ParameterError.of("data", _OWNER, must, "columns alone")
        coder = CategoryCoder.fit(
            column,
            how,
            min_frequency=self.coding.min_frequency,
            outcome=outcome,
            smoothing=self.coding.smoothing,
        )
        return _Rule(kind, flag=flag, coder=coder)

    def _apply(
        self, frame: pd.DataFrame, outcome: Outcome | None, averaging: Averaging | None
    ) -> pd.DataFrame:
        tidy = self.reader.read(frame[list(self._rules)], _OWNER)
        made: dict[str, object] = {}
        for name, rule in self._rules.items():
            column = tidy[name]
            if rule.coder is not None:
                made.update(_coded(name, column, rule.coder, outcome, averaging))
            else:
                made[name] = self._filled(name, column, rule) if rule.kind in _NUMBERS else column
        for name, rule in self._rules.items():
            if rule.flag:
                made[f"{name}_missing"] = tidy[name].isna().to_numpy(np.float64)
        return pd.DataFrame(made, index=frame.index)

    def _filled(self, name: str, column: pd.Series, rule: _Rule) -> Array:
        values = _finite(name, column)
        if self.fill == "forward":
            values = forward_filled(values)
        return np.where(np.isnan(values), rule.fill, values)

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


def _coded(
    name: str, column: pd.Series, coder: CategoryCoder, outcome: Outcome | None, averaging: Averaging | None
) -> dict[str, object]:
    values = (
        coder.transform(column) if averaging is None else coder.transform_training(column, outcome, averaging)
    )
    return dict(zip(coder.names(name), values.T, strict=True))


def _require_names(rules: Mapping[str, _Rule]) -> None:
    made = [
        one
        for name, rule in rules.items()
        for one in ([name] if rule.coder is None else rule.coder.names(name))
    ]
    made += [f"{name}_missing" for name, rule in rules.items() if rule.flag]
    taken = next((name for name, times in Counter(made).items() if times > 1), None)
    if taken is not None:
        raise DataProcessingError(
            f"The columns of {_OWNER} must not clash with the names that coding makes. "
            f"Got '{taken}' from two columns."
        )


def _finite(name: str, column: pd.Series) -> Array:
    values: Array = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise DataProcessingError(
            f"The column '{name}' of {_OWNER} must hold finite numbers. "
            f"Got {values[np.isinf(values)][0]} in row {int(np.argmax(np.isinf(values)))}."
        )
    return values
