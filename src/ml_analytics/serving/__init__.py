"""Load, compile, predict, cache under a memory budget; every prediction logged.

May import ``core``, ``stores``, ``data``, ``features``, ``models``, ``registry``. ``RealtimePredictor`` is
what documents of the serving kind call the predictor; it is the same class.
"""

from .latency import measured_latency
from .loaded import LoadedModel
from .manager import ModelManager, ServedModel
from .predictor import Answer, Predictor

RealtimePredictor = Predictor

__all__ = [
    "Answer",
    "LoadedModel",
    "ModelManager",
    "Predictor",
    "RealtimePredictor",
    "ServedModel",
    "measured_latency",
]
