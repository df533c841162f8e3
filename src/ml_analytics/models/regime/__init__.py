"""Regime detectors: what state the market is in. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .hmm import HMMRegimeDetector

FAMILIES: tuple[type[BaseModel], ...] = (HMMRegimeDetector,)

__all__ = ["FAMILIES", "HMMRegimeDetector"]
