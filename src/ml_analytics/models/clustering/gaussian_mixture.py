"""Gaussian mixtures by expectation-maximisation (Dempster, Laird and Rubin 1977)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from ...core.errors import ParameterError, UnsafeArtifactError
from ...core.frames import Table
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, Choice, Hyperparameter, Integer, Real
from ..tabular.neighbours import Standard
from ..task import Task
from .numbering import canonical_order

COVARIANCES = ("full", "tied", "diag", "spherical")
CRITERIA = ("bic", "aic")
_OWNER = "GaussianMixtureModel"
MAX_COLUMNS = 1000
"""The most columns: every cluster's shape is kept as a square of them."""


class GaussianMixtureModel(BaseModel):
    """Clusters as bells of their own place, shape and weight; rows belong to them by probability.

    Clusters are numbered by falling weight. Columns are standardised inside; ``score_samples`` (log density) and
    the criteria are in the units of the data. A constant column counts for nothing.

    >>> generator = np.random.default_rng(0)
    >>> X = np.concatenate([generator.normal(0, 1, (60, 2)), generator.normal(8, 1, (30, 2))])
    >>> model = GaussianMixtureModel()
    >>> model.set_params(**model.optimize_hyperparameters(X)).fit(X).n_components
    2
    >>> model.predict([[0.0, 0.0], [8.0, 8.0]])
    array([0, 1])
    """

    model_type: ClassVar[str] = "gaussian_mixture"
    onnx_note = "no graph of its densities is written"
    task: ClassVar[Task] = "clustering"
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_components": Integer("number of clusters", search=(1, 8)),
        "covariance_type": Choice("shape of the clusters", COVARIANCES, search=COVARIANCES),
        "min_covariance": Real(
            "added to each variance, in units of the training variance",
            above=True,
            search=(1e-6, 1e-2),
            log=True,
        ),
        "n_init": Integer("starts, of which the most likely counts"),
        "max_iter": Integer("most steps of one start"),
        "random_state": SEED,
    }

    def __init__(
        self,
        n_components: int = 3,
        covariance_type: str = "full",
        *,
        min_covariance: float = 1e-4,
        n_init: int = 5,
        max_iter: int = 300,
        random_state: int | None = 0,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.min_covariance = min_covariance
        self.n_init = n_init
        self.max_iter = max_iter
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        if len(X) < max(2, self.n_components):
            must_be = f"at least {max(2, self.n_components)} rows long"
            raise ParameterError.of("X", f"{_OWNER}.fit", must_be, f"{len(X)} sample(s)")
        if X.shape[1] > MAX_COLUMNS:
            must_be = f"at most {MAX_COLUMNS} columns wide: a cluster's shape has columns x columns numbers"
            raise ParameterError.of("X", f"{_OWNER}.fit", must_be, X.shape[1])
        values = matrix(X)
        standard = Standard.of(values)
        learner = GaussianMixture(
            self.n_components,
            covariance_type=self.covariance_type,
            reg_covar=self.min_covariance,
            n_init=self.n_init,
            max_iter=self.max_iter,
            random_state=self.random_state or 0,
        )
        # One thread: the order in which threads add up rows would change the last digits.
        with threadpool_limits(limits=1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # converged_ says it
            learner.fit(standard.apply(values))
        order = canonical_order(np.round(learner.weights_ * len(X), 3), learner.means_)
        self.mean_, self.scale_ = standard.mean, standard.scale
        self.weights_, self.scaled_means_ = learner.weights_[order], learner.means_[order]
        self.factors_ = _factors(learner)[order]
        self.converged_, self.rows_ = bool(learner.converged_), len(X)

    # -- answering -----------------------------------------------------------------------------------

    def score_samples(self, X: Table) -> np.ndarray:
        """Return (n_samples,) log densities, in the units of the data: low where no cluster is near."""
        densities: np.ndarray = logsumexp(self._joint(self._checked(X)), axis=1) - self._log_unit
        return densities

    def score(self, X: Table, y: Any = None) -> float:
        """Return the mean log density of the rows."""
        return float(self.score_samples(X).mean())

    def criteria(self, X: Table) -> dict[str, float]:
        """Return ``bic`` and ``aic`` of the fitted model on X; the lower the better.

        BIC = -2 log L + p log n (Schwarz 1978), AIC = -2 log L + 2 p (Akaike 1974).
        """
        densities = self.score_samples(X)
        likelihood, free = float(densities.sum()), self._free_parameters
        return {
            "bic": -2.0 * likelihood + free * float(np.log(len(densities))),
            "aic": -2.0 * likelihood + 2.0 * free,
        }

    def optimize_hyperparameters(
        self,
        X: Table,
        n_components: Sequence[int] = (1, 2, 3, 4, 5, 6),
        covariance_types: Sequence[str] = ("full", "diag"),
        criterion: str = "bic",
    ) -> dict[str, Any]:
        """Return the number and shape of clusters of the lowest criterion, for ``set_params(**found)``.

        ``criterion`` is ``"bic"`` or ``"aic"``; the first of equals wins. The model itself stays as it is.
        """
        owner = f"{_OWNER}.optimize_hyperparameters"
        if criterion not in CRITERIA:
            raise ParameterError.of("criterion", owner, f"one of {', '.join(CRITERIA)}", criterion)
        scores: dict[tuple[int, str], float] = {}
        for components in n_components:
            for covariance_type in covariance_types:
                trial = GaussianMixtureModel(**self.get_params(deep=False))
                trial.set_params(n_components=components, covariance_type=covariance_type).fit(X)
                scores[components, covariance_type] = trial.criteria(X)[criterion]
        if not scores:
            raise ParameterError.of("n_components", owner, "crossed with some covariance_types", "none")
        components, covariance_type = min(scores, key=lambda one: scores[one])
        return {"n_components": components, "covariance_type": covariance_type}

    @property
    def centers_(self) -> pd.DataFrame:
        """The middles of the clusters, a row for each, in the units of the data."""
        self._require_fitted()
        spread = np.where(np.isinf(self.scale_), 0.0, self.scale_)
        names = list(self.signature.names) if self.signature is not None else None
        return pd.DataFrame(self.mean_ + self.scaled_means_ * spread, columns=names)

    # -- what the base calls -------------------------------------------------------------------------

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        likeliest: np.ndarray = self._joint(X).argmax(axis=1)
        return likeliest

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        joint = self._joint(X)
        shares: np.ndarray = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        return shares

    def _joint(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n, k) log of weight times density, on standardised columns."""
        rows = Standard(self.mean_, self.scale_).apply(matrix(X))
        joint = np.empty((len(rows), len(self.weights_)))
        for number, (middle, factor) in enumerate(zip(self.scaled_means_, self.factors_, strict=True)):
            white = (rows - middle) @ factor
            constant = np.log(np.diag(factor)).sum() - 0.5 * len(middle) * np.log(2.0 * np.pi)
            joint[:, number] = constant - 0.5 * (white**2).sum(axis=1)
        with np.errstate(divide="ignore"):
            joint += np.log(self.weights_)
        return joint

    @property
    def _log_unit(self) -> float:
        """The log of the volume of one standardised unit; columns that say nothing have none."""
        return float(np.log(self.scale_[np.isfinite(self.scale_)]).sum())

    @property
    def _free_parameters(self) -> int:
        clusters, width = self.scaled_means_.shape
        square = width * (width + 1) // 2
        shapes = {"full": clusters * square, "tied": square, "diag": clusters * width, "spherical": clusters}
        return int(clusters - 1 + clusters * width + shapes[self.covariance_type])

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore(files)
        clusters, width = len(self.weights_), self._width
        sound = (
            self.mean_.shape == self.scale_.shape == (width,)
            and self.scaled_means_.shape == (clusters, width)
            and self.factors_.shape == (clusters, width, width)
        )
        if not sound:
            raise UnsafeArtifactError("Stored clusters must have the columns of the signature. Got others.")

    @classmethod
    def _small(cls) -> Self:
        return cls(2, n_init=2)


def _factors(learner: Any) -> np.ndarray:
    """Return (k, d, d) factors of the inverse covariances, whatever their shape."""
    clusters, width = learner.means_.shape
    factors = np.asarray(learner.precisions_cholesky_)
    if learner.covariance_type == "full":
        return factors
    if learner.covariance_type == "tied":
        return np.repeat(factors[None], clusters, axis=0)
    each = factors if factors.ndim == 2 else np.repeat(factors[:, None], width, axis=1)
    return each[:, :, None] * np.eye(width)
