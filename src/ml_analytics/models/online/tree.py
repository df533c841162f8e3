"""A decision tree that grows with the rows (Hoeffding tree, Domingos and Hulten 2000), with river."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..base import matrix
from ..hyperparameters import Hyperparameter, Integer, Real
from ..task import Task
from .learner import OnlineModel
from .tree_state import tree_from_json, tree_to_json


class TreeEngine:
    """river's tree."""

    def __init__(self, tree: Any, classes: int) -> None:
        self.tree, self.classes = tree, classes

    def learn(self, row: Mapping[int, float], y: float) -> None:
        """Take one row."""
        self.tree.learn_one(row, y)

    def to_json(self) -> dict[str, Any]:
        """Return the tree as a list of nodes."""
        return tree_to_json(self.tree)


class HoeffdingTree(OnlineModel):
    """A tree whose leaves split when enough rows say so, whatever comes later (river's classifier).

    A leaf looks for a split every ``grace_period`` rows and splits when the best column beats the second by the
    Hoeffding bound at confidence ``1 - delta``, or when both are nearly equal (bound below ``tau``). Leaves answer
    with naive Bayes where that has been right more often than the majority.

    >>> X = pd.DataFrame({"a": np.tile(np.linspace(-1, 1, 50), 20)})
    >>> HoeffdingTree(grace_period=50).fit(X, X["a"] > 0).score(X, X["a"] > 0) > 0.9
    True
    """

    model_type: ClassVar[str] = "hoeffding_tree"
    task: ClassVar[Task] = "classification"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "grace_period": Integer("rows of a leaf between looks for a split", high=1_000_000, search=(50, 500), log=True),
        "max_depth": Integer("most splits on the way to a leaf", high=100, search=(4, 20)),
        "delta": Real(
            "doubt that a split may leave", above=True, high=0.5, search=(1e-9, 1e-2), log=True
        ),
        "tau": Real("bound below which equal columns are split anyway", high=1.0, search=(0.01, 0.2), log=True),
    }  # fmt: skip

    def __init__(
        self, grace_period: int = 200, max_depth: int = 20, delta: float = 1e-7, tau: float = 0.05
    ) -> None:
        self.grace_period = grace_period
        self.max_depth = max_depth
        self.delta = delta
        self.tau = tau

    def _new_engine(self, classes: int, width: int) -> TreeEngine:
        from river import tree

        made = tree.HoeffdingTreeClassifier(
            grace_period=self.grace_period,
            max_depth=self.max_depth,
            delta=self.delta,
            tau=self.tau,
            # river's own look at its size rests on the machine's objects: never taken.
            max_size=1e9,
            memory_estimate_period=2**62,
        )
        return TreeEngine(made, classes)

    def _read_engine(self, plain: Mapping[str, Any], classes: int, width: int) -> TreeEngine:
        engine = self._new_engine(classes, width)
        tree_from_json(engine.tree, plain, classes, width, self.max_depth)
        return engine

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        shares = np.zeros((len(X), self._engine.classes))
        for at, row in enumerate(matrix(X).tolist()):
            for label, share in self._engine.tree.predict_proba_one(dict(enumerate(row))).items():
                shares[at, label] = share
        # Naive Bayes may find a row impossible for every class.
        shares = np.where(np.isfinite(shares), np.maximum(shares, 0.0), 0.0)
        totals = shares.sum(axis=1, keepdims=True)
        found: np.ndarray = np.where(
            totals > 0, shares / np.where(totals > 0, totals, 1.0), 1.0 / shares.shape[1]
        )
        return found

    @classmethod
    def _small(cls) -> Self:
        return cls(grace_period=20, delta=0.01, tau=0.3)
