"""What all forecasters have in common: one series among the columns, its clock, one step and many steps ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ...core.columns import ColumnKind
from ...core.errors import (
    DataProcessingError,
    LeakageError,
    ParameterError,
    PredictionError,
    UnsafeArtifactError,
)
from ...core.frames import Table, to_pandas
from ...core.row_times import TIME_NAMES, require_time_order
from ..base import NUMBERS, BaseModel
from ..hyperparameters import Given, Hyperparameter, Integer
from ..task import Task
from .clock import Clock, times_read
from .paths import Bounds

MAX_HORIZON = 100_000
"""The most steps that are forecast at once."""

TARGET = Given(
    "the column that is forecast (None: the first)",
    "the name of a column, or None",
    lambda value: value is None or isinstance(value, str),
)
"""The description of ``target``."""

PERIOD = Integer("steps of a season (None: from the times, else none)", low=1, high=10_000, optional=True)
"""The description of ``seasonal_period``."""

CAUSAL: Mapping[str, str] = {"rows_stand_alone": "a forecast is made from the rows before it as well"}
"""The law that does not hold for any forecaster."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: float64 ``values`` (NaN: not observed), the ``positions`` of its steps, and ``times`` if any."""

    values: np.ndarray
    positions: np.ndarray
    times: pd.DatetimeIndex | None


