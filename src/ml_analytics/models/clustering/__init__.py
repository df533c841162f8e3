"""Models that group rows. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .gaussian_mixture import GaussianMixtureModel
from .hdbscan import HDBSCANModel
from .k_means import KMeansModel

FAMILIES: tuple[type[BaseModel], ...] = (GaussianMixtureModel, HDBSCANModel, KMeansModel)

__all__ = ["FAMILIES"]
