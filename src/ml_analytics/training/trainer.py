"""Fit with hooks, metrics and checkpoints. Returns a value; does not know the registry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.canonical import fingerprint
from ..core.environment import code_version, library_versions
from ..core.errors import MLFrameworkError, ParameterError, TrainingError
from ..core.frames import to_pandas
from ..core.names import identifier
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..core.values import Lineage, TrainedModel
from ..data import snapshot_hash
from ..evaluation import classification_metrics, regression_metrics
from ..models import BaseModel, ModelFactory, dump_model
from ..stores import Stores, open_stores
from .checkpoints import CheckpointStore

TrainingData = tuple[Any, Any]


class Trainer:
    """Trains one model: prepare, fit, evaluate, save - a template method with a hook around each stage.

    Subclasses override :meth:`prepare`, :meth:`after_fit` or :meth:`evaluate`; the order and the bookkeeping
    (lineage, metrics, errors with their stage) stay here.

    Args:
        db: where artifacts and checkpoints go, as for ``ModelRegistry``.
        tenant_id: whose model it is.
    """

    def __init__(
        self,
        db: Stores | Settings | str | Path | None = None,
        tenant_id: str | Tenant | None = None,
    ) -> None:
        self._stores = open_stores(db)
        self.tenant = Tenant.of(tenant_id)
        self._checkpoints = CheckpointStore(self._stores.home / "checkpoints", self.tenant)

    # -- hooks -------------------------------------------------------------------------------------------

    def prepare(self, X: Any, y: Any) -> tuple[Any, Any]:
        """Change training data before the fit; the default leaves it as it is."""
        return X, y

    def after_fit(self, model: BaseModel) -> None:
        """See the fitted model before it is scored; the default does nothing."""

    def evaluate(self, model: BaseModel, X: Any, y: Any) -> dict[str, float]:
        """Score a fitted model on data; the default takes the task's usual metrics."""
        return evaluate_model(model, X, y)

    # -- the way -----------------------------------------------------------------------------------------

    def train(
        self,
        model_id: str,
        model_type: str,
        training_data: TrainingData,
        validation_data: TrainingData | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        *,
        sample_weight: Any = None,
        lineage: Lineage | None = None,
    ) -> TrainedModel:
        """Train a model of a type that :class:`ModelFactory` knows.

        Args:
            model_id: what it will be called.
            model_type: for example ``classification``, ``xgboost``; see ``ModelFactory.types()``.
            training_data: ``(X, y)``; rows where y is missing must be gone already.
            validation_data: ``(X, y)`` from later times (or held out); scored, never fitted on.
            hyperparameters: the model's parameters.
            sample_weight: how much each training row counts in the fit, as for ``fit``; metrics count every row once.
            lineage: what is known about the origin; data, code and parameter hashes are filled in.

        Returns:
            The model with ``metrics`` (``train``, ``validation``), ``model_path`` of the saved artifact and
            a candidate ``version`` (``0.0.0+<hash>``) that is its own until a registry gives it a number.

        Raises:
            TrainingError: with ``stage`` = ``prepare``, ``fit``, ``evaluate`` or ``save``.
        """
        identifier(model_id)
        parameters = dict(hyperparameters or {})
        stage = "prepare"
        try:
            X, y = self.prepare(*as_pair(training_data, "training_data"))
            held_out = as_pair(validation_data, "validation_data") if validation_data is not None else None
            model = ModelFactory.create(model_type, **parameters)
            _require_fitting_target(model, y)
            stage = "fit"
            _fit(model, X, y, sample_weight)
            self.after_fit(model)
            stage = "evaluate"
            metrics = {"train": self.evaluate(model, X, y)}
            if held_out is not None:
                metrics["validation"] = self.evaluate(model, *held_out)
            stage = "save"
            digest = self._stores.artifacts.put(self.tenant, dump_model(model))
        except MLFrameworkError as error:
            raise TrainingError(error.message, model_id, stage) from error
        except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
            sentence = f"Training '{model_id}' failed at stage '{stage}': {_first_line(error)}"
            raise TrainingError(sentence, model_id, stage) from error
        if model.signature is None:
            raise TrainingError(f"The model type '{model_type}' has no signature after fit.", model_id, "fit")
        return TrainedModel(
            model_id=model_id,
            model_type=model.model_type,
            model=model,
            signature=model.signature,
            metrics=metrics,
            hyperparameters=parameters,
            lineage=complete_lineage(lineage, X, y, parameters, sample_weight),
            model_path=self._stores.artifacts.locate(self.tenant, digest),
            version=f"0.0.0+{digest[:12]}",
        )

    # -- checkpoints -------------------------------------------------------------------------------------

    def save_checkpoint(self, model: BaseModel, model_id: str, epoch: int) -> str:
        """Write a checkpoint durably and return its path."""
        return str(self._checkpoints.save(model, model_id, epoch))

    def load_checkpoint(self, checkpoint_path: str | Path) -> BaseModel:
        """Read a checkpoint.

        Raises:
            ModelLoadError: the file is absent or damaged; ``latest_checkpoint`` finds the newest good one.
        """
        return self._checkpoints.load(Path(checkpoint_path))

    def latest_checkpoint(self, model_id: str) -> tuple[int, BaseModel] | None:
        """Return (epoch, model) of the newest checkpoint that is whole; damaged ones are passed over."""
        return self._checkpoints.latest(model_id)


