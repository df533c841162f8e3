"""Models that find rows unlike the rest. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .isolation_forest import IsolationForestModel
from .local_outlier_factor import LocalOutlierFactorModel

FAMILIES: tuple[type[BaseModel], ...] = (IsolationForestModel, LocalOutlierFactorModel)

__all__ = ["FAMILIES"]
