"""The last value, and the value of a season ago: what every other forecaster has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, UnsafeArtifactError
from ..hyperparameters import Hyperparameter
from ..state import STATE, json_exactly, read_json
from .forecaster import PERIOD, TARGET, Forecaster, Series, finite


class NaiveForecaster(Forecaster):
    """Forecasts the last known value (a random walk's best guess).

    Intervals are normal with variance ``h · σ²``, h steps from the last known value, where σ² is the mean
    squared change a step in training (Hyndman and Athanasopoulos, *Forecasting*, section 5.5).

    >>> model = NaiveForecaster().fit(pd.DataFrame({"y": [1.0, 2.0, 4.0]}))
    >>> model.predict(pd.DataFrame({"y": [5.0, 6.0]}))
    array([5., 6.])
    """

    model_type: ClassVar[str] = "naive"

    def __init__(self, target: str | None = None) -> None:
        self.target = target

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        known = np.flatnonzero(np.isfinite(series.values))
        change, steps = np.diff(series.values[known]), np.diff(series.positions[known])
        self.sigma_ = float(np.sqrt(np.mean(change**2 / steps)))

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        last: np.ndarray = pd.Series(series.values).ffill().to_numpy()
        return last

    def _steps(self, series: Series, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        known = np.flatnonzero(np.isfinite(series.values))
        last = series.values[known[-1]] if len(known) else self.start_
        age = series.positions[-1] - series.positions[known[-1]] if len(known) else 0
        return np.full(horizon, last), self.sigma_ * np.sqrt(age + np.arange(1.0, horizon + 1))

    def _state(self) -> dict[str, bytes]:
        return {STATE: json_exactly({**self._described(), "sigma": self.sigma_}, "the forecaster")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        self._take(plain)
        self.sigma_ = finite(plain["sigma"])


class SeasonalNaiveForecaster(Forecaster):
    """Forecasts the last known value of the same step of the season; before there is one, the last known value.

    ``seasonal_period`` is the steps of a season; ``None`` takes it from the times (24 hours, 7 days or 5 business
    days, 52 weeks, 12 months, 4 quarters). Intervals are normal with variance ``(⌊(h-1)/m⌋ + 1) · σ²``,
    where σ² is the mean squared change in a season (same source as the naive forecast).

    >>> weekly = pd.DataFrame({"y": [1.0, 2.0, 3.0] * 4})
    >>> SeasonalNaiveForecaster(seasonal_period=3).fit(weekly).forecast(weekly, 4)["mean"].tolist()
    [1.0, 2.0, 3.0, 1.0]
    """

    model_type: ClassVar[str] = "seasonal_naive"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {"target": TARGET, "seasonal_period": PERIOD}

    def __init__(self, target: str | None = None, seasonal_period: int | None = None) -> None:
        self.target = target
        self.seasonal_period = seasonal_period

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        self.period_ = self._season()
        before, _ = seasonal_last(series.values, series.positions, self.period_, ahead=0)
        change = series.values - before
        change = change[np.isfinite(change)]
        if not len(change):
            raise DataProcessingError(
                f"{type(self).__name__}.fit must have more than one season of {self.period_} steps. "
                f"Got {len(series.values)} sample(s)."
            )
        self.sigma_ = float(np.sqrt(np.mean(change**2)))

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        found, _ = seasonal_last(series.values, series.positions, self.period_, ahead=1)
        return np.where(np.isfinite(found), found, pd.Series(series.values).ffill().to_numpy())

    def _steps(self, series: Series, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        steps = np.arange(1, horizon + 1)
        last = np.full(self.period_, np.nan)
        seen = np.zeros(self.period_, dtype=np.int64)
        known = np.flatnonzero(np.isfinite(series.values))
        phases = series.positions[known] % self.period_
        last[phases], seen[phases] = (
            series.values[known],
            series.positions[known],
        )  # the later row of a phase stays
        ahead = series.positions[-1] + steps
        mean, taken = last[ahead % self.period_], seen[ahead % self.period_]
        absent = ~np.isfinite(mean)
        mean[absent] = series.values[known[-1]] if len(known) else self.start_
        seasons = np.where(absent, (steps - 1) // self.period_ + 1, (ahead - taken) // self.period_)
        return mean, self.sigma_ * np.sqrt(seasons)

    def _state(self) -> dict[str, bytes]:
        plain = {**self._described(), "sigma": self.sigma_, "period": self.period_}
        return {STATE: json_exactly(plain, "the forecaster")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        self._take(plain)
        self.sigma_, self.period_ = finite(plain["sigma"]), stored_period(plain["period"])

    @classmethod
    def _small(cls) -> Self:
        return cls(seasonal_period=6)


def seasonal_last(
    values: np.ndarray, positions: np.ndarray, period: int, *, ahead: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for the step ``ahead`` of each row, the last known value of its phase, and that value's position.

    With ``ahead=0`` the row itself does not count. NaN and -1 where there is none yet.

    >>> seasonal_last(np.array([1.0, 2.0, np.nan, 4.0]), np.arange(4), 2, ahead=1)[0]
    array([nan,  1.,  2.,  1.])
    """
    wanted = positions + ahead
    known = np.flatnonzero(np.isfinite(values))
    found, where = np.full(len(values), np.nan), np.full(len(values), -1, dtype=np.int64)
    if not len(known):
        return found, where
    # Rows by phase, then by position: one sorted list in which the row before a wanted one is found by search.
    span = int(max(positions.max(), wanted.max()) - positions.min()) + 2
    base = positions.min()
    keys = (positions[known] % period) * span + (positions[known] - base)
    order = np.argsort(keys, kind="stable")
    limit = np.minimum(wanted - 1, positions)  # what is known when the row is
    sought = (wanted % period) * span + (limit - base)
    at = np.searchsorted(keys[order], sought, side="right") - 1
    hit = at >= 0
    rows = known[order[np.maximum(at, 0)]]
    hit &= positions[rows] % period == wanted % period
    found[hit], where[hit] = values[rows[hit]], positions[rows[hit]]
    return found, where


def stored_period(value: Any) -> int:
    """Return a stored seasonal period.

    Raises:
        UnsafeArtifactError: it is not a whole number from 1 to 10,000.
    """
    if type(value) is not int or not 1 <= value <= 10_000:
        raise UnsafeArtifactError("A stored forecaster must have a season from 1 to 10,000 steps.")
    return value
