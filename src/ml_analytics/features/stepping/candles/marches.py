"""Patterns of candles that go one way, step by step: soldiers, crows, and where they tire."""

from __future__ import annotations

from .pattern import pattern
from .settings import EQUAL, FAR, LONG_BODY, NEAR, SHORT_BODY, SHORT_SHADOW, VERY_SHORT_SHADOW
from .shape import Prices, bottom, colour, gap_up, top


def _three_white_rise(op: Prices, cl: Prices) -> bool:
    """Three white candles with ever higher closes."""
    return cl[-1] >= op[-1] and cl[-2] >= op[-2] and cl[-3] >= op[-3] and cl[-1] > cl[-2] > cl[-3]


@pattern(
    "3WHITESOLDIERS",
    12,
    (VERY_SHORT_SHADOW, -3),
    (VERY_SHORT_SHADOW, -2),
    (VERY_SHORT_SHADOW, -1),
    (NEAR, -3),
    (NEAR, -2),
    (FAR, -3),
    (FAR, -2),
    (SHORT_BODY, -1),
)
def three_white_soldiers(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    shadow2: float, shadow1: float, shadow: float, near2: float, near1: float, far2: float, far1: float,
    short: float,
) -> int:  # fmt: skip
    """Three rising white candles that close at their highs; each opens in or near the body before it."""
    return (
        100
        if _three_white_rise(op, cl)
        and op[-3] < op[-2] <= cl[-3] + near2
        and op[-2] < op[-1] <= cl[-2] + near1
        and hi[-3] - cl[-3] < shadow2
        and hi[-2] - cl[-2] < shadow1
        and hi[-1] - cl[-1] < shadow
        and cl[-2] - op[-2] > (cl[-3] - op[-3]) - far2
        and cl[-1] - op[-1] > (cl[-2] - op[-2]) - far1
        and cl[-1] - op[-1] > short
        else 0
    )


@pattern(
    "ADVANCEBLOCK",
    12,
    (SHORT_SHADOW, -3),
    (SHORT_SHADOW, -2),
    (SHORT_SHADOW, -1),
    (NEAR, -3),
    (NEAR, -2),
    (FAR, -3),
    (FAR, -2),
    (LONG_BODY, -3),
)
def advance_block(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    shadow2: float, shadow1: float, shadow: float, near2: float, near1: float, far2: float, far1: float,
    long: float,
) -> int:  # fmt: skip
    """Three rising white candles that tire: their bodies shrink, their upper shadows grow."""
    if not (
        _three_white_rise(op, cl)
        and op[-3] < op[-2] <= cl[-3] + near2
        and op[-2] < op[-1] <= cl[-2] + near1
        and cl[-3] - op[-3] > long
        and hi[-3] - cl[-3] < shadow2
    ):
        return 0
    body2, body1, body = cl[-3] - op[-3], cl[-2] - op[-2], cl[-1] - op[-1]
    upper1, upper = hi[-2] - cl[-2], hi[-1] - cl[-1]
    tires = (
        (body1 < body2 - far2 and body < body1 + near1)
        or body < body1 - far1
        or (body < body1 < body2 and (upper > shadow or upper1 > shadow1))
        or (body < body1 and upper > body)
    )
    return -100 if tires else 0


@pattern(
    "STALLEDPATTERN",
    12,
    (LONG_BODY, -3),
    (LONG_BODY, -2),
    (SHORT_BODY, -1),
    (VERY_SHORT_SHADOW, -2),
    (NEAR, -3),
    (NEAR, -2),
)
def stalled(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    long2: float, long1: float, short: float, shadow1: float, near2: float, near1: float,
) -> int:  # fmt: skip
    """Three rising white candles, two long and a short one that starts at the end of the second."""
    return (
        -100
        if _three_white_rise(op, cl)
        and op[-3] < op[-2] <= cl[-3] + near2
        and cl[-3] - op[-3] > long2
        and cl[-2] - op[-2] > long1
        and cl[-1] - op[-1] < short
        and hi[-2] - cl[-2] < shadow1
        and op[-1] >= cl[-2] - (cl[-1] - op[-1]) - near1
        else 0
    )


