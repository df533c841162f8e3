"""Gradient boosted trees of scikit-learn (histograms, after LightGBM), walked by own code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import expit, softmax
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from ...core.columns import ColumnKind
from ...core.errors import DataProcessingError
from ..arrays import array_from_bytes, array_to_bytes
from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, THREADS, Hyperparameter, Integer, Real
from ..sklearn_checks import EQUIVALENCE, WORDING
from ..task import Task
from .described import CLASS_WEIGHT, LEAVES_COUNT_ROWS, NO_WEIGHTS_BY_LABEL
from .tree_onnx import sums_to_onnx
from .tree_table import TreeTable, make_trees, trees_from_files

MOST_CATEGORIES = 255
"""How many categories a column may have."""

_BASELINE = "baseline.npy"
_PARAMETERS: Mapping[str, Hyperparameter] = {
    "n_estimators": Integer("rounds of boosting", search=(50, 500), log=True),
    "learning_rate": Real("share of each tree that is added", above=True, search=(0.01, 0.3), log=True),
    "max_leaf_nodes": Integer("most leaves of a tree", low=2, search=(8, 128), log=True),
    "max_depth": Integer("most levels of a tree (None: any)", optional=True, search=(3, 12)),
    "min_samples_leaf": Integer("rows that a leaf must have", search=(5, 100), log=True),
    "l2_regularization": Real("penalty on squared values of leaves", search=(1e-3, 100.0), log=True),
    "max_features": Real("share of the columns tried at a split", above=True, high=1.0, search=(0.4, 1.0)),
    "n_jobs": THREADS,
    "random_state": SEED,
}


class _GradientBoosting(BaseModel):
    """What both have in common: categories, training, storing."""

    exempt_laws: ClassVar[Mapping[str, str]] = {"whole_weights_repeat_rows": LEAVES_COUNT_ROWS}
    handles_missing = True
    accepts = NUMBERS | {ColumnKind.CATEGORY}
    onnx_note = "categories are told apart by sets, which ONNX trees of numbers do not know"
    learner: ClassVar[type[Any]]

    _trees: TreeTable
    _baseline: np.ndarray

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        params = self.get_params(deep=False)
        threads = {None: 1, -1: None}.get(params.pop("n_jobs"), self.n_jobs)
        params["max_iter"] = params.pop("n_estimators")
        params["random_state"] = params["random_state"] or 0
        named = self._categories()
        for name, categories in named.items():
            if len(categories) > MOST_CATEGORIES:
                raise DataProcessingError(
                    f"The column '{name}' of {type(self).__name__}.fit must have at most {MOST_CATEGORIES} "
                    f"categories. Got {len(categories)}."
                )
        encoded = self._encoded(X)
        is_category = np.arange(encoded.shape[1]) < len(named)
        learner = self.learner(**params, categorical_features=is_category, early_stopping=False)
        with threadpool_limits(limits=threads, user_api="openmp"):
            learner.fit(encoded, y, sample_weight)
        self._trees = _table(learner._predictors)
        self._baseline = np.asarray(learner._baseline_prediction, dtype=np.float64).reshape(1, -1)
        self.rounds_ = len(learner._predictors)

    def _categories(self) -> dict[str, tuple[str, ...]]:
        inputs = self.signature.inputs if self.signature is not None else ()
        return {one.name: one.categories for one in inputs if one.kind is ColumnKind.CATEGORY}

    def _encoded(self, X: pd.DataFrame) -> np.ndarray:
        """Return categories as numbers (first, as scikit-learn has them), then the other columns."""
        named = self._categories()
        if not named:
            return matrix(X, np.float32).astype(np.float64)
        codes = np.empty((len(X), len(named)))
        for place, (name, categories) in enumerate(named.items()):
            texts = X[name].astype(object).map(str, na_action="ignore")
            found = pd.Index(categories, dtype=object).get_indexer(pd.Index(texts, dtype=object))
            codes[:, place] = np.where(found < 0, np.nan, found)  # new ones are as missing ones
        return np.hstack([codes, matrix(X.drop(columns=list(named)), np.float32)])

    def _raw(self, X: pd.DataFrame) -> np.ndarray:
        return self._trees.add_to(np.repeat(self._baseline, len(X), axis=0), self._encoded(X))

    @property
    def _outputs(self) -> int:
        return len(self.classes_) if self.task == "classification" and len(self.classes_) > 2 else 1

    def _to_onnx(self) -> bytes | None:
        if self._categories():
            return None
        classes = len(self.classes_) if self.task == "classification" else 0
        return sums_to_onnx(self._trees, self._width, self._baseline[0], classes)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return self._trees.split_points()

    def _importance(self) -> tuple[str, Any]:
        names = self.signature.names if self.signature is not None else ()
        first = list(self._categories())
        order = [*first, *(name for name in names if name not in set(first))]
        gains = dict(zip(order, self._trees.gain_by_column(len(order)), strict=True))
        return "share of the total gain of its splits", [gains[name] for name in names]

    def _state(self) -> dict[str, bytes]:
        return {**super()._state(), **self._trees.to_files(), _BASELINE: array_to_bytes(self._baseline)}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        rest = {name: data for name, data in files.items() if not name.startswith("trees-")}
        baseline = array_from_bytes(rest.pop(_BASELINE))
        if baseline.shape != (1, self._outputs) or baseline.dtype != np.float64:
            raise DataProcessingError("The baseline of stored trees must fit their classes. Got another one.")
        super()._restore(rest)
        self._trees, self._baseline = trees_from_files(files, self._width, self._outputs), baseline

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, max_leaf_nodes=8, min_samples_leaf=5, learning_rate=0.3)


class GradientBoostingModel(_GradientBoosting):
    """Boosted classification trees on numbers and categories; missing values take the branch learnt for them.

    A column of text with few distinct values is a category and is split by sets of categories, without
    columns of its own for each; a category that training did not see is taken as a missing value. Numbers are
    taken as 32-bit floats. A table of numbers compiles to ONNX, one with categories is served natively. Training
    uses one thread unless ``n_jobs`` says otherwise, and every round that is asked for: there is no hidden
    validation split.

    >>> X = pd.DataFrame({"site": ["north", "south"] * 20, "age": np.arange(40.0)})
    >>> model = GradientBoostingModel(n_estimators=5, min_samples_leaf=5).fit(X, X["site"] == "north")
    >>> model.predict(pd.DataFrame({"site": ["south", "north"], "age": [1.0, 2.0]}))
    array([False,  True])
    """

    model_type: ClassVar[str] = "gradient_boosting"
    task: ClassVar[Task] = "classification"
    learner = HistGradientBoostingClassifier
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**_PARAMETERS, "class_weight": CLASS_WEIGHT}
    exempt_checks: ClassVar[Mapping[str, str]] = {**NO_WEIGHTS_BY_LABEL, EQUIVALENCE: LEAVES_COUNT_ROWS}

    def __init__(
        self,
        *,
        n_estimators: int = 200,
        learning_rate: float = 0.1,
        max_leaf_nodes: int = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_features: float = 1.0,
        class_weight: str | None = None,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_features = max_features
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        raw = self._raw(X)
        if raw.shape[1] > 1:
            shares: np.ndarray = softmax(raw, axis=1)
            return shares
        yes = expit(raw[:, 0])
        return np.column_stack([1.0 - yes, yes])


class GradientBoostingRegressorModel(_GradientBoosting):
    """Boosted regression trees on squared error; as :class:`GradientBoostingModel` otherwise."""

    model_type: ClassVar[str] = "gradient_boosting_regressor"
    task: ClassVar[Task] = "regression"
    learner = HistGradientBoostingRegressor
    exempt_checks: ClassVar[Mapping[str, str]] = {**WORDING, EQUIVALENCE: LEAVES_COUNT_ROWS}
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = _PARAMETERS

    def __init__(
        self,
        *,
        n_estimators: int = 200,
        learning_rate: float = 0.1,
        max_leaf_nodes: int = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_features: float = 1.0,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_features = max_features
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._raw(X)[:, 0]


def _table(rounds: list[list[Any]]) -> TreeTable:
    """Return scikit-learn's predictors, one for each round and output, as one table."""
    trees = [tree for one in rounds for tree in one]
    groups = np.tile(np.arange(len(rounds[0])), len(rounds))
    counts = np.array([len(tree.nodes) for tree in trees])
    starts = np.cumsum(counts) - counts
    nodes = np.concatenate([tree.nodes for tree in trees])
    sets = np.array([len(tree.raw_left_cat_bitsets) for tree in trees])
    inside = nodes["is_leaf"] == 0
    shift = np.repeat(starts, counts)
    category = nodes["bitset_idx"].astype(np.int64) + np.repeat(np.cumsum(sets) - sets, counts)
    return make_trees(
        starts=starts,
        groups=groups,
        feature=np.where(inside, nodes["feature_idx"], 0),
        threshold=np.where(inside, nodes["num_threshold"], 0.0),
        left=np.where(inside, nodes["left"] + shift, -1),
        right=np.where(inside, nodes["right"] + shift, -1),
        missing_left=inside & (nodes["missing_go_to_left"] != 0),
        category=np.where(inside & (nodes["is_categorical"] != 0), category, -1),
        bitsets=np.concatenate([tree.raw_left_cat_bitsets.reshape(-1, 8) for tree in trees]),
        value=np.where(inside, 0.0, nodes["value"]),
        gain=np.where(inside, nodes["gain"], 0.0),
    )
