"""Models of images. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .convolutional import ImageClassifier

FAMILIES: tuple[type[BaseModel], ...] = (ImageClassifier,)

__all__ = ["FAMILIES", "ImageClassifier"]