@pattern("3BLACKCROWS", 13, (VERY_SHORT_SHADOW, -3), (VERY_SHORT_SHADOW, -2), (VERY_SHORT_SHADOW, -1))
def three_black_crows(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, shadow2: float, shadow1: float, shadow: float
) -> int:
    """After a white candle three falling black ones that close at their lows, each from the body before."""
    return (
        -100
        if cl[-1] < op[-1]
        and cl[-2] < op[-2]
        and cl[-3] < op[-3]
        and cl[-4] >= op[-4]
        and hi[-4] > cl[-3] > cl[-2] > cl[-1]
        and cl[-3] < op[-2] < op[-3]
        and cl[-2] < op[-1] < op[-2]
        and cl[-3] - lo[-3] < shadow2
        and cl[-2] - lo[-2] < shadow1
        and cl[-1] - lo[-1] < shadow
        else 0
    )


@pattern(
    "IDENTICAL3CROWS",
    12,
    (VERY_SHORT_SHADOW, -3),
    (VERY_SHORT_SHADOW, -2),
    (VERY_SHORT_SHADOW, -1),
    (EQUAL, -3),
    (EQUAL, -2),
)
def identical_three_crows(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    shadow2: float, shadow1: float, shadow: float, equal2: float, equal1: float,
) -> int:  # fmt: skip
    """Three falling black candles that close at their lows, each opening where the last closed."""
    return (
        -100
        if cl[-1] < op[-1]
        and cl[-2] < op[-2]
        and cl[-3] < op[-3]
        and cl[-3] > cl[-2] > cl[-1]
        and cl[-3] - equal2 <= op[-2] <= cl[-3] + equal2
        and cl[-2] - equal1 <= op[-1] <= cl[-2] + equal1
        and cl[-3] - lo[-3] < shadow2
        and cl[-2] - lo[-2] < shadow1
        and cl[-1] - lo[-1] < shadow
        else 0
    )


@pattern("2CROWS", 12, (LONG_BODY, -3))
def two_crows(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float) -> int:
    """A long white candle, a black one that gaps up, a black one from there back into the first body."""
    return (
        -100
        if cl[-3] >= op[-3]
        and cl[-2] < op[-2]
        and cl[-1] < op[-1]
        and cl[-2] < op[-1] < op[-2]
        and op[-3] < cl[-1] < cl[-3]
        and gap_up(op, cl, -2, -3)
        and cl[-3] - op[-3] > long
        else 0
    )


@pattern("UPSIDEGAP2CROWS", 12, (LONG_BODY, -3), (SHORT_BODY, -2))
def upside_gap_two_crows(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short: float) -> int:
    """A long white candle, a short black one that gaps up, a black one around it, still above the first."""
    return (
        -100
        if cl[-3] >= op[-3]
        and cl[-2] < op[-2]
        and cl[-1] < op[-1]
        and op[-1] > op[-2]
        and cl[-3] < cl[-1] < cl[-2]
        and gap_up(op, cl, -2, -3)
        and cl[-3] - op[-3] > long
        and op[-2] - cl[-2] <= short
        else 0
    )


@pattern("3LINESTRIKE", 8, (NEAR, -4), (NEAR, -3))
def three_line_strike(op: Prices, hi: Prices, lo: Prices, cl: Prices, near3: float, near2: float) -> int:
    """Three candles one way, each opening in or near the body before it, and one that takes it all back."""
    side = colour(op, cl, -2)
    if side == 1:
        strikes = op[-1] > cl[-2] > cl[-3] > cl[-4] and cl[-1] < op[-4]
    else:
        strikes = op[-1] < cl[-2] < cl[-3] < cl[-4] and cl[-1] > op[-4]
    if (
        strikes
        and colour(op, cl, -3) == side
        and colour(op, cl, -4) == side
        and bottom(op, cl, -4) - near3 <= op[-3] <= top(op, cl, -4) + near3
        and bottom(op, cl, -3) - near2 <= op[-2] <= top(op, cl, -3) + near2
    ):
        return 100 * side
    return 0


PATTERNS = (
    three_white_soldiers,
    advance_block,
    stalled,
    three_black_crows,
    identical_three_crows,
    two_crows,
    upside_gap_two_crows,
    three_line_strike,
)
