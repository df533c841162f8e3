"""Regime detectors: what state the market is in. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .hmm import HMMRegimeDetector
from .nn import NNRegimeDetector

FAMILIES: tuple[type[BaseModel], ...] = (HMMRegimeDetector, NNRegimeDetector)

__all__ = ["FAMILIES", "HMMRegimeDetector", "NNRegimeDetector"]
