"""Models of what comes next in a series. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .boosted_lags import BoostedLags
from .naive import NaiveForecaster, SeasonalNaiveForecaster
from .smoothing import ExponentialSmoothing

FAMILIES: tuple[type[BaseModel], ...] = (
    BoostedLags,
    ExponentialSmoothing,
    NaiveForecaster,
    SeasonalNaiveForecaster,
)

__all__ = ["FAMILIES"]
