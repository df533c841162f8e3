"""Market regimes as the hidden states of a Gaussian hidden Markov model, known on the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.errors import LeakageError, ParameterError, PredictionError
from ...core.frames import Table
from ...core.progress import Progress
from ...core.row_times import require_time_order
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, Choice, Hyperparameter, Integer, Real
from ..neural.scaling import mean_and_scale
from ..task import Task
from .criteria import CRITERIA, complete_log_likelihood, information_criteria
from .estimation import COVARIANCES, fit_chain, free_parameters
from .live import LiveFilter, one_bar
from .recursions import filtered, log_densities, most_likely_path, smoothed
from .states import canonical_order, long_run_shares, state_names

_ROWS_PER_STATE = 10
_FARTHEST = 1e100

MAX_COLUMNS = 500
"""The most columns: a step of EM takes a time that grows with their cube."""


class HMMRegimeDetector(BaseModel):
    """Bull, bear and sideways regimes from returns and whatever else is given.

    ``predict``, ``predict_proba`` and ``update`` are **causal**: the answer for a bar is computed from that bar
    and those before it, so later bars never change it. ``smooth`` and ``decode`` look back with the knowledge
    of the whole series and have names of their own.

    States have fixed numbers: 0 bull (highest mean of the **first** column), 1 bear (lowest), 2 sideways; with
    more states the ones between are 2, 3, … by falling mean, with two there is no sideways. Equal means are
    told apart by their variance, the calmer first. ``labels_`` holds the names. Give returns as the first
    column.

    Args:
        n_components: number of regimes, from 2.
        covariance_type: ``"full"``, ``"diag"``, ``"spherical"`` or ``"tied"``.
        n_iter: most EM steps of one restart.
        random_state: seed of the restarts; ``None`` is 0, so results repeat.
        n_init: short restarts, side by side in threads; the three most likely ones run to convergence.
        min_covariance: least eigenvalue of a state's covariance, in units of the training variance.

    Rows are bars in time order without missing values. Columns are standardised inside with the mean and
    deviation of the training rows; a constant column says nothing and does no harm. Where the data hold fewer
    regimes than asked for, states share a regime or stay empty: ``optimize_hyperparameters`` tells. A series
    handed to ``predict`` starts as the training series did: give some bars of history before the one that
    matters. Source: Rabiner, *A tutorial on hidden Markov models*, 1989.

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

    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_components": Integer("number of regimes", low=2, search=(2, 5)),
        "covariance_type": Choice("shape of the covariances", COVARIANCES, search=COVARIANCES),
        "n_iter": Integer("most EM steps of one restart"),
        "random_state": SEED,
        "n_init": Integer("short restarts; the three most likely run to convergence"),
        "min_covariance": Real(
            "least eigenvalue of a covariance, in units of the training variance",
            above=True,
            search=(1e-4, 1e-1),
            log=True,
        ),
    }
    exempt_laws: ClassVar[Mapping[str, str]] = {
        "rows_stand_alone": "a regime is read from the bars before it as well"
    }
    _live: LiveFilter | None = None

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

    # -- learning ------------------------------------------------------------------------------------

    def fit(self, X: Table, y: Any = None, *, progress: Progress | None = None, **params: Any) -> Self:
        """Learn from bars (n_samples, n_features); ``params`` are set first, ``y`` is ignored.

        ``progress`` hears of each restart that is finished.

        Afterwards ``n_iter_`` says how many EM steps were taken and ``converged_`` whether they were enough.

        Raises:
            ParameterError: an unknown or unusable parameter, fewer than 10 rows a regime, or more than 500 columns.
            DataProcessingError: missing or infinite values, text, or times out of order.
        """
        unknown = sorted(set(params) - set(self.get_params(deep=False)))
        if unknown:
            known = ", ".join(sorted(self.get_params(deep=False)))
            raise ParameterError.of("params", "HMMRegimeDetector.fit", f"among {known}", unknown[0])
        self.set_params(**params)
        return super().fit(X, progress=progress)

    def optimize_hyperparameters(
        self,
        features: Table,
        n_components: Sequence[int] = (2, 3, 4),
        covariance_types: Sequence[str] = ("full", "diag"),
        criterion: str = "bic",
    ) -> dict[str, Any]:
        """Return the number of regimes and the covariance of the lowest criterion, for ``fit(features, **found)``.

        ``criterion`` is ``"bic"``, ``"aic"`` or ``"icl"``; see :meth:`criteria`. The first of equals wins. The
        detector itself stays as it is.
        """
        if criterion not in CRITERIA:
            owner = "HMMRegimeDetector.optimize_hyperparameters"
            raise ParameterError.of("criterion", owner, f"one of {', '.join(CRITERIA)}", criterion)
        scores: dict[tuple[int, str], float] = {}
        for states in n_components:
            for covariance_type in covariance_types:
                trial = HMMRegimeDetector(**self.get_params(deep=False))
                trial.fit(features, n_components=states, covariance_type=covariance_type)
                scores[states, covariance_type] = trial.criteria(features)[criterion]
        if not scores:
            owner = "HMMRegimeDetector.optimize_hyperparameters"
            raise ParameterError.of("n_components", owner, "crossed with some covariance_types", "none")
        states, covariance_type = min(scores, key=lambda one: scores[one])
        return {"n_components": states, "covariance_type": covariance_type}

    def criteria(self, X: Table) -> dict[str, float]:
        """Return ``bic``, ``aic`` and ``icl`` of the fitted detector on X; the lower the better.

        BIC = -2 log L + p log T (Schwarz 1978), AIC = -2 log L + 2 p (Akaike 1974), ICL as BIC with the
        likelihood of the bars and their most likely path (Biernacki, Celeux and Govaert 2000).
        """
        frame = self._checked(X)
        densities = self._densities(frame)
        jacobian = len(frame) * float(np.log(self.scale_).sum())
        likelihood = filtered(densities, self.start_, self.transition_)[1] - jacobian
        complete = complete_log_likelihood(densities, self.start_, self.transition_) - jacobian
        free = free_parameters(self.n_components, self._width, self.covariance_type)
        return information_criteria(likelihood, complete, free, len(frame))

    # -- answering -----------------------------------------------------------------------------------

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

    def update(self, bar: Any) -> np.ndarray:
        """Take the next bar and return the (n_components,) probabilities known at its close.

        Bar after bar this is the rows of ``predict_proba`` over all of them, to the last bit. A fitted or
        loaded detector has seen no bar; :meth:`begin` starts anew. One market, one detector, one thread.

        Args:
            bar: a mapping or Series by column name, or the values in the order of the columns.

        Raises:
            PredictionError: not fitted, or the bar has other columns, missing or infinite values; the bar
                does not count then.

        >>> X = pd.DataFrame({"log_return": np.random.default_rng(0).normal(0, 0.01, 200)})
        >>> detector = HMMRegimeDetector(n_components=2, n_init=2).fit(X)
        >>> online = [detector.update({"log_return": value}) for value in X["log_return"]]
        >>> bool((np.array(online) == detector.predict_proba(X)).all())
        True
        """
        self._require_fitted()
        values = one_bar(bar, self.signature.names if self.signature is not None else ())
        if self._live is None:
            self._live = self._new_filter()
        result: np.ndarray = self._live.update(self._standard(values))[0]
        return result

    def begin(self, history: Table | None = None) -> Self:
        """Forget the bars that :meth:`update` has seen, and take those of ``history`` (all past bars) instead."""
        rows = None if history is None else self._standard(self._in_order(self._checked(history)))
        self._require_fitted()
        live = self._new_filter()
        if rows is not None:
            live.update(rows)
        self._live = live
        return self

    # -- describing ----------------------------------------------------------------------------------

    @property
    def labels_(self) -> dict[int, str]:
        """The names of the regimes by number."""
        return dict(enumerate(state_names(self.n_components)))

    def transition_matrix(self) -> pd.DataFrame:
        """Return the probability that a bar of the regime of a row is followed by one of the column's."""
        self._require_fitted()
        names = list(self.labels_.values())
        return pd.DataFrame(self.transition_, index=pd.Index(names, name="from"), columns=names)

    def expected_durations(self) -> pd.Series:
        """Return how many bars each regime lasts on average: 1 / (1 - probability to stay)."""
        self._require_fitted()
        leaving = np.array([np.delete(row, state).sum() for state, row in enumerate(self.transition_)])
        return pd.Series(1.0 / leaving, index=list(self.labels_.values()), name="expected_duration")

    def regime_table(self) -> pd.DataFrame:
        """Return a row for each regime: mean and deviation of every column, duration, share in the long run.

        Means and deviations are in the units of the data; the share solves share = share x transition matrix.
        """
        durations = self.expected_durations()
        table = pd.DataFrame(index=durations.index)
        names = self.signature.names if self.signature is not None else ()
        for column, name in enumerate(names):
            table[f"{name}_mean"] = self.mean_[column] + self.scale_[column] * self.means_[:, column]
            table[f"{name}_deviation"] = self.scale_[column] * np.sqrt(self.covariances_[:, column, column])
        table["expected_duration"] = durations
        table["long_run_share"] = long_run_shares(self.transition_)
        return table

    def plot(self, X: Table, close: pd.Series, path: str | Path) -> Path:
        """Draw the price over its causal regimes, and below it their probabilities, as ``.png`` or ``.svg``.

        Args:
            X: the bars that ``predict`` takes.
            close: positive prices, one for each row of X (matched by time where both have times).
            path: where to write; nothing is left half-written.

        Raises:
            ParameterError: prices that do not fit the bars, or another kind of file.
        """
        from .plot import draw_regimes

        frame = self._checked(X)
        return draw_regimes(close, self._predict_proba(frame), frame.index, list(self.labels_.values()), path)

    # -- what the base calls -------------------------------------------------------------------------

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        values = matrix(X)
        require_time_order(X.index, "HMMRegimeDetector.fit")
        if len(values) < _ROWS_PER_STATE * self.n_components:
            least = _ROWS_PER_STATE * self.n_components
            raise ParameterError.of("X", "HMMRegimeDetector.fit", f"at least {least} rows long", len(values))
        if values.shape[1] > MAX_COLUMNS:
            must_be = (
                f"at most {MAX_COLUMNS} columns wide: a regime's covariance has columns x columns numbers"
            )
            raise ParameterError.of("X", "HMMRegimeDetector.fit", must_be, values.shape[1])
        mean, scale = mean_and_scale(values)
        chain = fit_chain(
            (values - mean) / scale,
            self.n_components,
            self.covariance_type,
            iterations=self.n_iter,
            restarts=self.n_init,
            seed=self.random_state or 0,
            floor=self.min_covariance,
            tell=self._tell,
        )
        chain = chain.ordered(canonical_order(chain.means, chain.covariances))
        self.mean_, self.scale_ = mean, scale
        self.start_, self.transition_ = chain.start, chain.transition
        self.means_, self.covariances_ = chain.means, chain.covariances
        self.rows_ = len(values)
        self.n_iter_, self.converged_ = int(chain.steps), bool(chain.converged)
        self.log_likelihood_ = chain.log_likelihood - len(values) * float(np.log(scale).sum())
        self._live = None

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        best: np.ndarray = self._predict_proba(X).argmax(axis=1)
        return best

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return filtered(self._densities(X), self.start_, self.transition_)[0]

    def _densities(self, X: pd.DataFrame) -> np.ndarray:
        return log_densities(self._standard(self._in_order(X)), self.means_, self.covariances_)

    def _in_order(self, X: pd.DataFrame) -> np.ndarray:
        try:
            require_time_order(X.index, "HMMRegimeDetector.predict")
        except LeakageError as error:
            raise PredictionError(str(error)) from error
        return matrix(X)

    def _standard(self, values: np.ndarray) -> np.ndarray:
        # Squares of what lies farther would be infinite, and every regime impossible.
        near: np.ndarray = np.clip((values - self.mean_) / self.scale_, -_FARTHEST, _FARTHEST)
        return near

    def _new_filter(self) -> LiveFilter:
        return LiveFilter(self.start_, self.transition_, self.means_, self.covariances_)

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        self._live = None

    def _possible_answers(self) -> tuple[int, ...]:
        return tuple(range(self.n_components))

    @classmethod
    def _small(cls) -> Self:
        return cls(n_components=2, n_iter=20, n_init=1)
