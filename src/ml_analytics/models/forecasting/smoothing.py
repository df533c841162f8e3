"""Exponential smoothing: level, trend and season that follow the series, newer values counting more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from ...core.errors import DataProcessingError, UnsafeArtifactError
from ..hyperparameters import Choice, Hyperparameter
from ..state import STATE, json_exactly, read_json
from .forecaster import PERIOD, TARGET, Forecaster, Series, finite
from .naive import stored_period

_TRENDS = ("none", "additive", "damped")
_STARTS = ((0.5, 0.1, 0.1, 0.9), (0.1, 0.05, 0.3, 0.95), (0.9, 0.3, 0.05, 0.85))
_LEAST_DAMPING, _MOST_DAMPING = 0.8, 0.98
_FIRST = 10  # values that the first trend is read from
_LARGEST = 10**6  # numbers that the least squares of first states may take


class ExponentialSmoothing(Forecaster):
    """Holt-Winters' smoothing with additive errors, trend and season (Holt 1957, Winters 1960).

    ``trend`` is ``"none"``, ``"additive"``, ``"damped"`` or ``"auto"``, ``seasonal`` is ``"none"``, ``"additive"`` or
    ``"auto"``: of the forms that the series is long enough for, auto takes the one with the lowest AICc. The
    smoothing weights, the first trend and the first season minimise the squared errors one step ahead (a season of
    very many steps is read from the values instead); the level starts at the first known value. A fitted model's
    numbers stay as they are; its state follows whatever series it is given, so new rows are taken in by giving
    them.

    Intervals are normal with the variance of the additive state-space model, ``σ²(1 + Σ c_j²)`` with
    ``c_j = alpha + beta(phi + … + phi^j) + gamma[j a multiple of m]`` (Hyndman, Koehler, Ord
    and Snyder 2008, section 6.3).

    Columns other than the target are not read.

    >>> line = pd.DataFrame({"y": np.arange(20.0)})
    >>> ExponentialSmoothing(trend="additive").fit(line).forecast(line, 3)["mean"].round(6).tolist()
    [20.0, 21.0, 22.0]
    """

    model_type: ClassVar[str] = "exponential_smoothing"
    least_observed = 3
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "target": TARGET,
        "trend": Choice("form of the trend", ("auto", *_TRENDS), search=_TRENDS),
        "seasonal": Choice("form of the season", ("auto", "none", "additive")),
        "seasonal_period": PERIOD,
    }

    def __init__(
        self,
        target: str | None = None,
        trend: str = "auto",
        seasonal: str = "auto",
        seasonal_period: int | None = None,
    ) -> None:
        self.target = target
        self.trend = trend
        self.seasonal = seasonal
        self.seasonal_period = seasonal_period

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        period = self._season()
        forms = self._forms(series, period)
        fits = []
        for done, (trend, seasonal) in enumerate(forms, 1):
            fits.append(_fit_form(series, trend, period if seasonal else 1))
            self._tell(done, len(forms))
        best = min(fits, key=lambda one: one["aicc"])
        self.weights_, self.trend_, self.seasons_ = best["weights"], best["first_trend"], best["seasons"]
        self.form_, self.sigma_, self.aicc_ = best["form"], best["sigma"], best["aicc"]

    def _forms(self, series: Series, period: int) -> list[tuple[str, bool]]:
        known = int(np.isfinite(series.values).sum())
        length = int(series.positions[-1] - series.positions[0]) + 1
        seasonal = period > 1 and length >= 2 * period and known >= period + 5
        if self.seasonal == "additive" and not seasonal:
            raise DataProcessingError(
                f"{type(self).__name__}.fit must have a season of at least 2 steps and two whole seasons. "
                f"Got a season of {period} and {length} sample(s)."
            )
        seasons = {"none": [False], "additive": [True], "auto": [False, True] if seasonal else [False]}
        trends = _TRENDS if self.trend == "auto" else (self.trend,)
        found = [
            (trend, one)
            for one in seasons[self.seasonal]
            for trend in trends
            if trend in (self.trend, "none") or known >= 8 + (period if one else 0)
        ]
        return found or [("none", False)]

    def _run(self, series: Series) -> tuple[np.ndarray, float, float, np.ndarray]:
        from .smoothing_kernel import smooth

        ahead, missed, seasons = *np.empty((2, len(series.values))), self.seasons_.copy()
        _, _, level, trend = smooth(
            series.values, series.positions, self.weights_, self.trend_, seasons, ahead, missed
        )
        return ahead, level, trend, seasons

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        return self._run(series)[0]

    def _steps(self, series: Series, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        _, level, trend, seasons = self._run(series)
        if not np.isfinite(level):  # nothing known in the whole history
            level = self.start_
        alpha, beta, gamma, phi = self.weights_
        steps = np.arange(1, horizon + 1)
        growth = steps.astype(float) if phi == 1.0 else phi * (1 - phi**steps) / (1 - phi)
        mean = level + trend * growth + seasons[(series.positions[-1] + steps) % len(seasons)]
        repeats = (steps % len(seasons) == 0) & (len(seasons) > 1)
        ahead = alpha + beta * growth + gamma * repeats
        return mean, self.sigma_ * np.sqrt(1 + np.concatenate([[0.0], np.cumsum(ahead[:-1] ** 2)]))

    def _state(self) -> dict[str, bytes]:
        plain = {
            **self._described(), "weights": self.weights_.tolist(), "trend": self.trend_,
            "seasons": self.seasons_.tolist(), "form": self.form_, "sigma": self.sigma_, "aicc": self.aicc_,
        }  # fmt: skip
        return {STATE: json_exactly(plain, "the forecaster")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        self._take(plain)
        weights, seasons = _numbers(plain["weights"]), _numbers(plain["seasons"])
        stored_period(len(seasons))
        if len(weights) != 4 or (weights < 0).any() or (weights > 1).any():
            raise UnsafeArtifactError("A stored exponential smoothing must have four weights from 0 to 1.")
        self.weights_, self.seasons_, self.form_ = weights, seasons, str(plain["form"])
        self.trend_, self.sigma_, self.aicc_ = (finite(plain[name]) for name in ("trend", "sigma", "aicc"))

    @classmethod
    def _small(cls) -> Self:
        return cls(seasonal_period=6)


def _numbers(value: Any) -> np.ndarray:
    if not isinstance(value, list):
        raise UnsafeArtifactError("A stored forecaster must hold lists of numbers.")
    return np.array([finite(one) for one in value], dtype=float)


def _fit_form(series: Series, trend: str, period: int) -> dict[str, Any]:
    """Return weights, first states and AICc of one form."""
    from .smoothing_kernel import smooth

    known = series.values[np.isfinite(series.values)]
    scale = float(known.std()) or 1.0
    centre = float(known[0])
    values = (series.values - centre) / scale
    scratch = np.empty((2, len(values)))

    def loss(raw: np.ndarray, first_trend: float, seasons: np.ndarray) -> float:
        weights = _weights(raw, trend, period)
        squares, errors, _, _ = smooth(
            values, series.positions, weights, first_trend, seasons.copy(), *scratch
        )
        mean = squares / max(errors, 1)
        return float(mean) if math.isfinite(mean) else 1e30

    bounds = [(1e-4, 0.9999), (0.0, 1.0), (0.0, 1.0), (_LEAST_DAMPING, _MOST_DAMPING)]
    states = [_first_states(values, series.positions, trend, period, whole) for whole in (False, True)]
    runs = [
        (minimize(loss, np.array(start), args=first, method="L-BFGS-B", bounds=bounds), first)
        for first in states
        for start in _STARTS
    ]
    best, first = min(runs, key=lambda one: float(one[0].fun))
    if len(values) * (period + 1) <= _LARGEST:

        def states_for(raw: np.ndarray) -> tuple[float, np.ndarray]:
            return _fitted_states(values, series.positions, _weights(raw, trend, period), first, trend)

        def least(raw: np.ndarray) -> float:
            return loss(raw, *states_for(raw))

        best = minimize(least, best.x, method="L-BFGS-B", bounds=bounds)
        first = states_for(best.x)
    first_trend, seasons = first
    weights = _weights(np.clip(best.x, *np.array(bounds).T), trend, period)
    squares, errors, _, _ = smooth(values, series.positions, weights, first_trend, seasons.copy(), *scratch)
    free = 1 + {"none": 0, "additive": 2, "damped": 3}[trend] + (period if period > 1 else 0)
    spread = errors - (free - (trend != "none") - (period - 1 if period > 1 else 0))
    criterion = errors * math.log(max(squares / errors, 1e-24)) + 2 * (free + 1)
    room = errors - free - 2
    criterion += 2 * (free + 1) * (free + 2) / room if room > 0 else 1e6
    return {
        "form": f"{trend} trend, {'additive' if period > 1 else 'no'} season",
        "weights": weights,
        "first_trend": first_trend * scale,
        "seasons": seasons * scale,
        "sigma": math.sqrt(squares / max(spread, 1)) * scale,
        "aicc": criterion,
    }


def _weights(raw: np.ndarray, trend: str, period: int) -> np.ndarray:
    """Return alpha, beta, gamma, phi in their region: beta <= alpha, gamma <= 1 - alpha."""
    alpha = raw[0]
    beta = alpha * raw[1] if trend != "none" else 0.0
    gamma = (1 - alpha) * raw[2] if period > 1 else 0.0
    return np.array([alpha, beta, gamma, raw[3] if trend == "damped" else 1.0])


def _fitted_states(
    values: np.ndarray,
    positions: np.ndarray,
    weights: np.ndarray,
    first: tuple[float, np.ndarray],
    trend: str,
) -> tuple[float, np.ndarray]:
    """Return the first trend and seasons that minimise the squared errors with these weights.

    Errors are linear in the first states, so this is least squares; what the errors do not tell stays as it was.
    """
    from .smoothing_kernel import smooth

    first_trend, seasons = first
    period = len(seasons)
    units = [(1.0, np.zeros(period))] if trend != "none" else []
    units += [(0.0, one) for one in np.eye(period)] if period > 1 else []
    if not units:
        return first
    ahead, missed = np.empty((2, len(values)))
    smooth(values, positions, weights, first_trend, seasons.copy(), ahead, missed)
    errors = missed.copy()
    silent = np.where(np.isfinite(values), 0.0, np.nan)
    effects = np.empty((len(values), len(units)))
    for at, (slope, season) in enumerate(units):
        smooth(silent, positions, weights, slope, season.copy(), ahead, missed)
        effects[:, at] = missed
    change = np.linalg.lstsq(effects.T @ effects, -effects.T @ errors, rcond=1e-10)[0]
    if not np.isfinite(change).all():
        return first
    if trend != "none":
        first_trend += float(change[0])
    return first_trend, seasons + change[-period:] if period > 1 else seasons


def _first_states(
    values: np.ndarray, positions: np.ndarray, trend: str, period: int, whole: bool
) -> tuple[float, np.ndarray]:
    """Return the first trend and seasons, read from the first values (Hyndman and others 2008, 2.6) or from all.

    The first values suit a series whose trend and season move, the whole one whose do not.
    """
    known = np.flatnonzero(np.isfinite(values))
    place = (positions - positions[0]).astype(float)
    if period == 1:
        head = known if whole else known[:_FIRST]
        slope = float(np.polyfit(place[head], values[head], 1)[0]) if trend != "none" else 0.0
        return slope, np.zeros(1)
    head = known if whole else known[place[known] < 4 * period]
    slope = 0.0
    if trend != "none":
        seasons = max(1, int(place[-1] + 1) // period - 1) if whole else 1  # from the first season to which
        early = head[place[head] < period]
        late = head[(place[head] >= seasons * period) & (place[head] < (seasons + 1) * period)]
        if len(early) and len(late):
            slope = float((values[late].mean() - values[early].mean()) / (seasons * period))
    levelled = values[head] - slope * place[head]
    means = pd.Series(levelled).groupby((place[head] // period).astype(int)).transform("mean").to_numpy()
    by_phase = pd.Series(levelled - means).groupby(positions[head] % period).mean()
    found = np.zeros(period)
    found[by_phase.index.to_numpy()] = by_phase.to_numpy()
    return slope, found - found.mean()
