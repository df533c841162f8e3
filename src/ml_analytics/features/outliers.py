"""Outliers in numeric columns: against the past (Hampel), training (robust z), or jointly (isolation forest)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import ColumnKind, column_kind
from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, like, to_pandas
from ..core.row_times import require_time_order

ACTIONS = ("flag", "clip", "missing")
TO_SIGMA = 1.4826
"""The median absolute deviation of a normal distribution is sigma / 1.4826."""


class OutlierFilter(ABC):
    """Per-column judgement by bounds: a subclass says, for every value, the least and greatest that is usual.

    ``action``: ``flag`` adds ``{column}_outlier`` (1 or 0) and keeps the values; ``clip`` moves an outlier to the
    bound; ``missing`` makes it NaN, for an imputer to fill. Missing values are no outliers and stay missing.
    Columns that are not numeric pass untouched. No output row depends on a later row.
    """

    def __init__(self, z: float, action: str) -> None:
        owner = type(self).__name__
        if isinstance(z, bool) or not isinstance(z, (int, float)) or not 0 < z < np.inf:
            raise ParameterError.of("z", owner, "a number above 0", z)
        if action not in ACTIONS:
            raise ParameterError.of("action", owner, f"one of {ACTIONS}", action)
        self.z = float(z)
        self.action = action
        self._names: tuple[str, ...] | None = None

    def fit(self, frame: Table) -> OutlierFilter:
        """Learn from the training part which columns are judged, and what the rule needs to know of them.

        Raises:
            ParameterError: not a table.
            DataProcessingError: a name that a flag needs is taken.
        """
        table = to_pandas(frame, "frame", f"{type(self).__name__}.fit")
        names = _numeric(table)
        taken = next((f"{name}_outlier" for name in names if f"{name}_outlier" in table.columns), None)
        if self.action == "flag" and taken is not None:
            raise DataProcessingError(
                f"The columns of {type(self).__name__} must not clash with the names of flags. Got '{taken}'."
            )
        self._learn({name: _values(table, name) for name in names})
        self._names = names
        return self

    def outliers(self, frame: Table) -> pd.DataFrame:
        """Return a table of booleans, one column per judged column.

        Raises:
            DataProcessingError: ``fit`` was not called, or a column of the training is absent.
            LeakageError: a filter by the past (Hampel) got times that go back or cannot be read.
        """
        table = to_pandas(frame, "frame", f"{type(self).__name__}.outliers")
        made = {}
        for name in self._judged(table):
            values = _values(table, name)
            low, high = self._bounds(name, values)
            made[name] = (values < low) | (values > high)
        return pd.DataFrame(made, index=table.index)

    def transform(self, frame: Table) -> Table:
        """Return a copy of the same kind with the outliers flagged, clipped or missing.

        Raises:
            DataProcessingError: ``fit`` was not called, or a column of the training is absent.
            LeakageError: a filter by the past (Hampel) got times that go back or cannot be read.
        """
        table = to_pandas(frame, "frame", f"{type(self).__name__}.transform")
        out = table.copy()
        for name in self._judged(table):
            values = _values(table, name)
            low, high = self._bounds(name, values)
            far = (values < low) | (values > high)
            if self.action == "flag":
                out[f"{name}_outlier"] = far.astype(np.float64)
            elif far.any():
                out[name] = np.where(
                    far, np.clip(values, low, high) if self.action == "clip" else np.nan, values
                )
        return like(frame, out)

    def _judged(self, table: pd.DataFrame) -> tuple[str, ...]:
        return _require_fitted(type(self).__name__, self._names, table)

    @abstractmethod
    def _learn(self, columns: dict[str, np.ndarray]) -> None:
        """Learn from the columns of the training part."""

    @abstractmethod
    def _bounds(self, name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and greatest usual value at every row; NaN where it cannot be told."""