class Forecaster(BaseModel):
    """Learns one column of a table in time order and says what comes next.

    ``predict`` returns for every row the forecast of the **next** step, made from that row and those before it;
    later rows never change it. ``forecast`` goes on from the last row. Missing values of the target are
    steps that were not observed. A series given to ``predict`` starts as the training series did: give the
    rows of history before those that matter.
    """

    task: ClassVar[Task] = "forecasting"
    accepts = NUMBERS | {ColumnKind.TIME}
    handles_missing = True
    exempt_laws: ClassVar[Mapping[str, str]] = CAUSAL
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {"target": TARGET}
    onnx_note = "a forecast depends on all rows before it, which an ONNX graph of one row does not see"

    clock_: Clock
    least_observed: ClassVar[int] = 2
    """How many known values of the target training needs."""

    def train(self, data: Any, target: str | None = None) -> Self:
        """Fit from a table as it is; ``target`` names the column to forecast and is kept as the parameter."""
        if target is not None:
            self.set_params(target=target)
        if isinstance(data, (tuple, Mapping)):
            return super().train(data)
        return self.fit(to_pandas(data, "data", f"{type(self).__name__}.train"))

    def forecast(
        self, X_history: Table, horizon: int, level: float | Sequence[float] = (0.8, 0.95)
    ) -> pd.DataFrame:
        """Return (horizon, 1 + 2 · levels): ``mean`` and, for each level, the bounds ``lower_80``, ``upper_80``, ….

        The rows are the steps after the last row of ``X_history``, indexed by their times where the series has
        some, else by 1, 2, …. The class says how its intervals are made; ``level=()`` asks for none.

        Raises:
            ParameterError: ``horizon`` is not a whole number from 1 to 100,000, or a level not in (0, 1).
            PredictionError: not fitted, or the history does not fit the signature.
        """
        owner = f"{type(self).__name__}.forecast"
        whole = isinstance(horizon, (int, np.integer)) and not isinstance(horizon, bool)
        if not whole or not 1 <= horizon <= MAX_HORIZON:
            raise ParameterError.of("horizon", owner, f"a whole number from 1 to {MAX_HORIZON}", horizon)
        levels = [level] if isinstance(level, (int, float)) else list(level)
        if not all(isinstance(one, float) and 0 < one < 1 for one in levels):
            raise ParameterError.of("level", owner, "numbers between 0 and 1", level)
        frame = self._checked(X_history)
        series = self._series(frame)
        mean, bounds = self._forecast(frame, series, int(horizon), levels)
        last = None if series.times is None else series.times[-1]
        table = pd.DataFrame({"mean": mean}, index=self.clock_.after(last, int(horizon)))
        for one, (lower, upper) in zip(levels, bounds, strict=True):
            table[f"lower_{one * 100:g}"], table[f"upper_{one * 100:g}"] = lower, upper
        return table

    def score(self, X: Table, y: Any = None) -> float:
        """Return 1 - MSE / MSE of the last known value: 0 is as good as no model, 1 perfect, below 0 worse.

        ``y`` are the values after each row; without it they are taken from the next row of X.
        """
        frame = self._checked(X)
        series = self._series(frame)
        following = self.following(frame) if y is None else np.asarray(y, dtype=float)
        last = pd.Series(series.values).ffill().to_numpy()
        known = np.isfinite(following) & np.isfinite(last)
        if not known.any():
            raise PredictionError(f"{type(self).__name__}.score must have a known next value. Got none.")
        error = np.mean((self._predict(frame) - following)[known] ** 2)
        naive = np.mean((last - following)[known] ** 2)
        return float(1.0 - error / naive) if naive > 0 else float(error == 0)

    def following(self, X: Table) -> np.ndarray:
        """Return what ``predict`` forecasts for each row, as far as X knows: the target one row later, at last NaN."""
        return np.append(self._series(self._checked(X)).values[1:], np.nan)

    # -- what a forecaster writes --------------------------------------------------------------------

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        raise NotImplementedError

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        """Return the forecast of the step after each row; NaN where nothing was observed so far."""
        raise NotImplementedError

    def _forecast(
        self, X: pd.DataFrame, series: Series, horizon: int, levels: Sequence[float]
    ) -> tuple[np.ndarray, Bounds]:
        """Return the mean of each step and, for every level, its bounds."""
        mean, deviation = self._steps(series, horizon)
        reach = [float(ndtri(0.5 + one / 2)) * deviation for one in levels]
        return mean, [(mean - one, mean + one) for one in reach]

    def _steps(self, series: Series, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each step, where the intervals are normal."""
        raise NotImplementedError

    # -- bookkeeping ---------------------------------------------------------------------------------

    def _as_table(self, X: Any) -> Any:
        return times_read(X, type(self).__name__)

    def _checked(self, X: Table) -> pd.DataFrame:
        try:
            return super()._checked(X)
        except LeakageError as error:
            raise PredictionError(str(error)) from error

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        owner = f"{type(self).__name__}.fit"
        target = self._target(X)
        times = require_time_order(X, owner)
        if times is None and any(kind.kind == "M" for kind in X.dtypes):
            raise DataProcessingError(
                f"A column of times of {owner} must be called {' or '.join(TIME_NAMES)}."
            )
        clock = Clock.of(times)
        series = Series(_values(X[target]), clock.positions(times, len(X)), times)
        known = series.values[np.isfinite(series.values)]
        if len(known) < self.least_observed:
            raise DataProcessingError(
                f"The column '{target}' of {owner} must have at least {self.least_observed} known values. "
                f"Got {len(known)} in {len(X)} sample(s)."
            )
        self.target_, self.clock_, self.start_ = target, clock, float(known[0])
        self._learn(X, series)

    def _target(self, X: pd.DataFrame) -> str:
        numbers = [name for name in X.columns if X[name].dtype.kind in "iuf" or not _is_time(X[name])]
        if not numbers or (self.target is not None and self.target not in numbers):
            raise ParameterError.of(
                "target", type(self).__name__, "a column of X that holds numbers", self.target
            )
        return self.target or str(numbers[0])

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        found = self._next(X, self._series(X))
        return np.where(np.isfinite(found), found, self.start_)

    def _series(self, X: pd.DataFrame) -> Series:
        try:
            times = require_time_order(X, f"{type(self).__name__}.predict")
            return Series(_values(X[self.target_]), self.clock_.positions(times, len(X)), times)
        except DataProcessingError as error:
            raise PredictionError(str(error)) from error

    def _season(self) -> int:
        """Return the steps of a season: the parameter, else what the clock says."""
        given: int | None = getattr(self, "seasonal_period", None)
        return given if given is not None else self.clock_.season

    def _described(self) -> dict[str, Any]:
        """Return what is stored of every forecaster, as plain JSON."""
        return {"target": self.target_, "clock": self.clock_.to_json(), "start": self.start_}

    def _take(self, plain: Mapping[str, Any]) -> None:
        """Set what :meth:`_described` gave."""
        names = self.signature.names if self.signature is not None else ()
        if plain["target"] not in names:
            raise UnsafeArtifactError("A stored forecaster must forecast one of its columns.")
        self.target_, self.clock_ = plain["target"], Clock.from_json(plain["clock"])
        self.start_ = finite(plain["start"])


def finite(value: Any) -> float:
    """Return a stored number.

    Raises:
        UnsafeArtifactError: it is not a finite number.
    """
    if type(value) not in (int, float) or not np.isfinite(value):
        raise UnsafeArtifactError("A stored forecaster must hold finite numbers.")
    return float(value)


def _values(column: pd.Series) -> np.ndarray:
    return np.ascontiguousarray(column.to_numpy(dtype=np.float64, na_value=np.nan))


def _is_time(column: pd.Series) -> bool:
    return column.dtype.kind == "M" or not pd.api.types.is_numeric_dtype(column)
