"""Patterns of the doji: a candle that closes where it opened."""

from __future__ import annotations

from .pattern import pattern
from .settings import DOJI_BODY, LONG_BODY, NEAR, VERY_SHORT_SHADOW
from .shape import Prices, body, bottom, gap_down, gap_up, lower, top, upper


@pattern("DOJI", 10, (DOJI_BODY, -1))
def doji(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float) -> int:
    """Next to no body."""
    return 100 if abs(cl[-1] - op[-1]) <= small else 0


@pattern("DRAGONFLYDOJI", 10, (DOJI_BODY, -1), (VERY_SHORT_SHADOW, -1))
def dragonfly(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float, short: float) -> int:
    """A doji at its high, with a lower shadow."""
    return (
        100
        if abs(cl[-1] - op[-1]) <= small and upper(op, hi, cl, -1) < short and lower(op, lo, cl, -1) > short
        else 0
    )


@pattern("GRAVESTONEDOJI", 10, (DOJI_BODY, -1), (VERY_SHORT_SHADOW, -1))
def gravestone(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float, short: float) -> int:
    """A doji at its low, with an upper shadow."""
    return (
        100
        if abs(cl[-1] - op[-1]) <= small and lower(op, lo, cl, -1) < short and upper(op, hi, cl, -1) > short
        else 0
    )


@pattern("LONGLEGGEDDOJI", 10, (DOJI_BODY, -1))
def long_legged(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float) -> int:
    """A doji with a long shadow, above or below."""
    size = abs(cl[-1] - op[-1])
    return 100 if size <= small and (lower(op, lo, cl, -1) > size or upper(op, hi, cl, -1) > size) else 0


@pattern("RICKSHAWMAN", 10, (DOJI_BODY, -1), (NEAR, -1))
def rickshaw_man(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float, near: float) -> int:
    """A doji in the middle of two long shadows."""
    size = abs(cl[-1] - op[-1])
    if size > small or lower(op, lo, cl, -1) <= size or upper(op, hi, cl, -1) <= size:
        return 0
    middle = lo[-1] + (hi[-1] - lo[-1]) / 2
    return 100 if bottom(op, cl, -1) <= middle + near and top(op, cl, -1) >= middle - near else 0


@pattern("TAKURI", 10, (DOJI_BODY, -1), (VERY_SHORT_SHADOW, -1))
def takuri(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float, short: float) -> int:
    """A dragonfly doji with a very long lower shadow."""
    size = abs(cl[-1] - op[-1])
    return 100 if size <= small and upper(op, hi, cl, -1) < short and lower(op, lo, cl, -1) > 2 * size else 0


@pattern("DOJISTAR", 11, (LONG_BODY, -2), (DOJI_BODY, -1))
def doji_star(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, small: float) -> int:
    """A long candle, then a doji that gaps away in its direction."""
    if abs(cl[-1] - op[-1]) > small or body(op, cl, -2) <= long:
        return 0
    if cl[-2] >= op[-2]:
        return -100 if gap_up(op, cl, -1, -2) else 0
    return 100 if gap_down(op, cl, -1, -2) else 0


@pattern("TRISTAR", 12, (DOJI_BODY, -3))
def tristar(op: Prices, hi: Prices, lo: Prices, cl: Prices, small: float) -> int:
    """Three doji, the middle one beyond the other two."""
    if body(op, cl, -1) > small or body(op, cl, -2) > small or body(op, cl, -3) > small:
        return 0
    if gap_up(op, cl, -2, -3):
        return -100 if top(op, cl, -1) < top(op, cl, -2) else 0
    return 100 if gap_down(op, cl, -2, -3) and bottom(op, cl, -1) > bottom(op, cl, -2) else 0


PATTERNS = (
    doji,
    dragonfly,
    gravestone,
    long_legged,
    rickshaw_man,
    takuri,
    doji_star,
    tristar,
)
