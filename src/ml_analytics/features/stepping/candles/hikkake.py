"""The hikkake: an inside bar that is left to one side, which may be confirmed to the other within three bars.

The confirmation needs a memory: how many bars it may still come in, the side it is expected on, and the high
and low of the inside bar. TA-Lib begins to look three bars before its first value; so do these steps.
"""

from __future__ import annotations

from typing import TypeAlias

from ..recent import Recent, State
from .pattern import Pattern, summed
from .settings import NEAR
from .shape import Prices

_AHEAD = 3
"""How many bars after the pattern a confirmation may come; as many before the first value are looked at."""

_WARM_UP, _MODIFIED_WARM_UP = 5, 10

_Memory: TypeAlias = tuple[int, int, float, float]
_NOTHING: _Memory = (0, 0, 0.0, 0.0)


def hikkake(state: State, recent: Recent) -> tuple[State, int]:
    """Step: 100 where an inside bar is left downwards, -100 upwards; 200 or -200 if a close confirms it."""
    if recent.bar < _WARM_UP - _AHEAD:
        return None, 0
    hi, lo = recent.high, recent.low
    side = _left(hi, lo) if hi[-2] < hi[-3] and lo[-2] > lo[-3] else 0
    return _remembered(state or _NOTHING, side, recent)


def modified_hikkake(state: State, recent: Recent) -> tuple[State, int]:
    """Step: a hikkake of two inside bars, the first of which closes near its low (near its high)."""
    if recent.bar < _MODIFIED_WARM_UP - _AHEAD:
        return None, 0
    hi, lo, cl = recent.high, recent.low, recent.close
    memory, before = state or (_NOTHING, summed(recent.open, hi, lo, cl, NEAR, -3))
    side = 0
    if hi[-4] > hi[-3] > hi[-2] and lo[-4] < lo[-3] < lo[-2]:
        near, side = NEAR.factor * (before / NEAR.period), _left(hi, lo)
        if (side > 0 and cl[-3] > lo[-3] + near) or (side < 0 and cl[-3] < hi[-3] - near):
            side = 0
    memory, value = _remembered(memory, side, recent)
    return (memory, before + ((hi[-3] - lo[-3]) - (hi[-8] - lo[-8]))), value


def _left(hi: Prices, lo: Prices) -> int:
    """Return 1 where the newest bar leaves the one before downwards, -1 upwards, 0 if it does neither."""
    if hi[-1] < hi[-2] and lo[-1] < lo[-2]:
        return 1
    return -1 if hi[-1] > hi[-2] and lo[-1] > lo[-2] else 0


def _remembered(memory: _Memory, side: int, recent: Recent) -> tuple[_Memory, int]:
    """Return the new memory and the value, where ``side`` says which pattern the newest bar completes."""
    if side:
        return (_AHEAD, side, recent.high[-2], recent.low[-2]), 100 * side
    bars, side, high, low = memory
    if not bars:
        return _NOTHING, 0
    if (side > 0 and recent.close[-1] > high) or (side < 0 and recent.close[-1] < low):
        return _NOTHING, 200 * side
    return (bars - 1, side, high, low), 0


PATTERNS = (
    Pattern("HIKKAKE", _WARM_UP, hikkake),
    Pattern("HIKKAKEMOD", _MODIFIED_WARM_UP, modified_hikkake),
)
