"""Patterns of a body that holds, or is held by, the body before it."""

from __future__ import annotations

from .pattern import pattern
from .settings import DOJI_BODY, LONG_BODY, SHORT_BODY
from .shape import Prices, body, bottom, colour, top


@pattern("ENGULFING", 2)
def engulfing(op: Prices, hi: Prices, lo: Prices, cl: Prices) -> int:
    """A body around the one before it, of the other colour; 80 where one end is the same."""
    o, c, o1, c1 = op[-1], cl[-1], op[-2], cl[-2]
    if c >= o:
        if c1 >= o1 or c < o1 or o > c1 or (c == o1 and o == c1):
            return 0
        return 100 if c != o1 and o != c1 else 80
    if c1 < o1 or o < c1 or c > o1 or (o == c1 and c == o1):
        return 0
    return -100 if c != o1 and o != c1 else -80


@pattern("3OUTSIDE", 3)
def three_outside(op: Prices, hi: Prices, lo: Prices, cl: Prices) -> int:
    """A body around the one before it, of the other colour, then a close further in its direction."""
    if cl[-2] >= op[-2]:
        return 100 if cl[-3] < op[-3] and cl[-2] > op[-3] and op[-2] < cl[-3] and cl[-1] > cl[-2] else 0
    return -100 if cl[-3] >= op[-3] and op[-2] > cl[-3] and cl[-2] < op[-3] and cl[-1] < cl[-2] else 0


def _held(op: Prices, cl: Prices, long: float, small: float) -> int:
    """A long body that holds a small one; 80 where one end is the same."""
    if body(op, cl, -2) <= long or body(op, cl, -1) > small:
        return 0
    high, low, high1, low1 = top(op, cl, -1), bottom(op, cl, -1), top(op, cl, -2), bottom(op, cl, -2)
    if high < high1 and low > low1:
        return -100 * colour(op, cl, -2)
    return -80 * colour(op, cl, -2) if high <= high1 and low >= low1 else 0


@pattern("HARAMI", 11, (LONG_BODY, -2), (SHORT_BODY, -1))
def harami(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short: float) -> int:
    """A long body that holds the short one after it; 80 where one end is the same."""
    return _held(op, cl, long, short)


@pattern("HARAMICROSS", 11, (LONG_BODY, -2), (DOJI_BODY, -1))
def harami_cross(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, small: float) -> int:
    """A long body that holds the doji after it; 80 where one end is the same."""
    return _held(op, cl, long, small)


@pattern("3INSIDE", 12, (LONG_BODY, -3), (SHORT_BODY, -2))
def three_inside(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short: float) -> int:
    """A long body that holds the short one after it, then a close beyond the long one's open."""
    side = colour(op, cl, -3)
    if (
        colour(op, cl, -1) != side
        and (cl[-1] < op[-3] if side == 1 else cl[-1] > op[-3])
        and top(op, cl, -2) < top(op, cl, -3)
        and bottom(op, cl, -2) > bottom(op, cl, -3)
        and body(op, cl, -3) > long
        and body(op, cl, -2) <= short
    ):
        return -100 * side
    return 0


@pattern("HOMINGPIGEON", 11, (LONG_BODY, -2), (SHORT_BODY, -1))
def homing_pigeon(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short: float) -> int:
    """A long black body that holds the short black one after it."""
    return (
        100
        if cl[-2] < op[-2]
        and cl[-1] < op[-1]
        and op[-1] < op[-2]
        and cl[-1] > cl[-2]
        and op[-2] - cl[-2] > long
        and op[-1] - cl[-1] <= short
        else 0
    )


PATTERNS = (
    engulfing,
    three_outside,
    harami,
    harami_cross,
    three_inside,
    homing_pigeon,
)
