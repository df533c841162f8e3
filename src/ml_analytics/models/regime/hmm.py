"""Market regimes as the hidden states of a Gaussian hidden Markov model, known on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError, PredictionError
from ...core.frames import Table
from ..base import NUMBERS, BaseModel, Task, matrix
from .estimation import COVARIANCES, Chain, fit_chain, free_parameters
from .recursions import filtered, log_densities, most_likely_path, smoothed

_ROWS_PER_STATE = 10


class HMMRegimeDetector(BaseModel):
    """Bull, bear and sideways regimes from returns and whatever else is given.

    ``predict`` and ``predict_proba`` are **causal**: the answer for a bar is computed from that bar and those
    before it, so later bars never change it. ``smooth`` and ``decode`` look back with the knowledge of the
    whole series and have names of their own.

    States have fixed numbers: 0 bull (highest mean of the **first** column), 1 bear (lowest), 2 sideways; with
    more states the ones between are 2, 3, … by falling mean, with two there is no sideways. ``labels_`` holds
    the names. Give returns as the first column.

    Args:
        n_components: number of regimes, from 2.
        covariance_type: ``"full"``, ``"diag"``, ``"spherical"`` or ``"tied"``.
        n_iter: most EM steps of one restart.
        random_state: seed of the restarts; ``None`` is 0, so results repeat.
        n_init: short restarts; the most likely one is run to convergence.
        min_covariance: least eigenvalue of a state's covariance, in units of the training variance.

    Rows are bars in time order without missing values. Columns are standardised inside with the mean and
    deviation of the training rows. A series handed to ``predict`` starts as the training series did: give some
    bars of history before the one that matters.

    >>> generator = np.random.default_rng(0)
    >>> returns = np.concatenate([generator.normal(m, 0.01, 100) for m in (0.05, -0.05, 0.05)])
    >>> detector = HMMRegimeDetector(n_components=2).fit(pd.DataFrame({"log_return": returns}))
    >>> [detector.labels_[int(state)] for state in detector.predict(returns[:, None])[[50, 150, 250]]]
    ['bull', 'bear', 'bull']
    """

    model_type: ClassVar[str] = "hmm"
    task: ClassVar[Task] = "regime"
    accepts = NUMBERS
    onnx_note = "a regime depends on all bars before it, which an ONNX graph of one row does not see"

    exempt_laws: ClassVar[Mapping[str, str]] = {
        "rows_stand_alone": "a regime is read from the bars before it as well"
    }

    def __init__(
        self,
        n_components: int = 3,
        covariance_type: str = "full",
        n_iter: int = 1000,
        random_state: int | None = None,
        *,
        n_init: int = 8,
        min_covariance: float = 1e-3,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.n_iter = n_iter
        self.random_state = random_state
        self.n_init = n_init
        self.min_covariance = min_covariance

    def fit(self, X: Table, y: Any = None, **params: Any) -> Self:
        """Learn from bars (n_samples, n_features); ``params`` are set first, ``y`` is ignored.

        Raises:
            ParameterError: an unknown or unusable parameter, or fewer than 10 rows a regime.
            DataProcessingError: missing values, text, or times out of order.
        """
        unknown = sorted(set(params) - set(self.get_params(deep=False)))
        if unknown:
            known = ", ".join(sorted(self.get_params(deep=False)))
            raise ParameterError.of("params", "HMMRegimeDetector.fit", f"among {known}", unknown[0])
        self.set_params(**params)
        self._check_parameters()
        return super().fit(X)

    def optimize_hyperparameters(
        self,
        features: Table,
        n_components: Sequence[int] = (2, 3, 4),
        covariance_types: Sequence[str] = ("full", "diag"),
    ) -> dict[str, Any]:
        """Return the number of regimes and the covariance with the lowest BIC, for ``fit(features, **found)``.

        BIC = -2 log L + p log T (Schwarz 1978). The detector itself stays as it is.
        """
        scores: dict[tuple[int, str], float] = {}
        for states in n_components:
            for covariance_type in covariance_types:
                trial = HMMRegimeDetector(**self.get_params(deep=False))
                trial.fit(features, n_components=states, covariance_type=covariance_type)
                rows = trial.rows_
                free = free_parameters(states, trial._width, covariance_type)
                scores[states, covariance_type] = -2.0 * trial.log_likelihood_ + free * np.log(rows)
        states, covariance_type = min(scores, key=lambda one: scores[one])
        return {"n_components": states, "covariance_type": covariance_type}

    def score(self, X: Table, y: Any = None) -> float:
        """Return the log-likelihood of the series, in the units of the data."""
        frame = self._checked(X)
        _, likelihood = filtered(self._densities(frame), self.start_, self.transition_)
        return likelihood - len(frame) * float(np.log(self.scale_).sum())

    def smooth(self, X: Table) -> np.ndarray:
        """Return (n_samples, n_components) probabilities given the **whole** series: hindsight, not to trade on."""
        return smoothed(self._densities(self._checked(X)), self.start_, self.transition_)

    def decode(self, X: Table) -> np.ndarray:
        """Return the most likely sequence of regimes given the **whole** series: hindsight, not to trade on."""
        return most_likely_path(self._densities(self._checked(X)), self.start_, self.transition_)

    @property
    def labels_(self) -> dict[int, str]:
        """The names of the regimes by number."""
        between = self.n_components - 2
        names = ["sideways"] if between == 1 else [f"sideways_{index + 1}" for index in range(between)]
        return dict(enumerate(["bull", "bear", *names]))

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        values = matrix(X)
        _require_time_order(X, DataProcessingError)
        if len(values) < _ROWS_PER_STATE * self.n_components:
            least = _ROWS_PER_STATE * self.n_components
            raise ParameterError.of("X", "HMMRegimeDetector.fit", f"at least {least} rows long", len(values))
        self.mean_ = values.mean(axis=0)
        deviation = values.std(axis=0)
        self.scale_ = np.where(deviation > 0, deviation, 1.0)
        chain = fit_chain(
            (values - self.mean_) / self.scale_,
            self.n_components,
            self.covariance_type,
            iterations=self.n_iter,
            restarts=self.n_init,
            seed=self.random_state or 0,
            floor=self.min_covariance,
        )
        chain = chain.ordered(_canonical_order(chain))
        self.start_, self.transition_ = chain.start, chain.transition
        self.means_, self.covariances_ = chain.means, chain.covariances
        self.rows_ = len(values)
        self.log_likelihood_ = chain.log_likelihood - len(values) * float(np.log(self.scale_).sum())

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        best: np.ndarray = self._predict_proba(X).argmax(axis=1)
        return best

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return filtered(self._densities(X), self.start_, self.transition_)[0]

    def _densities(self, X: pd.DataFrame) -> np.ndarray:
        _require_time_order(X, PredictionError)
        return log_densities((matrix(X) - self.mean_) / self.scale_, self.means_, self.covariances_)

    def _regime_numbers(self) -> tuple[int, ...]:
        return tuple(range(self.n_components))

    def _check_parameters(self) -> None:
        checks = {
            "n_components": (_whole(self.n_components, 2), "a whole number from 2"),
            "covariance_type": (self.covariance_type in COVARIANCES, f"one of {', '.join(COVARIANCES)}"),
            "n_iter": (_whole(self.n_iter, 1), "a whole number from 1"),
            "n_init": (_whole(self.n_init, 1), "a whole number from 1"),
            "min_covariance": (bool(self.min_covariance > 0), "positive"),
        }
        for name, (sound, must_be) in checks.items():
            if not sound:
                raise ParameterError.of(name, "HMMRegimeDetector", must_be, getattr(self, name))

    @classmethod
    def _small(cls) -> Self:
        return cls(n_components=2, n_iter=20, n_init=1)


def _canonical_order(chain: Chain) -> np.ndarray:
    """Return old state numbers in the new order: highest mean of the first column, lowest, the rest falling."""
    falling = np.argsort(-chain.means[:, 0], kind="stable")
    return np.concatenate([falling[:1], falling[-1:], falling[1:-1]])


def _require_time_order(X: pd.DataFrame, error: type[DataProcessingError] | type[PredictionError]) -> None:
    if isinstance(X.index, pd.DatetimeIndex) and not X.index.is_monotonic_increasing:
        raise error("The bars of HMMRegimeDetector must be in time order. Got times that go back.")


def _whole(value: object, least: int) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and int(value) >= least
