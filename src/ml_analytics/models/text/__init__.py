"""Models of texts. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .classifier import TextClassifier

FAMILIES: tuple[type[BaseModel], ...] = (TextClassifier,)

__all__ = ["FAMILIES"]
