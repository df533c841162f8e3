"""The names of the ways to select: scores, and the steps that may follow them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.errors import ParameterError

SCORES = ("mutual_info", "f_test", "importance", "mutual_info_knn")
"""What a feature is judged by."""

CORRELATION, STABILITY = "correlation", "stability"

METHODS = (*SCORES, CORRELATION, STABILITY)
"""Every name that ``method`` takes; ``correlation`` and ``stability`` are steps after the scores."""


def check_methods(method: Any, owner: str) -> tuple[str, ...]:
    """Return ``method``, a name or several, as names.

    Raises:
        ParameterError: an unknown or repeated name, or none.

    >>> check_methods("f_test", "example")
    ('f_test',)
    """
    single = isinstance(method, str) or not isinstance(method, Sequence)
    names = (method,) if single else tuple(method)
    known = all(isinstance(name, str) and name in METHODS for name in names)
    if not names or not known or len(set(names)) < len(names):
        raise ParameterError.of(
            "method", owner, f"one of {', '.join(METHODS)}, or a list of them without repeats", method
        )
    return names


def scores_among(methods: Sequence[str]) -> tuple[str, ...]:
    """Return the scores among ``methods``: mutual information when only steps are named.

    >>> scores_among(("correlation", "stability"))
    ('mutual_info',)
    """
    return tuple(name for name in methods if name in SCORES) or ("mutual_info",)
