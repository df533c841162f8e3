"""Models that learn row after row. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .linear import OnlineLinear, OnlineLogistic
from .tree import HoeffdingTree

FAMILIES: tuple[type[BaseModel], ...] = (HoeffdingTree, OnlineLinear, OnlineLogistic)

__all__ = ["FAMILIES"]
