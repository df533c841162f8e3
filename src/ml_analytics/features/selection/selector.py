"""The selector as scikit-learn's users know it, and the same as one call on a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_array, check_is_fitted, validate_data

from ...core.errors import ParameterError
from ...core.frames import Table, to_pandas
from .choosing import choose
from .evidence import UnfitFeaturesError, key_kind, read_evidence
from .plan import read_plan
from .result import Selection

_OWNER = "FeatureSelector"
_FUNCTION = "select_features"


class FeatureSelector(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Selects features by what they tell about a target; everything is learned in ``fit``, from its rows only.

    ``method`` is one name or a list of names. Scores (several are combined by their ranks, see :attr:`selection_`):

    - ``mutual_info``: of any shape of relation, by bins of equal counts (nats);
    - ``f_test``: of a linear relation, or of the means of classes (F statistic);
    - ``importance``: mean decrease in impurity of a random forest (adds up to 1);
    - ``mutual_info_knn``: mutual information by nearest neighbours (scikit-learn's; nats), slower.

    Steps after the scores (with no score named, ``mutual_info`` is taken):

    - ``correlation``: of two features whose rank correlation is above ``max_correlation``, either way, the one with
      the lower score is pruned (equal: the later column);
    - ``stability``: a feature stays when at least ``min_stability`` of ``n_folds`` blocks of time select it, each
      block for itself (see :mod:`.stability`); 0 only reports.

    Rows whose target or features have a missing or infinite value are left out (warm-up, last labels); a column
    missing in more than ``max_missing`` of the rows is left out instead, and so are columns that never change and
    columns of times and symbols. Where nothing passes, the best feature by score is kept, with a warning.

    ``transform`` gives the selected columns in the order of the input, as the kind of table that came in;
    missing values are welcome there.

    Args:
        method: as above.
        n_features: how many to keep at most; ``None`` for all that pass.
        threshold: the least score (of several methods: of the combined one, 0 to 1); ``None`` for no bound.
        max_correlation: above which a pair says the same, 0 to 1.
        n_folds: blocks of time, at least 2, with at least 10 complete rows each.
        min_stability: share of the folds, 0 to 1.
        horizon: how many bars ahead the target looks: so many rows are left out at the end of each block.
        max_missing: share of missing values from which on a column is left out.
        task: ``classification``, ``regression``, or ``auto``: texts, booleans and at most 20 whole numbers are classes.
        n_jobs: processes or threads of the forest and of the nearest neighbours, as scikit-learn means it.
        random_state: seed of the forest, the nearest neighbours and the shifts of the stability check.

    Attributes:
        selection_: a :class:`Selection`: scores, ranks, what was pruned for what, stability, reasons.
        scores_: the score of every input feature, shape (n_features_in_,); 0 where it could not be scored.
        ranking_: the rank of every input feature, 1 for the best.

    Raises:
        ParameterError: a parameter or the target is not usable.
        DataProcessingError: a column is not numeric, fewer than 10 complete rows, nothing to tell.

    >>> generator = np.random.default_rng(0)
    >>> X = pd.DataFrame({"noise": generator.normal(size=300), "signal": generator.normal(size=300)})
    >>> X["copy"] = X["signal"] * 3 + 1
    >>> selector = FeatureSelector(["f_test", "correlation"], n_features=1).fit(X, X["signal"] > 0)
    >>> selector.get_feature_names_out().tolist(), selector.selection_.pruned
    (['signal'], {'copy': ('signal', 1.0)})
    """

    def __init__(
        self,
        method: str | Sequence[str] = "mutual_info",
        n_features: int | None = 30,
        *,
        threshold: float | None = None,
        max_correlation: float = 0.95,
        n_folds: int = 5,
        min_stability: float = 0.6,
        horizon: int = 0,
        max_missing: float = 0.5,
        task: str = "auto",
        n_jobs: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.method = method
        self.n_features = n_features
        self.threshold = threshold
        self.max_correlation = max_correlation
        self.n_folds = n_folds
        self.min_stability = min_stability
        self.horizon = horizon
        self.max_missing = max_missing
        self.task = task
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Table, y: Any = None) -> FeatureSelector:
        """Learn which columns of ``X`` to keep.

        Args:
            X: the training part, shape (n_samples, n_features): numbers, truth values, and columns of times. Rows of
                one time (several symbols) stay together in the folds.
            y: the target, shape (n_samples,), by position; a Series with times must have those of ``X``.
        """
        plan = read_plan(self.get_params(), _OWNER)
        frame = _frame(X, f"{_OWNER}.fit")
        evidence = read_evidence(
            frame, y, task=self.task, max_missing=self.max_missing, owner=f"{_OWNER}.fit", parameter="X"
        )
        validate_data(self, X if hasattr(X, "columns") else frame.to_numpy(), skip_check_array=True)
        self.selection_: Selection = choose(evidence, plan)
        table = self.selection_.table
        self.scores_ = table["score"].to_numpy()
        self.ranking_ = table["rank"].to_numpy()
        return self

    def transform(self, X: Table) -> Table:
        """Return the selected columns of ``X``, in their order and as the same kind of table.

        Raises:
            sklearn.exceptions.NotFittedError: ``fit`` was not called.
            ValueError: other columns than in ``fit``.
        """
        check_is_fitted(self)
        named = hasattr(X, "columns")
        frame = X if named else _frame(X, f"{_OWNER}.transform").to_numpy()
        validate_data(self, frame, skip_check_array=True, reset=False)
        if not named:
            return frame[:, self.get_support()]
        if isinstance(X, pd.DataFrame):
            return X.loc[:, self.get_support()]
        kept = [name for name, keep in zip(X.columns, self.get_support(), strict=True) if keep]
        return nw.from_native(X, eager_only=True).select(kept).to_native()

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return selected columns, shape (n_samples, n_selected), among columns of zeros for the others."""
        support = self.get_support()
        values = check_array(X, dtype=None, ensure_all_finite=False)
        if values.shape[1] != support.sum():
            raise ParameterError.of(
                "X", f"{_OWNER}.inverse_transform", f"{support.sum()} columns wide", values.shape
            )
        made = np.zeros((len(values), len(support)), dtype=values.dtype)
        made[:, support] = values
        return made

    def get_support(self, indices: bool = False) -> np.ndarray:
        """Return which input features are selected: a mask, or with ``indices`` their positions."""
        check_is_fitted(self)
        mask: np.ndarray = self.selection_.table["selected"].to_numpy()
        return np.flatnonzero(mask) if indices else mask

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that ``transform`` gives (``x0``, ``x1``, ... of an array)."""
        check_is_fitted(self)
        names: np.ndarray = _check_feature_names_in(self, input_features)[self.get_support()]
        return names

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.allow_nan = True
        return tags


