"""Missing numbers filled, flagged or dropped: by what the training part taught, or by the past; never the future."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, like, to_pandas
from ..core.row_times import require_time_order

METHODS = ("median", "mean", "forward", "flag", "drop")


class Imputer:
    """What to do about missing numbers in a table.

    Methods:

    - ``median``, ``mean``: of the training part (0 where it had no value at all);
    - ``forward``: the last value before, at most ``limit`` rows on; rows are taken in the order they come, which must
      be that of their times where the index or a column ``timestamp``, ``time``, ``date`` or ``datetime`` has them;
      what misses at the start stays missing;
    - ``flag``: values stay missing;
    - ``drop``: rows that lack a number are left out; the index says which stayed (pandas), so that a target can follow.

    With ``flag`` true (always for the method of that name) every numeric column that lacked values in training gets
    a column ``{column}_missing``, 1 or 0. Columns that are not numeric pass untouched. No output row depends on a later
    row, and none on the rows that are transformed except through ``forward``.

    >>> frame = pd.DataFrame({"close": [1.0, None, 3.0]})
    >>> Imputer("forward").fit(frame).transform(frame)["close"].tolist()
    [1.0, 1.0, 3.0]
    >>> Imputer("mean", flag=True).fit(frame).transform(frame).to_dict("list")
    {'close': [1.0, 2.0, 3.0], 'close_missing': [0.0, 1.0, 0.0]}
    """

    def __init__(self, method: str = "median", *, flag: bool = False, limit: int | None = None) -> None:
        if method not in METHODS:
            raise ParameterError.of("method", "Imputer", f"one of {METHODS}", method)
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
            raise ParameterError.of("limit", "Imputer", "a positive number of rows, or None", limit)
        self.method = method
        self.flag = flag or method == "flag"
        self.limit = limit
        self._fills: dict[str, float] | None = None
        self._flagged: tuple[str, ...] = ()

    def fit(self, frame: Table) -> Imputer:
        """Learn from the training part: which columns are numeric, what fills them, which lack values.

        Raises:
            ParameterError: not a table.
            DataProcessingError: a name that a flag needs is taken.
        """
        table = to_pandas(frame, "frame", "Imputer.fit")
        names = [str(name) for name in table.columns if column_kind(table[name]) is ColumnKind.NUMBER]
        values = {name: _numbers(table[name]) for name in names}
        flagged = tuple(name for name in names if self.flag and np.isnan(values[name]).any())
        taken = next((f"{name}_missing" for name in flagged if f"{name}_missing" in table.columns), None)
        if taken is not None:
            raise DataProcessingError(
                f"The columns of Imputer must not clash with the names of flags. Got '{taken}'."
            )
        self._fills = {name: learned_fill(values[name], self.method) for name in names}
        self._flagged = flagged
        return self

    def transform(self, frame: Table) -> Table:
        """Return a filled copy of the same kind; ``drop`` may give fewer rows.

        Raises:
            ParameterError: not a table.
            DataProcessingError: ``fit`` was not called, or a column of the training is absent.
            LeakageError: ``forward`` on times that go back or cannot be read.
        """
        table = to_pandas(frame, "frame", "Imputer.transform")
        if self._fills is None:
            raise DataProcessingError("The Imputer must be fitted before transform. Got no call of fit.")
        absent = next((name for name in self._fills if name not in table.columns), None)
        if absent is not None:
            raise DataProcessingError(
                f"The data of Imputer must have the columns of the training. Got no '{absent}'."
            )
        values = {name: _numbers(table[name]) for name in self._fills}
        out = table.copy()
        if self.method == "forward":
            require_time_order(table, "Imputer")
        for name, fill in self._fills.items():
            filled = self._filled(values[name], fill)
            if filled is not values[name]:
                out[name] = filled
        for name in self._flagged:
            out[f"{name}_missing"] = np.isnan(values[name]).astype(np.float64)
        if self.method == "drop" and values:
            out = out[~np.isnan(np.column_stack(list(values.values()))).any(axis=1)]
        return like(frame, out)

    def _filled(self, values: np.ndarray, fill: float) -> np.ndarray:
        if self.method == "forward":
            return forward_filled(values, self.limit)
        return np.where(np.isnan(values), fill, values) if self.method in ("median", "mean") else values


def learned_fill(values: np.ndarray, method: str) -> float:
    """Return what stands for a missing value: the mean of the known ones, for other methods their median; else 0."""
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.0
    return float(np.mean(known)) if method == "mean" else float(np.median(known))


def forward_filled(values: np.ndarray, limit: int | None = None) -> np.ndarray:
    """Return values with each NaN replaced by the last value before it; NaN at the start stays."""
    return np.asarray(pd.Series(values).ffill(limit=limit), dtype=np.float64)


def _numbers(column: pd.Series) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(column):
        known = column.dropna()
        if len(known):
            raise DataProcessingError(
                f"The column '{column.name}' of Imputer must hold numbers as in training. Got {known.iloc[0]!r}."
            )
        return np.full(len(column), np.nan)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
