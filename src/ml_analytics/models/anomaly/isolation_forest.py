"""Isolation forest (Liu, Ting and Zhou 2008): strange rows are alone after few random splits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from ..base import NUMBERS, matrix
from ..hyperparameters import SEED, THREADS, Choice, Either, Hyperparameter, Integer, Real
from ..tabular.tree_onnx import signs_to_onnx
from ..tabular.tree_table import TreeTable, make_trees, trees_from_files
from ..task import Task
from .detector import CONTAMINATION, Detector, threshold


class IsolationForestModel(Detector):
    """Finds rows that few random splits set apart; missing values are taken.

    ``score_samples`` is minus the anomaly score of the paper: from -1 (alone at once) to 0; an ordinary row is
    at about -0.5, which is the threshold unless ``contamination`` sets another share of the training rows.
    The scores are those of scikit-learn; they are summed by own code, a row in microseconds.

    >>> X = pd.DataFrame({"a": [0.1, 0.0, -0.1, 0.05, 9.0], "b": [1.0, 1.1, 0.9, 1.0, -7.0]})
    >>> IsolationForestModel().fit(X).predict(X)
    array([ 1,  1,  1,  1, -1])
    """

    model_type: ClassVar[str] = "isolation_forest"
    task: ClassVar[Task] = "anomaly"
    handles_missing = True
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_estimators": Integer("number of trees", search=(50, 300), log=True),
        "max_samples": Integer(
            "rows that each tree is grown on (fewer where there are fewer)",
            low=2,
            search=(64, 1024),
            log=True,
        ),
        "max_features": Real("share of the columns of each tree", above=True, high=1.0, search=(0.3, 1.0)),
        "contamination": Either(CONTAMINATION.about, (Choice("-0.5 as threshold", ("auto",)), CONTAMINATION)),
        "n_jobs": THREADS,
        "random_state": SEED,
    }
    _trees: TreeTable

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        max_samples: int = 256,
        max_features: float = 1.0,
        contamination: str | float = "auto",
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.max_features = max_features
        self.contamination = contamination
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        values = matrix(X)
        samples = min(self.max_samples, len(values))
        forest = IsolationForest(
            n_estimators=self.n_estimators,
            max_samples=samples,
            max_features=float(self.max_features),
            n_jobs=self.n_jobs,
            random_state=self.random_state or 0,
        ).fit(values)
        self._trees = _table(forest)
        self.unit_ = float(self.n_estimators * expected_depth(np.array([samples]))[0])
        automatic = self.contamination == "auto"
        self.offset_ = -0.5 if automatic else threshold(self._scores(X), float(self.contamination))

    def _scores(self, X: pd.DataFrame) -> np.ndarray:
        depths = self._trees.sums(matrix(X, np.float32))[:, 0]
        unit = self.unit_ or 1.0
        scores: np.ndarray = -(2.0 ** (-depths / unit))
        return scores

    def _to_onnx(self) -> bytes | None:
        # -2^(-depth / unit) < offset exactly where the depth is below this one.
        least = -np.log2(-self.offset_) * (self.unit_ or 1.0)
        return signs_to_onnx(self._trees, self._width, float(least))

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        return self._trees.split_points()

    def _state(self) -> dict[str, bytes]:
        return {**super()._state(), **self._trees.to_files()}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        super()._restore({name: data for name, data in files.items() if not name.startswith("trees-")})
        self._trees = trees_from_files(files, self._width, 1)

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=20, max_samples=64)


def expected_depth(rows: np.ndarray) -> np.ndarray:
    """Return the mean depth of a row in a random tree of so many rows: 2 H(n-1) - 2 (n-1) / n.

    >>> expected_depth(np.array([1, 2, 256])).round(3).tolist()
    [0.0, 1.0, 10.245]
    """
    count = np.asarray(rows, dtype=np.float64)
    safe = np.maximum(count, 3.0)
    many = 2.0 * (np.log(safe - 1.0) + np.euler_gamma) - 2.0 * (safe - 1.0) / safe
    depth: np.ndarray = np.where(count <= 1, 0.0, np.where(count == 2, 1.0, many))
    return depth


def _table(forest: Any) -> TreeTable:
    """Return scikit-learn's trees; a leaf's value is its depth and what a random tree of its rows would add."""
    trees = [one.tree_ for one in forest.estimators_]
    counts = np.array([tree.node_count for tree in trees])
    starts = np.cumsum(counts) - counts
    shift = np.repeat(starts, counts)
    left = np.concatenate([tree.children_left for tree in trees])
    right = np.concatenate([tree.children_right for tree in trees])
    inside = left >= 0
    feature = np.concatenate(
        [
            chosen[np.maximum(tree.feature, 0)]
            for tree, chosen in zip(trees, forest.estimators_features_, strict=True)
        ]
    )
    rows = np.concatenate([tree.n_node_samples for tree in trees])
    depths = np.concatenate([_depths(tree) for tree in trees])
    return make_trees(
        starts=starts,
        groups=np.zeros(len(trees)),
        feature=np.where(inside, feature, 0),
        threshold=np.where(inside, np.concatenate([tree.threshold for tree in trees]), 0.0),
        left=np.where(inside, left + shift, -1),
        right=np.where(inside, right + shift, -1),
        missing_left=inside & (np.concatenate([tree.missing_go_to_left for tree in trees]) != 0),
        category=np.full(len(left), -1),
        bitsets=np.zeros((0, 8)),
        value=np.where(inside, 0.0, depths + expected_depth(rows)),
        gain=np.zeros(len(left)),
    )


def _depths(tree: Any) -> np.ndarray:
    depths = np.zeros(tree.node_count)
    for node in range(tree.node_count):  # children come after their parents
        if tree.children_left[node] >= 0:
            depths[[tree.children_left[node], tree.children_right[node]]] = depths[node] + 1
    return depths
