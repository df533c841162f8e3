"""Models of mixed tables: text, categories, numbers, booleans and times in one table, as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind
from ...core.errors import ParameterError
from ...core.signature import Signature
from ..arrays import array_from_bytes, array_to_bytes
from ..base import BaseModel
from ..hyperparameters import SEED, THREADS, Choice, Either, Hyperparameter, Integer, Real
from ..sklearn_checks import EQUIVALENCE, WORDING
from ..state import json_exactly, read_json
from ..task import Task
from .declared import KINDS, declared_signature, spelled
from .described import (
    CLASS_WEIGHT,
    MAX_FEATURES,
    MIN_SAMPLES_LEAF,
    MIN_SAMPLES_SPLIT,
    NO_WEIGHTS_BY_LABEL,
)
from .encoding import EncodingOptions, TableEncoder
from .heads import Head, fit_head, head_from_files

ESTIMATORS = ("auto", "linear", "random_forest", "xgboost")
TEXT_FEATURES = ("auto", "word", "word+char")
_TREE_TERMS = 2000
_CLIP = 5.0
_NOT_REPEATED = "columns are encoded without weights, and a forest draws rows"
_UNSET = Choice("the learner's own default", (None,))

_PARAMETERS: Mapping[str, Hyperparameter] = {
    "estimator": Choice("what learns; 'auto' goes by the columns", ESTIMATORS, search=ESTIMATORS[1:]),
    "n_estimators": Integer("trees or rounds of boosting", optional=True, search=(50, 500), log=True),
    "max_depth": Integer("most levels of a tree", optional=True, search=(3, 12)),
    "min_samples_split": Either(MIN_SAMPLES_SPLIT.about, (MIN_SAMPLES_SPLIT, _UNSET)),
    "min_samples_leaf": Either(MIN_SAMPLES_LEAF.about, (MIN_SAMPLES_LEAF, _UNSET)),
    "max_features": MAX_FEATURES,
    "learning_rate": Real(
        "share of each boosted tree that is added", above=True, optional=True, search=(0.01, 0.3), log=True
    ),
    "C": Real(
        "inverse of the penalty of a linear model", above=True, optional=True, search=(1e-2, 1e3), log=True
    ),
    "text_features": Choice(
        "pieces of text: words, or pieces of words too", TEXT_FEATURES, search=TEXT_FEATURES[1:]
    ),
    "kinds": KINDS,
    "min_frequency": Integer("how often a category must occur for a column of its own", search=(1, 10)),
    "n_jobs": THREADS,
    "random_state": SEED,
}


class _TableModel(BaseModel):
    """What both have in common: parameters, encoding, the choice of head, storing."""

    exempt_laws: ClassVar[Mapping[str, str]] = {"whole_weights_repeat_rows": _NOT_REPEATED}
    exempt_checks: ClassVar[Mapping[str, str]] = {**WORDING, EQUIVALENCE: _NOT_REPEATED}
    handles_missing = True
    onnx_note = "the columns of a table are encoded outside an ONNX graph"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = _PARAMETERS

    _encoder: TableEncoder
    _head: Head
    _importances: np.ndarray
    _method: str

    def __init__(
        self,
        estimator: str = "auto",
        *,
        n_estimators: int | None = None,
        max_depth: int | None = None,
        min_samples_split: int | float | None = None,
        min_samples_leaf: int | float | None = None,
        max_features: str | int | float | None = None,
        learning_rate: float | None = None,
        C: float | None = None,
        text_features: str = "auto",
        kinds: dict[str, str] | None = None,
        min_frequency: int = 1,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.learning_rate = learning_rate
        self.C = C
        self.text_features = text_features
        self.kinds = kinds
        self.min_frequency = min_frequency
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        kinds = self._kinds()
        head = self._choose(kinds)
        linear = head == "linear"
        options = EncodingOptions(
            char={"auto": None if linear else False, "word": False, "word+char": True}[self.text_features],
            most_terms=50_000 if linear else _TREE_TERMS,
            min_frequency=self.min_frequency,
            clip=_CLIP if linear else None,
        )
        encoder = TableEncoder.fit(X, kinds, options)
        encoded = encoder.transform(X)
        if encoded.shape[1] == 0:
            raise ParameterError.of("X", f"{type(self).__name__}.fit", "more than empty texts", list(kinds))
        classes = len(self.classes_) if self.task == "classification" else 0
        by_class = getattr(self, "class_weight", None)
        self._head = fit_head(head, self, encoded, y, classes, by_class, sample_weight, self._tell)
        self._encoder = encoder
        self._method, values = self._head.importance(encoded)
        self._importances = np.bincount(encoder.columns, weights=values, minlength=len(kinds))
        self.head_ = head

    def _choose(self, kinds: Mapping[str, ColumnKind]) -> str:
        """Return the head: the one asked for, else the one whose parameters were given, else by the columns."""
        if self.estimator != "auto":
            return self.estimator
        if self.learning_rate is not None:
            return "xgboost"
        forest = (
            self.n_estimators,
            self.max_depth,
            self.min_samples_split,
            self.min_samples_leaf,
            self.max_features,
        )
        if any(one is not None for one in forest):
            return "random_forest"
        return "linear" if ColumnKind.TEXT in kinds.values() or self.C is not None else "xgboost"

    def _as_table(self, X: Any) -> Any:
        return spelled(X, self.kinds, self.signature) if self.kinds else X

    def _inferred(self, frame: pd.DataFrame, classes: tuple[Any, ...]) -> Signature:
        found = super()._inferred(frame, classes)
        return declared_signature(found, frame, self.kinds or {}, f"{type(self).__name__}.fit")

    def _kinds(self) -> dict[str, ColumnKind]:
        return {one.name: one.kind for one in self.signature.inputs} if self.signature is not None else {}

    def _importance(self) -> tuple[str, Any]:
        return self._method, self._importances

    def _state(self) -> dict[str, bytes]:
        columns, files = self._encoder.to_state()
        plain = {"columns": columns, "head": self.head_, "method": self._method}
        return {
            **files,
            **self._head.to_files(),
            "table.json": json_exactly(plain, "the encoding"),
            "importances.npy": array_to_bytes(self._importances),
        }

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files["table.json"])
        self._encoder = TableEncoder.from_state(plain["columns"], files)
        self._importances = array_from_bytes(files["importances.npy"])
        self._method, self.head_ = plain["method"], plain["head"]
        self._head = head_from_files(files, classifier=self.task == "classification")

    @classmethod
    def _small(cls) -> Self:
        return cls("random_forest", n_estimators=5, max_depth=4)


class TableClassifier(_TableModel):
    """Classifies rows of a mixed table; the kind of each column is found from its values, or said.

    Whole numbers are quantities unless ``kinds`` says otherwise: with ``kinds={"office": "category"}`` codes are told
    apart, not compared. It takes ``number``, ``category``, ``text``, ``time`` and ``boolean`` and is stored with the
    model. Codes may come as 7, "7" or 7.0 (a column with gaps).

    Text becomes TF-IDF of words (and of pieces of words where texts are short), categories one column each,
    times calendar parts, missing numbers the median with a flag; missing text is empty text. Unknown
    categories and words are ignored.

    ``estimator="auto"`` takes a linear model when there is text, boosted trees when there is none, and the
    family whose parameters are given: ``n_estimators``, ``max_depth``, ``min_samples_split`` mean a random
    forest, ``learning_rate`` boosted trees, ``C`` a linear model. ``head_`` says which was taken. The factory
    also knows this model as ``"classification"``.

    >>> X = pd.DataFrame({"text": ["my card is lost now", "card was stolen from me", "cash did not arrive yet",
    ...                            "no cash came out today"]})
    >>> TableClassifier().fit(X, ["card", "card", "cash", "cash"]).predict({"text": "stolen card please help"})
    array(['card'], dtype=object)
    """

    model_type: ClassVar[str] = "table_classifier"
    task: ClassVar[Task] = "classification"
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {**_PARAMETERS, "class_weight": CLASS_WEIGHT}
    exempt_checks: ClassVar[Mapping[str, str]] = {**NO_WEIGHTS_BY_LABEL, EQUIVALENCE: _NOT_REPEATED}

    def __init__(
        self,
        estimator: str = "auto",
        *,
        n_estimators: int | None = None,
        max_depth: int | None = None,
        min_samples_split: int | float | None = None,
        min_samples_leaf: int | float | None = None,
        max_features: str | int | float | None = None,
        learning_rate: float | None = None,
        C: float | None = None,
        class_weight: str | None = None,
        text_features: str = "auto",
        kinds: dict[str, str] | None = None,
        min_frequency: int = 1,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        super().__init__(
            estimator,
            n_estimators=n_estimators,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            learning_rate=learning_rate,
            C=C,
            text_features=text_features,
            kinds=kinds,
            min_frequency=min_frequency,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        self.class_weight = class_weight

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self._head.probabilities(self._encoder.transform(X))


class TableRegressor(_TableModel):
    """Predicts a number from a mixed table; as :class:`TableClassifier` otherwise (``"regression"``).

    >>> X = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "kind": ["a", "b", "a", "b"]})
    >>> TableRegressor("linear", C=1e6).fit(X, [1.0, 12.0, 3.0, 14.0]).predict(X[:1]).round(3)
    array([1.])
    """

    model_type: ClassVar[str] = "table_regressor"
    task: ClassVar[Task] = "regression"

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._head.numbers(self._encoder.transform(X))
