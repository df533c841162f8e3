"""Models that find rows unlike the rest. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel

FAMILIES: tuple[type[BaseModel], ...] = ()

__all__ = ["FAMILIES"]
