"""Gradient boosted trees of LightGBM (Ke et al. 2017), grown leaf by leaf."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from ..base import NUMBERS, BaseModel, matrix
from ..hyperparameters import SEED, THREADS, Hyperparameter, Integer, Real
from ..onnx_convert import leafwise_to_onnx
from ..sklearn_checks import EQUIVALENCE, WORDING
from ..task import Task
from .described import LEAVES_COUNT_ROWS
from .lightgbm_text import MODEL, model_text, objective_text, read_trees, with_32_bit_thresholds


class _LightGBM(BaseModel):
    """What both have in common: parameters, training, storing."""

    exempt_laws: ClassVar[Mapping[str, str]] = {"whole_weights_repeat_rows": LEAVES_COUNT_ROWS}
    exempt_checks: ClassVar[Mapping[str, str]] = {**WORDING, EQUIVALENCE: LEAVES_COUNT_ROWS}
    handles_missing = True
    accepts = NUMBERS
    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {
        "n_estimators": Integer("rounds of boosting", search=(50, 500), log=True),
        "num_leaves": Integer("most leaves of a tree", low=2, high=131_072, search=(8, 128), log=True),
        "max_depth": Integer("most levels of a tree (None: any)", optional=True, search=(3, 12)),
        "learning_rate": Real("share of each tree that is added", above=True, search=(0.01, 0.3), log=True),
        "min_child_samples": Integer("rows that a leaf must have", search=(5, 100), log=True),
        "subsample": Real("share of the rows for each tree", above=True, high=1.0, search=(0.5, 1.0)),
        "colsample_bytree": Real(
            "share of the columns for each tree", above=True, high=1.0, search=(0.4, 1.0)
        ),
        "reg_lambda": Real("penalty on squared values of leaves", search=(1e-3, 100.0), log=True),
        "reg_alpha": Real("penalty on absolute values of leaves", search=(1e-4, 10.0), log=True),
        "n_jobs": THREADS,
        "random_state": SEED,
    }

    def __init__(
        self,
        *,
        n_estimators: int = 200,
        num_leaves: int = 31,
        max_depth: int | None = None,
        learning_rate: float = 0.1,
        min_child_samples: int = 20,
        subsample: float = 1.0,
        colsample_bytree: float = 1.0,
        reg_lambda: float = 0.0,
        reg_alpha: float = 0.0,
        n_jobs: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.num_leaves = num_leaves
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_child_samples = min_child_samples
        self.subsample = subsample
        self.colsample_bytree = colsample_bytree
        self.reg_lambda = reg_lambda
        self.reg_alpha = reg_alpha
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        import lightgbm

        settings = self._settings()
        table = lightgbm.Dataset(matrix(X, np.float32), y, weight=sample_weight, params=settings)
        trained = lightgbm.train(
            settings, table, num_boost_round=self.n_estimators, callbacks=[_teller(self._tell)]
        )
        # What answers is what is stored: text keeps every threshold and leaf exactly, gains to six digits.
        self.booster_ = lightgbm.Booster(model_str=model_text(trained))

    def _settings(self) -> dict[str, Any]:
        """Return the parameters in LightGBM's own words; results do not depend on the number of threads."""
        objective, _, classes = objective_text(self._classes).partition(" num_class:")
        return {
            "objective": objective.partition(" ")[0],
            **({"num_class": int(classes)} if classes else {}),
            "num_leaves": self.num_leaves,
            "max_depth": self.max_depth or -1,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.min_child_samples,
            "bagging_fraction": self.subsample,
            "bagging_freq": int(self.subsample < 1.0),
            "feature_fraction": self.colsample_bytree,
            "lambda_l2": self.reg_lambda,
            "lambda_l1": self.reg_alpha,
            "num_threads": {None: 1, -1: 0}.get(self.n_jobs, self.n_jobs),
            "seed": (self.random_state or 0) & 0x7FFFFFFF,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
        }

    @property
    def _classes(self) -> int:
        return len(self.classes_) if self.task == "classification" else 0

    def _raw(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(self.booster_.predict(matrix(X, np.float32), num_threads=1), dtype=np.float64)

    def _trees(self) -> list[dict[str, np.ndarray]]:
        return read_trees(model_text(self.booster_).encode(), self._width, self._classes)

    def _to_onnx(self) -> bytes | None:
        import lightgbm

        # Between two 32-bit numbers a threshold may stand anywhere: rounded down, both sides compare alike.
        rounded = lightgbm.Booster(model_str=with_32_bit_thresholds(model_text(self.booster_)))
        return leafwise_to_onnx(rounded, self._width)

    def _split_points(self) -> tuple[np.ndarray, np.ndarray]:
        trees = self._trees()
        return (
            np.concatenate([one["split_feature"] for one in trees]),
            np.concatenate([one["threshold"] for one in trees]),
        )

    def _importance(self) -> tuple[str, Any]:
        gains = np.asarray(self.booster_.feature_importance("gain"), dtype=np.float64)
        return "share of the total gain of its splits", gains / max(gains.sum(), np.finfo(float).tiny)

    def _state(self) -> dict[str, bytes]:
        return {MODEL: model_text(self.booster_).encode()}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        import lightgbm

        data = files[MODEL]
        read_trees(data, self._width, self._classes)
        self.booster_ = lightgbm.Booster(model_str=data.decode())

    @classmethod
    def _small(cls) -> Self:
        return cls(n_estimators=8, num_leaves=8, min_child_samples=5, learning_rate=0.3)


class LightGBMModel(_LightGBM):
    """Boosted classification trees, grown leaf by leaf; missing values take the branch learnt for them.

    Columns are taken as 32-bit floats. Training is deterministic for any ``n_jobs`` (default: one thread);
    prediction uses one thread. Leaves hold at least ``min_child_samples`` rows: with fewer than twice as
    many rows nothing is split and the answer is the share of each class.

    >>> X = pd.DataFrame({"a": np.arange(80.0)})
    >>> LightGBMModel(n_estimators=5).fit(X, np.arange(80) > 39).predict(X[:1])
    array([False])
    """

    model_type: ClassVar[str] = "lightgbm"
    task: ClassVar[Task] = "classification"

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        raw = self._raw(X)
        return raw if raw.ndim == 2 else np.column_stack([1.0 - raw, raw])


class LightGBMRegressorModel(_LightGBM):
    """Boosted regression trees on squared error; as :class:`LightGBMModel` otherwise."""

    model_type: ClassVar[str] = "lightgbm_regressor"
    task: ClassVar[Task] = "regression"

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return self._raw(X)


def _teller(tell: Callable[[int, int], None]) -> Callable[[Any], None]:
    def told(round_: Any) -> None:
        tell(round_.iteration + 1, round_.end_iteration)

    return told
