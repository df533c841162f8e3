"""The front door: train, predict and manage the models of one tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..core.protocols import Cache
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..core.values import Lineage, TrainedModel
from ..evaluation import GateDecision
from ..registry import ModelRegistry, ModelVersion
from ..serving import ModelManager, Predictor
from ..stores import Stores, open_stores
from ..training import Trainer, as_pair


class MLSystem:
    """Everything a product needs for one tenant's models. Close it (or use ``with``) when it opened its stores.

    >>> import numpy as np
    >>> from tempfile import mkdtemp
    >>> system = MLSystem(mkdtemp(), tenant_id="tenant_123")
    >>> X, y = np.arange(200.0).reshape(100, 2), np.arange(100) >= 50
    >>> result = system.train_model("half", "logistic", (X, y))
    >>> bool(system.predict("half", {"x0": 190.0, "x1": 191.0}))
    True

    Args:
        db: where the data lives: ``None`` for the settings' home, a directory, a database URL, settings or
            opened stores.
        cache: keeps answers; ``None`` uses the stores' own.
        max_memory_mb: the budget for loaded models.
        tenant_id: whose models; ``None`` is the default tenant.
    """

    def __init__(
        self,
        db: Stores | Settings | str | Path | None = None,
        cache: Cache | None = None,
        max_memory_mb: int = 2048,
        tenant_id: str | Tenant | None = None,
    ) -> None:
        self._owns_stores = not isinstance(db, Stores)
        self.stores = open_stores(db)
        self.tenant = Tenant.of(tenant_id)
        self.registry = ModelRegistry(self.stores, self.tenant)
        self.manager = ModelManager(self.stores, tenant_id=self.tenant, max_memory_mb=max_memory_mb)
        self.predictor = Predictor(self.manager, cache)
        self.trainer = Trainer(self.stores, self.tenant)

    def close(self) -> None:
        """Close the stores if this system opened them."""
        if self._owns_stores:
            self.stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- training ----------------------------------------------------------------------------------------

    def train_model(
        self,
        model_id: str,
        model_type: str,
        training_data: tuple[Any, Any],
        validation_data: tuple[Any, Any] | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        *,
        sample_weight: Any = None,
        lineage: Lineage | None = None,
        metadata: Mapping[str, Any] | None = None,
        once: str | None = None,
    ) -> TrainedModel:
        """Train, register and compile a model; the result's ``version`` is the registered one.

        Arguments as for :meth:`Trainer.train`; ``once`` is an idempotency key for the registration.

        Raises:
            TrainingError: training failed; nothing is registered.
        """
        trained = self.trainer.train(
            model_id,
            model_type,
            training_data,
            validation_data,
            hyperparameters,
            sample_weight=sample_weight,
            lineage=lineage,
        )
        sample, _ = as_pair(
            validation_data if validation_data is not None else training_data, "training_data"
        )
        found = self.registry.register_trained(trained, sample=sample, metadata=metadata, once=once)
        return replace(trained, version=found.version)

    # -- answering ---------------------------------------------------------------------------------------

    def predict(
        self, model_id: str, input_data: Any, use_cache: bool = True, version: str | None = None
    ) -> Any:
        """Return the prediction of one row (a scalar) or a table (an array); it is logged.

        Raises:
            ModelNotFoundError: no such model for this tenant.
            PredictionError: the input does not fit the model's signature.
        """
        return self.predictor.predict(model_id, input_data, version=version, use_cache=use_cache)

    def predict_proba(self, model_id: str, input_data: Any, version: str | None = None) -> Any:
        """Return class probabilities, one row per input row."""
        return self.predictor.predict_proba(model_id, input_data, version=version)

    def predict_batch(
        self, model_id: str, input_batch: Any, batch_size: int = 32, version: str | None = None
    ) -> list[Any]:
        """Return one prediction per row, ``batch_size`` rows at a time."""
        return self.predictor.predict_batch(model_id, input_batch, batch_size, version=version)

    async def predict_async(self, model_id: str, input_data: Any, use_cache: bool = True) -> Any:
        """Return :meth:`predict` without blocking the event loop."""
        return await asyncio.to_thread(self.predict, model_id, input_data, use_cache)

    # -- life cycle --------------------------------------------------------------------------------------

    def list_models(self, model_type: str | None = None) -> list[dict[str, Any]]:
        """Return this tenant's models."""
        return self.manager.list_models(model_type)

    def get_model(self, model_id: str, version: str | None = None) -> ModelVersion:
        """Return one version's record, the latest without ``version``."""
        return self.registry.get_model_version(model_id, version)

    def update_model(self, model_id: str, metadata: Mapping[str, Any]) -> None:
        """Merge ``metadata`` into the model's own."""
        self.registry.update_metadata(model_id, metadata)

    def promote_model(self, model_id: str, version: str, environment: str = "production") -> GateDecision:
        """Make a version live, if the gate lets it (:class:`PromotionRefused` otherwise)."""
        return self.registry.promote_version(model_id, version, environment)

    def archive_model(self, model_id: str, version: str) -> None:
        """Take a version out of use but keep it."""
        self.manager.archive_model(model_id, version)

    def delete_model(self, model_id: str, version: str) -> None:
        """Remove a version for good."""
        self.manager.delete_model(model_id, version)