class RobustZFilter(OutlierFilter):
    """An outlier lies more than ``z`` robust standard deviations from the median, both of the training part.

    A column whose training values are mostly equal (deviation 0) is not judged.

    >>> train = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0]})
    >>> RobustZFilter(3.5, action="clip").fit(train).transform(pd.DataFrame({"x": [4.0, 900.0]}))["x"].round(2).tolist()
    [4.0, 8.19]
    """

    def __init__(self, z: float = 3.5, action: str = "flag") -> None:
        super().__init__(z, action)
        self._usual: dict[str, tuple[float, float]] = {}

    def _learn(self, columns: dict[str, np.ndarray]) -> None:
        self._usual = {}
        for name, values in columns.items():
            known = values[np.isfinite(values)]
            middle = float(np.median(known)) if known.size else np.nan
            sigma = TO_SIGMA * float(np.median(np.abs(known - middle))) if known.size else np.nan
            self._usual[name] = (middle, sigma if sigma > 0 else np.nan)

    def _bounds(self, name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        middle, sigma = self._usual[name]
        return np.full(len(values), middle - self.z * sigma), np.full(len(values), middle + self.z * sigma)


class HampelFilter(OutlierFilter):
    """An outlier lies more than ``z`` robust standard deviations from the median of the ``window`` rows before it.

    The row itself and all later ones stay out of its window (the textbook filter looks both ways and so knows the
    future). Rows are taken in the order they come; where the index or a column ``timestamp``, ``time``, ``date`` or
    ``datetime`` has their times, these must not go back (LeakageError). Nothing is judged before ``window // 2`` known
    values, and where those before it are mostly equal (deviation 0).

    Source: F. R. Hampel, The Influence Curve and Its Role in Robust Estimation, JASA 69 (1974).

    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 1.0, 2.0, 1.0, 50.0, 2.0]})
    >>> HampelFilter(window=4).fit(frame).outliers(frame)["x"].tolist()
    [False, False, False, False, False, True, False]
    """

    def __init__(self, window: int = 20, z: float = 5.0, action: str = "flag") -> None:
        super().__init__(z, action)
        if isinstance(window, bool) or not isinstance(window, int) or window < 3:
            raise ParameterError.of("window", "HampelFilter", "a number of rows, at least 3", window)
        self.window = window

    def _learn(self, columns: dict[str, np.ndarray]) -> None:
        """Nothing: the past of each row is all it needs."""

    def _judged(self, table: pd.DataFrame) -> tuple[str, ...]:
        names = super()._judged(table)
        require_time_order(table, "HampelFilter")
        return names

    def _bounds(self, name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = np.where(np.isfinite(values), values, np.nan)
        padded = np.concatenate([np.full(self.window, np.nan), known[:-1]]) if len(known) else known
        low, high = np.full(len(values), np.nan), np.full(len(values), np.nan)
        for start in range(0, len(values), 50_000):
            stop = min(start + 50_000, len(values))
            before = np.lib.stride_tricks.sliding_window_view(
                padded[start : stop + self.window - 1], self.window
            )
            middle = _median(before)
            sigma = TO_SIGMA * _median(np.abs(before - middle[:, None]))
            usable = (np.isfinite(before).sum(axis=1) >= max(self.window // 2, 2)) & (sigma > 0)
            reach = np.where(usable, self.z * sigma, np.nan)
            low[start:stop], high[start:stop] = middle - reach, middle + reach
        return low, high


class IsolationFilter:
    """Rows that an isolation forest, grown on the training part, cuts off early: odd in several columns together.

    ``transform`` adds a column ``outlier``, 1 or 0; at most about ``contamination`` of the training rows are. A
    missing value counts as the median of the training part. Each row is judged by itself.

    Source: F. T. Liu, K. M. Ting, Z.-H. Zhou, Isolation Forest, ICDM 2008; the trees are scikit-learn's.

    >>> train = pd.DataFrame({"x": np.linspace(0, 1, 200), "y": np.linspace(0, 1, 200)})
    >>> IsolationFilter(seed=0).fit(train).outliers(pd.DataFrame({"x": [0.5, 9.0], "y": [0.5, -9.0]})).tolist()
    [False, True]
    """

    def __init__(self, contamination: float = 0.01, *, trees: int = 100, seed: int = 0) -> None:
        usable = isinstance(contamination, (int, float)) and not isinstance(contamination, bool)
        if not usable or not 0 < contamination <= 0.5:
            raise ParameterError.of(
                "contamination", "IsolationFilter", "above 0 and at most 0.5", contamination
            )
        if isinstance(trees, bool) or not isinstance(trees, int) or trees < 1:
            raise ParameterError.of("trees", "IsolationFilter", "a positive number of trees", trees)
        self.contamination, self.trees, self.seed = float(contamination), trees, seed
        self._names: tuple[str, ...] | None = None
        self._fills: dict[str, float] = {}
        self._forest: Any = None

    def fit(self, frame: Table) -> IsolationFilter:
        """Grow the forest on the training part.

        Raises:
            ParameterError: not a table.
            DataProcessingError: no numeric column or no row, or a column 'outlier' is there already.
        """
        from sklearn.ensemble import IsolationForest

        table = to_pandas(frame, "frame", "IsolationFilter.fit")
        names = _numeric(table)
        if not names or not len(table) or "outlier" in table.columns:
            got = (
                "a column 'outlier'"
                if "outlier" in table.columns
                else f"{len(table)} rows, {len(names)} such columns"
            )
            raise DataProcessingError(
                f"The data of IsolationFilter must have rows, numeric columns and no 'outlier' yet. Got {got}."
            )
        columns = {name: _values(table, name) for name in names}
        self._fills = {
            name: float(np.median(known)) if (known := values[np.isfinite(values)]).size else 0.0
            for name, values in columns.items()
        }
        self._names = names
        forest = IsolationForest(
            n_estimators=self.trees, contamination=self.contamination, random_state=self.seed
        )
        self._forest = forest.fit(self._matrix(table))
        return self

    def outliers(self, frame: Table) -> np.ndarray:
        """Return a mask of the odd rows, shape (n_rows,).

        Raises:
            DataProcessingError: ``fit`` was not called, or a column of the training is absent.
        """
        table = to_pandas(frame, "frame", "IsolationFilter.outliers")
        _require_fitted("IsolationFilter", self._names, table)
        if not len(table):
            return np.zeros(0, dtype=bool)
        mask: np.ndarray = self._forest.predict(self._matrix(table)) < 0
        return mask

    def transform(self, frame: Table) -> Table:
        """Return a copy of the same kind with the column ``outlier``; errors as :meth:`outliers`."""
        table = to_pandas(frame, "frame", "IsolationFilter.transform")
        return like(frame, table.assign(outlier=self.outliers(table).astype(np.float64)))

    def _matrix(self, table: pd.DataFrame) -> np.ndarray:
        columns = [
            np.where(np.isfinite(values := _values(table, name)), values, self._fills[name])
            for name in self._names or ()
        ]
        return np.column_stack(columns)


def _numeric(table: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name in table.columns if column_kind(table[name]) is ColumnKind.NUMBER)


def _values(table: pd.DataFrame, name: str) -> np.ndarray:
    column = table[name]
    if not pd.api.types.is_numeric_dtype(column):
        raise DataProcessingError(
            f"The column '{name}' of an outlier filter must hold numbers as in training. Got {column.dtype}."
        )
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _require_fitted(owner: str, names: tuple[str, ...] | None, table: pd.DataFrame) -> tuple[str, ...]:
    if names is None:
        raise DataProcessingError(f"The {owner} must be fitted before use. Got no call of fit.")
    absent = next((name for name in names if name not in table.columns), None)
    if absent is not None:
        raise DataProcessingError(
            f"The data of {owner} must have the columns of the training. Got no '{absent}'."
        )
    return names


def _median(windows: np.ndarray) -> np.ndarray:
    """Return the median of the known values of each row, NaN where there are none."""
    ordered = np.sort(windows, axis=1)  # NaN last
    known = np.isfinite(ordered).sum(axis=1)
    rows = np.arange(len(ordered))
    return np.asarray(
        (
            ordered[rows, np.maximum(known - 1, 0) // 2]
            + ordered[rows, np.minimum(known // 2, ordered.shape[1] - 1)]
        )
        / 2
    )
