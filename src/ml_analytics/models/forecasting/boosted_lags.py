"""Gradient boosted trees on the recent past of a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import ModelLoadError, UnsafeArtifactError
from ...core.signature import Signature
from ..arrays import array_from_bytes, array_to_bytes
from ..base import BaseModel
from ..formats import dump_model, load_model
from ..hyperparameters import SEED, THREADS, Choice, Hyperparameter, Integer, Real
from ..state import STATE, json_exactly, read_json
from ..tabular.xgboost import XGBoostRegressorModel
from .forecaster import PERIOD, TARGET, Forecaster, Series, finite
from .lag_features import LagFeatures
from .naive import stored_period
from .paths import Bounds, walk_ahead

_CALENDAR = ["hour", "weekday", "day", "month"]
_MEANS = (5, 20)
_HELD_OUT = 0.25
_PATHS = 500
_MODEL = "trees.mla"
_ERRORS = "errors.npy"


class BoostedLags(Forecaster):
    """Gradient boosting (XGBoost) on lags, rolling means, the calendar and the table's other columns.

    The trees see the last ``lags`` values, the same step of the last two seasons, means over 5, 20 and a season's
    steps, hour, weekday, day and month of the next step (where there are times), and every other column of the
    row: what is known when the row is. With ``difference`` (the default) they learn the change from the last
    known value and see values relative to it, for trees cannot follow a trend beyond what they have seen.

    ``forecast`` feeds its own forecasts back in, step after step; the other columns stay as in the last row.
    Its intervals are quantiles of 500 such paths, each step with an error drawn (``random_state``) from the
    errors one step ahead on the last quarter of the training rows, made by trees that had not seen it; ``mean``
    is the path without errors. The trees that answer then learn from all rows.

    >>> wave = pd.DataFrame({"y": np.sin(np.arange(200) / 3)})
    >>> model = BoostedLags(n_estimators=50).fit(wave[:150])
    >>> bool(model.score(wave) > 0.8)
    True
    """

    model_type: ClassVar[str] = "boosted_lags"
    least_observed = 20
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "target": TARGET,
        "lags": Integer("recent values that are seen", low=1, high=1000, search=(2, 30)),
        "seasonal_period": PERIOD,
        "difference": Choice("learn the change from the last value", (True, False)),
        "n_estimators": Integer("rounds of boosting", search=(50, 500), log=True),
        "max_depth": Integer("most splits on the way to a leaf", high=50, search=(2, 8)),
        "learning_rate": Real("step of each round", above=True, high=1.0, search=(0.01, 0.3), log=True),
        "min_child_weight": Real("least rows of a leaf", search=(1.0, 20.0), log=True),
        "n_jobs": THREADS,
        "random_state": SEED,
    }

    _trees: BaseModel
    _errors: np.ndarray

    def __init__(
        self,
        target: str | None = None,
        lags: int = 10,
        *,
        seasonal_period: int | None = None,
        difference: bool = True,
        n_estimators: int = 200,
        max_depth: int = 4,
        learning_rate: float = 0.05,
        min_child_weight: float = 3.0,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.target = target
        self.lags = lags
        self.seasonal_period = seasonal_period
        self.difference = difference
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_child_weight = min_child_weight
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _learn(self, X: pd.DataFrame, series: Series) -> None:
        self.period_ = self._season()
        changes = np.abs(np.diff(series.values[np.isfinite(series.values)]))
        self.scale_ = float(changes.mean()) or 1.0
        table = self._table(X, series)
        height = self._heights(series)
        follows = np.append(np.diff(series.positions) == 1, False)
        target = (np.append(series.values[1:], np.nan) - (height if self.difference else 0.0)) / self.scale_
        rows = np.flatnonzero(follows & np.isfinite(target))
        if len(rows) < self.least_observed // 2:  # hardly two known values stand beside each other
            rows = np.flatnonzero(np.isfinite(target))
        cut = int(len(rows) * (1 - _HELD_OUT))
        early, late = rows[:cut], rows[cut:]
        first = self._grown(table.iloc[early], target[early])
        self._tell(1, 2)
        self._errors = np.sort(target[late] - first.predict(table.iloc[late]))
        self._trees = self._grown(table.iloc[rows], target[rows])
        self._tell(2, 2)

    def _grown(self, table: pd.DataFrame, target: np.ndarray) -> BaseModel:
        trees = XGBoostRegressorModel(
            n_estimators=self.n_estimators,
            max_depth=self.max_depth,
            learning_rate=self.learning_rate,
            min_child_weight=self.min_child_weight,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        ).fit(table, target)
        assert trees.signature is not None  # noqa: S101 - fit has set it
        inputs = tuple(replace(one, nullable=True) for one in trees.signature.inputs)
        trees.signature = Signature(inputs, trees.signature.output)  # later rows may lack what these had
        return trees

    def _features(self) -> LagFeatures:
        return LagFeatures.of(self.lags, _MEANS, self.period_, relative=self.difference)

    def _others(self, X: pd.DataFrame) -> list[str]:
        return [name for name in X.columns if name != self.target_ and pd.api.types.is_numeric_dtype(X[name])]

    def _heights(self, series: Series) -> np.ndarray:
        """Return the last known value at each row."""
        known: np.ndarray = pd.Series(series.values).ffill().fillna(self.start_).to_numpy()
        return known

    def _table(self, X: pd.DataFrame, series: Series) -> pd.DataFrame:
        """Return what the trees see: one row for each row, positional names so that no column can clash."""
        features = self._features()
        recent = features.columns(
            features.windows(series.values, series.positions), self._heights(series), self.scale_
        )
        calendar = self.clock_.calendar(series.times, len(X))
        others = X[self._others(X)].to_numpy(dtype=np.float64, na_value=np.nan)
        return self._named(np.hstack([recent, calendar, others]))

    def _named(self, values: np.ndarray) -> pd.DataFrame:
        features = self._features()
        own = [*features.names, *_CALENDAR]
        names = own + [f"other_{at}" for at in range(values.shape[1] - len(own))]
        return pd.DataFrame(values, columns=names)

    def _next(self, X: pd.DataFrame, series: Series) -> np.ndarray:
        change = self._trees.predict(self._table(X, series)) * self.scale_
        ahead: np.ndarray = change + self._heights(series) if self.difference else change
        return ahead

    def _forecast(
        self, X: pd.DataFrame, series: Series, horizon: int, levels: Sequence[float]
    ) -> tuple[np.ndarray, Bounds]:
        return walk_ahead(
            lambda paths: _Walk(self, X, series, horizon, paths),
            self._errors * self.scale_,
            horizon,
            levels,
            seed=self.random_state or 0,
            paths=_PATHS,
        )

    def _calendar_ahead(self, series: Series, horizon: int) -> np.ndarray:
        """Return the calendar of each step ahead, as a row one step earlier would have seen it."""
        if series.times is None or self.clock_.unit == "rows":
            return np.repeat(self.clock_.calendar(series.times, len(series.values))[-1:], horizon, axis=0)
        last = series.times[-1]
        before = [last, *list(self.clock_.after(last, horizon))[:-1]]
        return self.clock_.calendar(pd.DatetimeIndex(before), horizon)

    def _importance(self) -> tuple[str, Any]:
        found = self._trees.feature_importance()
        names = self.signature.names if self.signature is not None else ()
        totals = dict.fromkeys(names, 0.0)
        others = [
            one.name
            for one in (self.signature.inputs if self.signature is not None else ())
            if one.name != self.target_ and one.kind != "time"
        ]
        for name, value in found.items():
            other = name.startswith("other_")
            totals[others[int(name.removeprefix("other_"))] if other else self.target_] += value
        return f"{found.method}; the target's lags, means and calendar together", list(totals.values())

    def _state(self) -> dict[str, bytes]:
        plain = {**self._described(), "period": self.period_, "scale": self.scale_}
        return {
            STATE: json_exactly(plain, "the forecaster"),
            _ERRORS: array_to_bytes(self._errors),
            _MODEL: dump_model(self._trees),
        }

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        self._take(plain)
        self.period_, self.scale_ = stored_period(plain["period"]), finite(plain["scale"])
        if self.scale_ <= 0:
            raise UnsafeArtifactError("A stored forecaster must have a positive unit.")
        errors, trees = array_from_bytes(files[_ERRORS]), load_model(files[_MODEL])
        if errors.dtype != np.float64 or errors.ndim != 1 or not len(errors) or not np.isfinite(errors).all():
            raise UnsafeArtifactError("A stored forecaster must hold finite errors.")
        if not isinstance(trees, XGBoostRegressorModel) or trees.signature is None:
            raise ModelLoadError("A stored forecaster must hold its trees.")
        inputs = self.signature.inputs if self.signature is not None else ()
        others = sum(one.kind != "time" for one in inputs) - 1
        if len(trees.signature.inputs) != len(self._features().names) + len(_CALENDAR) + others:
            raise UnsafeArtifactError("The trees of a stored forecaster must fit its columns.")
        self._errors, self._trees = errors, trees

    @classmethod
    def _small(cls) -> Self:
        return cls(lags=4, n_estimators=10, max_depth=3)


class _Walk:
    """Paths of a series that the trees continue; the other columns stay as in its last row."""

    def __init__(self, model: BoostedLags, X: pd.DataFrame, series: Series, horizon: int, paths: int) -> None:
        self.model, self.features = model, model._features()
        others = X[model._others(X)].iloc[[-1]].to_numpy(dtype=np.float64, na_value=np.nan)
        calendar = model._calendar_ahead(series, horizon)
        self.rest = np.hstack([calendar, np.repeat(others, horizon, axis=0)])
        window = self.features.windows(series.values, series.positions)[-1]
        self.windows = np.tile(window, (paths, 1))
        self.height = np.full(paths, model._heights(series)[-1])

    def ahead(self, step: int) -> np.ndarray:
        """Return what the trees say of the next step of each path."""
        recent = self.features.columns(self.windows, self.height, self.model.scale_)
        rest = np.tile(self.rest[step], (len(recent), 1))
        change = self.model._trees.predict(self.model._named(np.hstack([recent, rest]))) * self.model.scale_
        ahead: np.ndarray = change + self.height if self.model.difference else change
        return ahead

    def take(self, values: np.ndarray) -> None:
        """Go on with these values."""
        self.height = values
        self.windows = np.hstack([self.windows[:, 1:], values[:, None]])
