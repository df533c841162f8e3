"""Fit with hooks, metrics and checkpoints; returns a TrainedModel and does not know the registry.

May import ``core``, ``stores``, ``data``, ``features``, ``models``, ``evaluation``. ``BaseModelTrainer`` is what older
documents call the trainer; it is the same class.
"""

from .trainer import Trainer, as_pair, complete_lineage, evaluate_model

BaseModelTrainer = Trainer

__all__ = ["BaseModelTrainer", "Trainer", "as_pair", "complete_lineage", "evaluate_model"]
