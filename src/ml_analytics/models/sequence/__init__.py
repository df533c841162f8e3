"""Models of rows in time order, by neural networks. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .classifiers import LSTMClassifier, TransformerClassifier
from .forecasters import LSTMForecaster, TransformerForecaster
from .regressors import LSTMRegressor, TransformerRegressor

FAMILIES: tuple[type[BaseModel], ...] = (
    LSTMClassifier,
    LSTMForecaster,
    LSTMRegressor,
    TransformerClassifier,
    TransformerForecaster,
    TransformerRegressor,
)

__all__ = [
    "FAMILIES",
    "LSTMClassifier",
    "LSTMForecaster",
    "LSTMRegressor",
    "TransformerClassifier",
    "TransformerForecaster",
    "TransformerRegressor",
]
