"""What long, short, near and equal mean: a share of the mean size of the candles before (TA-Lib's defaults).

A long shadow is one longer than the candle's own body, a very long one twice as long: no mean is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from . import shape
from .shape import Prices

Size: TypeAlias = Callable[[Prices, Prices, Prices, Prices, int], float]


def body(op: Prices, hi: Prices, lo: Prices, cl: Prices, at: int) -> float:
    """Return the size of a candle's body."""
    return abs(cl[at] - op[at])


def whole(op: Prices, hi: Prices, lo: Prices, cl: Prices, at: int) -> float:
    """Return the size of a candle from low to high."""
    return hi[at] - lo[at]


def shadows(op: Prices, hi: Prices, lo: Prices, cl: Prices, at: int) -> float:
    """Return the length of a candle's two shadows together."""
    return shape.upper(op, hi, cl, at) + shape.lower(op, lo, cl, at)


class Setting(NamedTuple):
    """A threshold: ``factor`` times the mean ``size`` of the ``period`` candles before the one it is for."""

    size: Size
    period: int
    factor: float


LONG_BODY = Setting(body, 10, 1.0)
SHORT_BODY = Setting(body, 10, 1.0)
DOJI_BODY = Setting(whole, 10, 0.1)
SHORT_SHADOW = Setting(shadows, 10, 0.5)  # the two shadows are summed, one is compared
VERY_SHORT_SHADOW = Setting(whole, 10, 0.1)
NEAR = Setting(whole, 5, 0.2)
FAR = Setting(whole, 5, 0.6)
EQUAL = Setting(whole, 5, 0.05)
