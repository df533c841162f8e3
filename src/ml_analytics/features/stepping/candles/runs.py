"""Patterns of three to five candles over a gap or a pause: the move goes on, or turns at its end."""

from __future__ import annotations

from .pattern import pattern
from .settings import EQUAL, LONG_BODY, NEAR, SHORT_BODY, VERY_SHORT_SHADOW
from .shape import Prices, body, bottom, colour, gap_down, gap_up, lower, top, upper


@pattern("GAPSIDESIDEWHITE", 7, (NEAR, -2), (EQUAL, -2))
def gap_side_side_white(op: Prices, hi: Prices, lo: Prices, cl: Prices, near: float, equal: float) -> int:
    """Two white candles of like size and like open, both beyond a gap."""
    size1, size = cl[-2] - op[-2], cl[-1] - op[-1]
    if (
        size1 < 0
        or size < 0
        or not op[-2] - equal <= op[-1] <= op[-2] + equal
        or not size1 - near <= size <= size1 + near
    ):
        return 0
    if gap_up(op, cl, -2, -3):
        return 100 if gap_up(op, cl, -1, -3) else 0
    return -100 if gap_down(op, cl, -2, -3) and gap_down(op, cl, -1, -3) else 0


@pattern("TASUKIGAP", 7, (NEAR, -2))
def tasuki_gap(op: Prices, hi: Prices, lo: Prices, cl: Prices, near: float) -> int:
    """A candle beyond a gap, and one of like size from its body back into the gap."""
    if cl[-2] >= op[-2]:
        found = top(op, cl, -3) < cl[-1] < op[-2] < op[-1] < cl[-2]
    else:
        found = cl[-2] < op[-1] < op[-2] < cl[-1] < bottom(op, cl, -3)
    if found and abs(body(op, cl, -2) - body(op, cl, -1)) < near:
        return 100 * colour(op, cl, -2)
    return 0


@pattern("XSIDEGAP3METHODS", 2)
def side_gap_three_methods(op: Prices, hi: Prices, lo: Prices, cl: Prices) -> int:
    """Two candles of one colour over a gap, and one from the second body back into the first."""
    side = colour(op, cl, -3)
    if colour(op, cl, -2) != side or colour(op, cl, -1) == side:
        return 0
    if side == 1:
        return 100 if op[-3] < cl[-1] < cl[-3] < op[-2] < op[-1] < cl[-2] else 0
    return -100 if cl[-2] < op[-1] < op[-2] < cl[-3] < cl[-1] < op[-3] else 0


@pattern("MATHOLD", 14, (LONG_BODY, -5), (SHORT_BODY, -4), (SHORT_BODY, -3), (SHORT_BODY, -2))
def mat_hold(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float, short3: float, short2: float, short1: float
) -> int:
    """A long white candle, three short ones down from above it into its upper half, a white one above all."""
    if not (
        cl[-5] >= op[-5]
        and cl[-4] < op[-4]
        and cl[-1] >= op[-1]
        and op[-1] > cl[-2]
        and cl[-4] > cl[-5]
        and cl[-1] > hi[-2]
        and cl[-1] > hi[-3]
        and cl[-1] > hi[-4]
        and top(op, cl, -2) < top(op, cl, -3) < op[-4]
    ):
        return 0
    size = cl[-5] - op[-5]
    return (
        100
        if cl[-5] - size * 0.5 < bottom(op, cl, -3) < cl[-5]
        and cl[-5] - size * 0.5 < bottom(op, cl, -2) < cl[-5]
        and size > long
        and body(op, cl, -4) < short3
        and body(op, cl, -3) < short2
        and body(op, cl, -2) < short1
        else 0
    )


