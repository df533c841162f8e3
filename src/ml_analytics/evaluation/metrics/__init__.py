"""Figures of merit as plain dictionaries: one file per kind of target."""

from .classification import classification_metrics
from .regression import regression_metrics

__all__ = ["classification_metrics", "regression_metrics"]
