"""Patterns of one candle: how long its body and its shadows are."""

from __future__ import annotations

from .pattern import pattern
from .settings import LONG_BODY, NEAR, SHORT_BODY, SHORT_SHADOW, VERY_SHORT_SHADOW
from .shape import Prices, bottom, colour, gap_down, gap_up, lower, upper


@pattern("HIGHWAVE", 10, (SHORT_BODY, -1))
def high_wave(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float) -> int:
    """A short body between two very long shadows."""
    size = abs(cl[-1] - op[-1])
    if size < short and upper(op, hi, cl, -1) > 2 * size and lower(op, lo, cl, -1) > 2 * size:
        return 100 * colour(op, cl, -1)
    return 0


@pattern("SPINNINGTOP", 10, (SHORT_BODY, -1))
def spinning_top(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float) -> int:
    """A short body between two shadows that are longer than it."""
    size = abs(cl[-1] - op[-1])
    if size < short and upper(op, hi, cl, -1) > size and lower(op, lo, cl, -1) > size:
        return 100 * colour(op, cl, -1)
    return 0


@pattern("LONGLINE", 10, (LONG_BODY, -1), (SHORT_SHADOW, -1))
def long_line(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, shadow: float) -> int:
    """A long body between two short shadows."""
    if abs(cl[-1] - op[-1]) > long and upper(op, hi, cl, -1) < shadow and lower(op, lo, cl, -1) < shadow:
        return 100 * colour(op, cl, -1)
    return 0


@pattern("SHORTLINE", 10, (SHORT_BODY, -1), (SHORT_SHADOW, -1))
def short_line(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float, shadow: float) -> int:
    """A short body between two short shadows."""
    if abs(cl[-1] - op[-1]) < short and upper(op, hi, cl, -1) < shadow and lower(op, lo, cl, -1) < shadow:
        return 100 * colour(op, cl, -1)
    return 0


@pattern("MARUBOZU", 10, (LONG_BODY, -1), (VERY_SHORT_SHADOW, -1))
def marubozu(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, shadow: float) -> int:
    """A long body with next to no shadows."""
    if abs(cl[-1] - op[-1]) > long and upper(op, hi, cl, -1) < shadow and lower(op, lo, cl, -1) < shadow:
        return 100 * colour(op, cl, -1)
    return 0


@pattern("CLOSINGMARUBOZU", 10, (LONG_BODY, -1), (VERY_SHORT_SHADOW, -1))
def closing_marubozu(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, shadow: float) -> int:
    """A long body with next to no shadow beyond its close."""
    if cl[-1] >= op[-1]:
        return 100 if cl[-1] - op[-1] > long and hi[-1] - cl[-1] < shadow else 0
    return -100 if op[-1] - cl[-1] > long and cl[-1] - lo[-1] < shadow else 0


@pattern("BELTHOLD", 10, (LONG_BODY, -1), (VERY_SHORT_SHADOW, -1))
def belt_hold(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, shadow: float) -> int:
    """A long body with next to no shadow beyond its open."""
    if cl[-1] >= op[-1]:
        return 100 if cl[-1] - op[-1] > long and op[-1] - lo[-1] < shadow else 0
    return -100 if op[-1] - cl[-1] > long and hi[-1] - op[-1] < shadow else 0


@pattern("HAMMER", 11, (SHORT_BODY, -1), (VERY_SHORT_SHADOW, -1), (NEAR, -2))
def hammer(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float, shadow: float, near: float) -> int:
    """A short body on a long lower shadow, near the low of the candle before or below it."""
    size = abs(cl[-1] - op[-1])
    return (
        100
        if size < short
        and lower(op, lo, cl, -1) > size
        and upper(op, hi, cl, -1) < shadow
        and bottom(op, cl, -1) <= lo[-2] + near
        else 0
    )


@pattern("HANGINGMAN", 11, (SHORT_BODY, -1), (VERY_SHORT_SHADOW, -1), (NEAR, -2))
def hanging_man(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float, shadow: float, near: float
) -> int:
    """A short body on a long lower shadow, near the high of the candle before or above it."""
    size = abs(cl[-1] - op[-1])
    return (
        -100
        if size < short
        and lower(op, lo, cl, -1) > size
        and upper(op, hi, cl, -1) < shadow
        and bottom(op, cl, -1) >= hi[-2] - near
        else 0
    )


@pattern("INVERTEDHAMMER", 11, (SHORT_BODY, -1), (VERY_SHORT_SHADOW, -1))
def inverted_hammer(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float, shadow: float) -> int:
    """A short body that gapped down, under a long upper shadow."""
    size = abs(cl[-1] - op[-1])
    return (
        100
        if size < short
        and upper(op, hi, cl, -1) > size
        and lower(op, lo, cl, -1) < shadow
        and gap_down(op, cl, -1, -2)
        else 0
    )


@pattern("SHOOTINGSTAR", 11, (SHORT_BODY, -1), (VERY_SHORT_SHADOW, -1))
def shooting_star(op: Prices, hi: Prices, lo: Prices, cl: Prices, short: float, shadow: float) -> int:
    """A short body that gapped up, under a long upper shadow."""
    size = abs(cl[-1] - op[-1])
    return (
        -100
        if size < short
        and upper(op, hi, cl, -1) > size
        and lower(op, lo, cl, -1) < shadow
        and gap_up(op, cl, -1, -2)
        else 0
    )


PATTERNS = (
    high_wave,
    spinning_top,
    long_line,
    short_line,
    marubozu,
    closing_marubozu,
    belt_hold,
    hammer,
    hanging_man,
    inverted_hammer,
    shooting_star,
)
