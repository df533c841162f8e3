"""The only composer: MLSystem, ModelTrainer, resumable workflows.

May import everything below it in the way of the data.
"""

from .functions import (
    create_data_processor,
    create_ml_system,
    create_model_manager,
    create_model_registry,
    create_predictor,
    create_trainer,
)
from .model_trainer import ModelTrainer, TrainingResult
from .system import MLSystem
from .workflow import Workflow

__all__ = [
    "MLSystem",
    "ModelTrainer",
    "TrainingResult",
    "Workflow",
    "create_data_processor",
    "create_ml_system",
    "create_model_manager",
    "create_model_registry",
    "create_predictor",
    "create_trainer",
]