def select_features(
    features: Table,
    target: Any,
    method: str | Sequence[str] = "mutual_info",
    n_features: int | None = 30,
    **options: Any,
) -> Table:
    """Return the columns of ``features`` that tell most about ``target``, best first.

    The same as :class:`FeatureSelector`, which see, in one call. All scores come from the rows given: pass the training
    part only, and take the same columns of the rest; keep the selector where you need to do so again or to
    know why.

    Args:
        features: numbers, one row per sample; columns of times and the texts of a column ``symbol`` are passed
            through, in front.
        target: classes or numbers of shape (n_samples,), aligned by position.
        method: one or several of ``mutual_info``, ``f_test``, ``importance``, ``mutual_info_knn``,
            ``correlation`` and ``stability``.
        n_features: how many to keep at most; ``None`` for all that pass.
        options: the other parameters of :class:`FeatureSelector`.

    Raises:
        ParameterError: a parameter or the shape of ``target`` is not usable.
        DataProcessingError: a column is not numeric, or fewer than 10 rows are complete.

    >>> table = pd.DataFrame({"a": np.arange(50) % 7, "b": np.arange(50.0)})
    >>> select_features(table, np.arange(50) > 20, n_features=1).columns.tolist()
    ['b']
    """
    unknown = sorted(set(options) - set(FeatureSelector._get_param_names()))
    if unknown:
        known = ", ".join(FeatureSelector._get_param_names())
        raise ParameterError.of("options", _FUNCTION, f"made of {known}", unknown[0])
    return selected_table(features, target, FeatureSelector(method, n_features, **options))


def selected_table(features: Table, target: Any, selector: FeatureSelector) -> Table:
    """Fit ``selector`` and return the selected columns, best first, behind the columns of times and symbols."""
    frame = to_pandas(features, "features", _FUNCTION)
    selector.fit(frame, target)
    keys = [name for name in frame.columns if key_kind(name, frame[name]) is not None]
    by_text = {str(name): name for name in frame.columns}
    names = [*keys, *(by_text[name] for name in selector.selection_.names)]
    if isinstance(features, np.ndarray):
        return features[:, frame.columns.get_indexer(pd.Index(names))]
    if isinstance(features, pd.DataFrame) or not hasattr(features, "columns"):
        return frame[names]
    return nw.from_native(features, eager_only=True).select(names).to_native()


def _frame(X: Table, owner: str) -> pd.DataFrame:
    if hasattr(X, "toarray"):
        raise TypeError(f"The 'X' parameter of {owner} must be dense. Got a sparse matrix.")
    if not hasattr(X, "columns") and hasattr(X, "__array__"):
        X = np.asarray(X)
        if X.dtype.kind == "c":
            raise ParameterError(f"The 'X' parameter of {owner} must be real. Complex data not supported.")
        if X.ndim != 2:
            raise ParameterError(
                f"The 'X' parameter of {owner} must have two dimensions (n_samples, n_features). Got shape {X.shape}. "
                "Reshape your data, for one row with X.reshape(1, -1)."
            )
    frame = to_pandas(X, "X", owner)
    if frame.shape[1] == 0:
        raise UnfitFeaturesError(
            f"The 'X' parameter of {owner} must have a column. Got 0 feature(s) (shape={frame.shape}) while a "
            "minimum of 1 is required."
        )
    return frame
