"""The machine-learning and analytics core: causal, durable, tenant-safe, fast.

Every public name imports from here and is loaded when first used (PEP 562), so ``import ml_analytics``
costs next to nothing:

>>> from ml_analytics import Tenant
>>> Tenant().id
'default'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ._exports import EXPORTS

__version__ = "0.1.0"
__all__ = list(EXPORTS)


def __getattr__(name: str) -> Any:
    home = EXPORTS.get(name)
    if home is None:
        raise AttributeError(f"module 'ml_analytics' has no attribute {name!r}")
    value = getattr(import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *EXPORTS})