def evaluate_model(model: BaseModel, X: Any, y: Any) -> dict[str, float]:
    """Return the usual metrics of the model's task on X (n_samples, n_features) and y (n_samples,).

    A forecaster learns from the table alone: ``y`` is ``None``, and each forecast is held against the target of
    the next row. A model that learns no target (regimes, clusters, anomalies) has no metrics: its answers are
    names, not numbers to compare.

    Raises:
        ParameterError: a forecaster is given a ``y``.
    """
    if model.task == "forecasting":
        return _forecast_metrics(model, X, y)
    if model.signature is not None and model.signature.output not in ("class", "number"):
        return {}
    truth = _one_column(y)
    predicted = model.predict(X)
    if model.signature is not None and model.signature.output == "class":
        classes = list(model.signature.classes)
        if not set(truth.tolist()) <= set(classes) or not hasattr(model, "predict_proba"):
            return classification_metrics(
                truth, predicted
            )  # a class that training never saw has no probability
        return classification_metrics(truth, predicted, model.predict_proba(X), classes=classes)
    return regression_metrics(truth, predicted)


def _require_fitting_target(model: BaseModel, y: Any) -> None:
    """Refuse a target for a forecaster before it is trained: it would be ignored."""
    if y is not None and model.task == "forecasting":
        must_be = "None: a forecaster learns from X alone and is held against its next row"
        raise ParameterError.of("y", "train", must_be, type(y).__name__)


def _forecast_metrics(model: BaseModel, X: Any, y: Any) -> dict[str, float]:
    _require_fitting_target(model, y)
    following = model.following(X)
    known = np.isfinite(following)
    return {
        **regression_metrics(following[known], model.predict(X)[known]),
        "skill": model.score(X, None),
    }


def complete_lineage(
    known: Lineage | None, X: Any, y: Any, parameters: Mapping[str, Any], sample_weight: Any = None
) -> Lineage:
    """Return ``known`` with what it lacks: hashes of data, features and parameters, code and libraries."""
    frame = to_pandas(X, "X", "Trainer.train")
    names = tuple(map(str, frame.columns))
    beside = {"__target__": y, "__weight__": sample_weight}
    columns = [
        pd.Series(_one_column(values), index=frame.index, name=name)
        for name, values in beside.items()
        if values is not None
    ]
    seen = pd.concat([frame, *columns], axis=1) if columns else frame
    base = known or Lineage()
    return Lineage(
        data_hash=base.data_hash or snapshot_hash(seen),
        feature_names=base.feature_names or names,
        features_hash=base.features_hash or fingerprint(names),
        parameters_hash=fingerprint(dict(parameters)),
        code_version=code_version(),
        libraries=library_versions(),
        certificate=base.certificate,
        trials=base.trials,
        seed=base.seed if base.seed is not None else parameters.get("random_state"),
        parents=base.parents,
    )


def as_pair(data: Any, parameter: str) -> tuple[Any, Any]:
    """Return X and y of training data: a pair, or a mapping with ``X`` and ``y``.

    Raises:
        TrainingError: it is neither.
    """
    if isinstance(data, (tuple, list)) and len(data) == 2:
        return data[0], data[1]
    if isinstance(data, Mapping) and {"X", "y"} <= set(data):
        return data["X"], data["y"]
    raise TrainingError(
        f"The '{parameter}' parameter of train must be a pair (X, y), with None for y where there is no target. "
        f"Got {type(data).__name__} instead."
    )


def _fit(model: BaseModel, X: Any, y: Any, sample_weight: Any) -> None:
    """Fit; a model of somebody's own that knows no weights is not asked for any."""
    if sample_weight is None:
        model.fit(X, y)
    else:
        model.fit(X, y, sample_weight=sample_weight)


def _one_column(y: Any) -> np.ndarray:
    """Return a target as (n_samples,) values, also one that comes as a table of one column."""
    values = np.asarray(y)
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
