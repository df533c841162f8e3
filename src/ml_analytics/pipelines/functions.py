"""Factory functions: each part of the system made from the same two arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.protocols import Cache
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..features import DataProcessor
from ..registry import ModelRegistry
from ..serving import ModelManager, Predictor
from ..stores import Stores
from ..training import Trainer
from .system import MLSystem

Database = Stores | Settings | str | Path | None


def create_ml_system(db: Database = None, tenant_id: str | Tenant | None = None, **options: Any) -> MLSystem:
    """Return an :class:`MLSystem`; ``options`` are its other parameters."""
    return MLSystem(db, tenant_id=tenant_id, **options)


def create_model_manager(
    db: Database = None, tenant_id: str | Tenant | None = None, **options: Any
) -> ModelManager:
    """Return a :class:`ModelManager`; ``options`` are its other parameters."""
    return ModelManager(db, tenant_id=tenant_id, **options)


def create_trainer(db: Database = None, tenant_id: str | Tenant | None = None) -> Trainer:
    """Return a :class:`Trainer`."""
    return Trainer(db, tenant_id)


def create_predictor(model_manager: ModelManager, cache: Cache | None = None, **options: Any) -> Predictor:
    """Return a :class:`Predictor` over a model manager; ``options`` are its other parameters."""
    return Predictor(model_manager, cache, **options)


def create_data_processor(tenant_id: str | Tenant | None = None) -> DataProcessor:
    """Return a :class:`DataProcessor`."""
    return DataProcessor(tenant_id=tenant_id)


def create_model_registry(db: Database = None, tenant_id: str | Tenant | None = None) -> ModelRegistry:
    """Return a :class:`ModelRegistry`."""
    return ModelRegistry(db, tenant_id)
