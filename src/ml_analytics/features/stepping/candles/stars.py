"""Patterns of three candles that turn a move: the middle one stands off, or the last ones are small."""

from __future__ import annotations

from .pattern import pattern
from .settings import DOJI_BODY, LONG_BODY, SHORT_BODY, VERY_SHORT_SHADOW
from .shape import Prices, body, gap_down, gap_up, lower, upper

PENETRATION = 0.3
"""How far into the first body the third candle closes, as a share of that body."""


def _evening(op: Prices, cl: Prices, long: float, star: float, short: float) -> int:
    return (
        -100
        if cl[-3] >= op[-3]
        and cl[-1] < op[-1]
        and gap_up(op, cl, -2, -3)
        and cl[-1] < cl[-3] - (cl[-3] - op[-3]) * PENETRATION
        and cl[-3] - op[-3] > long
        and body(op, cl, -2) <= star
        and op[-1] - cl[-1] > short
        else 0
    )


def _morning(op: Prices, cl: Prices, long: float, star: float, short: float) -> int:
    return (
        100
        if cl[-3] < op[-3]
        and cl[-1] >= op[-1]
        and gap_down(op, cl, -2, -3)
        and cl[-1] > cl[-3] + (op[-3] - cl[-3]) * PENETRATION
        and op[-3] - cl[-3] > long
        and body(op, cl, -2) <= star
        and cl[-1] - op[-1] > short
        else 0
    )


@pattern("EVENINGSTAR", 12, (LONG_BODY, -3), (SHORT_BODY, -2), (SHORT_BODY, -1))
def evening_star(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, star: float, short: float
) -> int:
    """A long white candle, a short one that gaps up, a black one well into the first body."""
    return _evening(op, cl, long, star, short)


@pattern("EVENINGDOJISTAR", 12, (LONG_BODY, -3), (DOJI_BODY, -2), (SHORT_BODY, -1))
def evening_doji_star(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, star: float, short: float
) -> int:
    """A long white candle, a doji that gaps up, a black one well into the first body."""
    return _evening(op, cl, long, star, short)


@pattern("MORNINGSTAR", 12, (LONG_BODY, -3), (SHORT_BODY, -2), (SHORT_BODY, -1))
def morning_star(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, star: float, short: float
) -> int:
    """A long black candle, a short one that gaps down, a white one well into the first body."""
    return _morning(op, cl, long, star, short)


@pattern("MORNINGDOJISTAR", 12, (LONG_BODY, -3), (DOJI_BODY, -2), (SHORT_BODY, -1))
def morning_doji_star(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, star: float, short: float
) -> int:
    """A long black candle, a doji that gaps down, a white one well into the first body."""
    return _morning(op, cl, long, star, short)


@pattern("ABANDONEDBABY", 12, (LONG_BODY, -3), (DOJI_BODY, -2), (SHORT_BODY, -1))
def abandoned_baby(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, small: float, short: float
) -> int:
    """A long candle, a doji with gaps to both sides, shadows and all, a candle well into the first body."""
    if lo[-2] > hi[-3] and hi[-1] < lo[-2]:
        return _evening(op, cl, long, small, short)
    if hi[-2] < lo[-3] and lo[-1] > hi[-2]:
        return _morning(op, cl, long, small, short)
    return 0


@pattern("UNIQUE3RIVER", 12, (LONG_BODY, -3), (SHORT_BODY, -1))
def unique_three_river(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short: float) -> int:
    """A long black candle, a black one inside its body with a lower low, a short white one above that low."""
    return (
        100
        if cl[-3] < op[-3]
        and cl[-2] < op[-2]
        and cl[-1] >= op[-1]
        and cl[-2] > cl[-3]
        and op[-2] <= op[-3]
        and lo[-2] < lo[-3]
        and op[-1] > lo[-2]
        and op[-3] - cl[-3] > long
        and cl[-1] - op[-1] < short
        else 0
    )


@pattern(
    "3STARSINSOUTH",
    12,
    (LONG_BODY, -3),
    (VERY_SHORT_SHADOW, -2),
    (VERY_SHORT_SHADOW, -1),
    (SHORT_BODY, -1),
)
def three_stars_in_south(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    long: float, shadow: float, shadow_now: float, short: float,
) -> int:  # fmt: skip
    """Three black candles: long over a long shadow, smaller with a higher low, small inside the second."""
    return (
        100
        if cl[-3] < op[-3]
        and cl[-2] < op[-2]
        and cl[-1] < op[-1]
        and lo[-1] > lo[-2]
        and hi[-1] < hi[-2]
        and op[-2] - cl[-2] < op[-3] - cl[-3]
        and cl[-3] < op[-2] <= hi[-3]
        and lo[-3] <= lo[-2] < cl[-3]
        and op[-3] - cl[-3] > long
        and cl[-3] - lo[-3] > op[-3] - cl[-3]
        and lower(op, lo, cl, -2) > shadow
        and op[-1] - cl[-1] < short
        and lower(op, lo, cl, -1) < shadow_now
        and upper(op, hi, cl, -1) < shadow_now
        else 0
    )


PATTERNS = (
    evening_star,
    evening_doji_star,
    morning_star,
    morning_doji_star,
    abandoned_baby,
    unique_three_river,
    three_stars_in_south,
)
