"""Models made of models. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .averaging import AveragingClassifier, AveragingRegressor
from .blending import BlendingClassifier, BlendingRegressor
from .stacking import StackingClassifier, StackingRegressor

FAMILIES: tuple[type[BaseModel], ...] = (
    AveragingClassifier,
    AveragingRegressor,
    BlendingClassifier,
    BlendingRegressor,
    StackingClassifier,
    StackingRegressor,
)

__all__ = ["FAMILIES"]
