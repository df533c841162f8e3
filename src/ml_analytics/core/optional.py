"""Optional dependencies: imported when needed; the error names the extra that brings them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from .errors import MissingExtraError


def require(module: str, extra: str, purpose: str) -> ModuleType:
    """Import ``module``, or say which extra brings it.

    >>> require("no_such_module", "postgres", "PostgreSQL")
    Traceback (most recent call last):
        ...
    ml_analytics.core.errors.MissingExtraError: PostgreSQL needs the package 'no_such_module': \
pip install 'ml-analytics[postgres]'.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.split(".")[0] != module.split(".", maxsplit=1)[0]:
            raise
        raise MissingExtraError(
            f"{purpose} needs the package '{module}': pip install 'ml-analytics[{extra}]'."
        ) from error


def available(module: str) -> bool:
    """Say whether ``module`` could be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package around it is absent
        return False
