"""Where the newest value stands among those before it, as TA-Lib's PERCENTRANK counts it."""

from __future__ import annotations

from collections.abc import Sequence


def percent_rank(value: float, earlier: Sequence[float]) -> float:
    """Return the percentage of the ``earlier`` values that are smaller; ties and NaN are not.

    >>> percent_rank(3.0, [1.0, 2.0, 3.0, 4.0])
    50.0
    """
    return sum(map(value.__gt__, earlier)) / len(earlier) * 100.0
