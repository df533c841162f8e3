"""What one candle looks like: its colour, body and shadows, and the gap to another.

Candles are counted from the newest: ``-1`` is the last one, ``-3`` the one two bars before.
"""

from __future__ import annotations

from typing import TypeAlias

Prices: TypeAlias = list[float]
"""Prices by bar, newest last."""


def colour(op: Prices, cl: Prices, at: int) -> int:
    """Return 1 for a white candle (it closes at its open or above), -1 for a black one.

    >>> colour([5.0, 5.0], [5.0, 4.0], -2), colour([5.0, 5.0], [5.0, 4.0], -1)
    (1, -1)
    """
    return 1 if cl[at] >= op[at] else -1


def top(op: Prices, cl: Prices, at: int) -> float:
    """Return the upper end of the body."""
    return cl[at] if cl[at] >= op[at] else op[at]


def bottom(op: Prices, cl: Prices, at: int) -> float:
    """Return the lower end of the body."""
    return op[at] if cl[at] >= op[at] else cl[at]


def body(op: Prices, cl: Prices, at: int) -> float:
    """Return the size of the body."""
    return abs(cl[at] - op[at])


def upper(op: Prices, hi: Prices, cl: Prices, at: int) -> float:
    """Return the length of the shadow above the body."""
    return hi[at] - (cl[at] if cl[at] >= op[at] else op[at])


def lower(op: Prices, lo: Prices, cl: Prices, at: int) -> float:
    """Return the length of the shadow below the body."""
    return (op[at] if cl[at] >= op[at] else cl[at]) - lo[at]


def gap_up(op: Prices, cl: Prices, at: int, before: int) -> bool:
    """Return whether the body lies wholly above an earlier one.

    >>> gap_up([1.0, 3.0], [2.0, 4.0], -1, -2), gap_up([1.0, 2.0], [2.0, 4.0], -1, -2)
    (True, False)
    """
    return bottom(op, cl, at) > top(op, cl, before)


def gap_down(op: Prices, cl: Prices, at: int, before: int) -> bool:
    """Return whether the body lies wholly below an earlier one."""
    return top(op, cl, at) < bottom(op, cl, before)
