"""Patterns of two candles of other colours, or of closes at one level."""

from __future__ import annotations

from .pattern import pattern
from .settings import EQUAL, LONG_BODY, VERY_SHORT_SHADOW
from .shape import Prices, body, colour, lower, upper


@pattern("PIERCING", 11, (LONG_BODY, -2), (LONG_BODY, -1))
def piercing(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, long_now: float) -> int:
    """A long black candle, then a long white one from below its low to above the middle of its body."""
    return (
        100
        if cl[-2] < op[-2]
        and cl[-1] >= op[-1]
        and op[-1] < lo[-2]
        and cl[-1] < op[-2]
        and cl[-1] > cl[-2] + (op[-2] - cl[-2]) * 0.5
        and op[-2] - cl[-2] > long
        and cl[-1] - op[-1] > long_now
        else 0
    )


@pattern("DARKCLOUDCOVER", 11, (LONG_BODY, -2))
def dark_cloud_cover(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float) -> int:
    """A long white candle, then a black one from above its high to below the middle of its body."""
    return (
        -100
        if cl[-2] >= op[-2]
        and cl[-1] < op[-1]
        and op[-1] > hi[-2]
        and cl[-1] > op[-2]
        and cl[-1] < cl[-2] - (cl[-2] - op[-2]) * 0.5
        and cl[-2] - op[-2] > long
        else 0
    )


@pattern("ONNECK", 11, (LONG_BODY, -2), (EQUAL, -2))
def on_neck(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, equal: float) -> int:
    """A long black candle, then a white one from below its low up to its low."""
    return (
        -100
        if cl[-2] < op[-2]
        and cl[-1] >= op[-1]
        and op[-1] < lo[-2]
        and lo[-2] - equal <= cl[-1] <= lo[-2] + equal
        and op[-2] - cl[-2] > long
        else 0
    )


@pattern("INNECK", 11, (LONG_BODY, -2), (EQUAL, -2))
def in_neck(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, equal: float) -> int:
    """A long black candle, then a white one from below its low up to its close or just above."""
    return (
        -100
        if cl[-2] < op[-2]
        and cl[-1] >= op[-1]
        and op[-1] < lo[-2]
        and cl[-2] <= cl[-1] <= cl[-2] + equal
        and op[-2] - cl[-2] > long
        else 0
    )


@pattern("THRUSTING", 11, (LONG_BODY, -2), (EQUAL, -2))
def thrusting(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, equal: float) -> int:
    """A long black candle, then a white one from below its low into its body, not above the middle."""
    return (
        -100
        if cl[-2] < op[-2]
        and cl[-1] >= op[-1]
        and op[-1] < lo[-2]
        and cl[-2] + equal < cl[-1] <= cl[-2] + (op[-2] - cl[-2]) * 0.5
        and op[-2] - cl[-2] > long
        else 0
    )


@pattern("COUNTERATTACK", 11, (LONG_BODY, -2), (LONG_BODY, -1), (EQUAL, -2))
def counterattack(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, long_now: float, equal: float
) -> int:
    """Two long candles of other colours that close at one level."""
    if (
        colour(op, cl, -2) != colour(op, cl, -1)
        and cl[-2] - equal <= cl[-1] <= cl[-2] + equal
        and body(op, cl, -2) > long
        and body(op, cl, -1) > long_now
    ):
        return 100 * colour(op, cl, -1)
    return 0


@pattern("SEPARATINGLINES", 11, (LONG_BODY, -1), (VERY_SHORT_SHADOW, -1), (EQUAL, -2))
def separating_lines(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, shadow: float, equal: float
) -> int:
    """Two candles of other colours that open at one level, the second a belt hold."""
    if not op[-2] - equal <= op[-1] <= op[-2] + equal:
        return 0
    if cl[-1] >= op[-1]:
        return 100 if cl[-2] < op[-2] and cl[-1] - op[-1] > long and op[-1] - lo[-1] < shadow else 0
    return -100 if cl[-2] >= op[-2] and op[-1] - cl[-1] > long and hi[-1] - op[-1] < shadow else 0


def _kicks(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    long: float, long_now: float, shadow: float, shadow_now: float,
) -> bool:  # fmt: skip
    """Two marubozu of other colours, with a gap between them."""
    gap = cl[-1] >= op[-1] and lo[-1] > hi[-2] if cl[-2] < op[-2] else cl[-1] < op[-1] and hi[-1] < lo[-2]
    return (
        gap
        and body(op, cl, -2) > long
        and body(op, cl, -1) > long_now
        and upper(op, hi, cl, -2) < shadow
        and lower(op, lo, cl, -2) < shadow
        and upper(op, hi, cl, -1) < shadow_now
        and lower(op, lo, cl, -1) < shadow_now
    )


_TWO_MARUBOZU = ((LONG_BODY, -2), (LONG_BODY, -1), (VERY_SHORT_SHADOW, -2), (VERY_SHORT_SHADOW, -1))


@pattern("KICKING", 11, *_TWO_MARUBOZU)
def kicking(op: Prices, hi: Prices, lo: Prices, cl: Prices, *thresholds: float) -> int:
    """Two marubozu of other colours, the second gapping away from the first."""
    return 100 * colour(op, cl, -1) if _kicks(op, hi, lo, cl, *thresholds) else 0


@pattern("KICKINGBYLENGTH", 11, *_TWO_MARUBOZU)
def kicking_by_length(op: Prices, hi: Prices, lo: Prices, cl: Prices, *thresholds: float) -> int:
    """Kicking, with the sign of the longer of the two."""
    if not _kicks(op, hi, lo, cl, *thresholds):
        return 0
    return 100 * colour(op, cl, -1 if body(op, cl, -1) > body(op, cl, -2) else -2)


@pattern("MATCHINGLOW", 6, (EQUAL, -2))
def matching_low(op: Prices, hi: Prices, lo: Prices, cl: Prices, equal: float) -> int:
    """Two black candles that close at one level."""
    return 100 if cl[-2] < op[-2] and cl[-1] < op[-1] and cl[-2] - equal <= cl[-1] <= cl[-2] + equal else 0


@pattern("STICKSANDWICH", 7, (EQUAL, -3))
def stick_sandwich(op: Prices, hi: Prices, lo: Prices, cl: Prices, equal: float) -> int:
    """Two black candles that close at one level, a white one above it between them."""
    return (
        100
        if cl[-3] < op[-3]
        and cl[-2] >= op[-2]
        and cl[-1] < op[-1]
        and lo[-2] > cl[-3]
        and cl[-3] - equal <= cl[-1] <= cl[-3] + equal
        else 0
    )


PATTERNS = (
    piercing,
    dark_cloud_cover,
    on_neck,
    in_neck,
    thrusting,
    counterattack,
    separating_lines,
    kicking,
    kicking_by_length,
    matching_low,
    stick_sandwich,
)