@pattern(
    "RISEFALL3METHODS",
    14,
    (LONG_BODY, -5),
    (SHORT_BODY, -4),
    (SHORT_BODY, -3),
    (SHORT_BODY, -2),
    (LONG_BODY, -1),
)
def rise_fall_three_methods(
    op: Prices, hi: Prices, lo: Prices, cl: Prices,
    long: float, short3: float, short2: float, short1: float, long_now: float,
) -> int:  # fmt: skip
    """A long candle, three short ones back within its range, and a long one on beyond its close."""
    side = colour(op, cl, -5)
    if side == 1:
        goes_on = cl[-4] > cl[-3] > cl[-2] < op[-1] and cl[-1] > cl[-5]
    else:
        goes_on = cl[-4] < cl[-3] < cl[-2] > op[-1] and cl[-1] < cl[-5]
    if (
        goes_on
        and colour(op, cl, -1) == side
        and all(
            colour(op, cl, at) != side and bottom(op, cl, at) < hi[-5] and top(op, cl, at) > lo[-5]
            for at in (-4, -3, -2)
        )
        and body(op, cl, -5) > long
        and body(op, cl, -4) < short3
        and body(op, cl, -3) < short2
        and body(op, cl, -2) < short1
        and body(op, cl, -1) > long_now
    ):
        return 100 * side
    return 0


@pattern("BREAKAWAY", 14, (LONG_BODY, -5))
def breakaway(op: Prices, hi: Prices, lo: Prices, cl: Prices, long: float) -> int:
    """A long candle, three on beyond a gap, and one that closes in the gap again."""
    side = colour(op, cl, -5)
    if colour(op, cl, -1) == side or colour(op, cl, -2) != side or colour(op, cl, -4) != side:
        return 0
    if side == 1:
        found = (
            cl[-5] < cl[-1] < op[-4] and hi[-4] < hi[-3] < hi[-2] and lo[-4] < lo[-3] < lo[-2]
        )  # the second body lies above the first: it opens above a close that is above the first close
    else:
        found = op[-4] < cl[-1] < cl[-5] and hi[-4] > hi[-3] > hi[-2] and lo[-4] > lo[-3] > lo[-2]
    return -100 * side if found and body(op, cl, -5) > long else 0


@pattern("CONCEALBABYSWALL", 13, *((VERY_SHORT_SHADOW, at) for at in (-4, -3, -2)))
def concealing_baby_swallow(
    op: Prices, hi: Prices, lo: Prices, cl: Prices, shadow3: float, shadow2: float, shadow1: float
) -> int:
    """Four black candles: two marubozu, one that gaps down with a shadow up into them, one around it."""
    return (
        100
        if cl[-4] < op[-4]
        and cl[-3] < op[-3]
        and cl[-2] < op[-2]
        and cl[-1] < op[-1]
        and hi[-1] > hi[-2] > cl[-3] > op[-2]
        and lo[-1] < lo[-2]
        and lower(op, lo, cl, -4) < shadow3
        and upper(op, hi, cl, -4) < shadow3
        and lower(op, lo, cl, -3) < shadow2
        and upper(op, hi, cl, -3) < shadow2
        and upper(op, hi, cl, -2) > shadow1
        else 0
    )


@pattern("LADDERBOTTOM", 14, (VERY_SHORT_SHADOW, -2))
def ladder_bottom(op: Prices, hi: Prices, lo: Prices, cl: Prices, shadow: float) -> int:
    """Three falling black candles, a black one with an upper shadow, a white one from above past its high."""
    return (
        100
        if cl[-1] >= op[-1]
        and op[-1] > op[-2]
        and cl[-1] > hi[-2]
        and cl[-2] < op[-2]
        and cl[-3] < op[-3]
        and cl[-4] < op[-4]
        and cl[-5] < op[-5]
        and op[-5] > op[-4] > op[-3]
        and cl[-5] > cl[-4] > cl[-3]
        and hi[-2] - op[-2] > shadow
        else 0
    )


PATTERNS = (
    gap_side_side_white,
    tasuki_gap,
    side_gap_three_methods,
    mat_hold,
    rise_fall_three_methods,
    breakaway,
    concealing_baby_swallow,
    ladder_bottom,
)
