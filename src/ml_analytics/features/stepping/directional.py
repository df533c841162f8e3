"""Wilder's directional movement and what rests on it, as TA-Lib keeps it (Wilder 1978)."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from .recent import Recent, State
from .standstill import FADED
from .true_range import true_range

Sums = tuple[float, float, float]
"""Upward movement, downward movement, true range."""

_NOTHING = 1e-14


def directional(period: int) -> Callable[[State, Recent], tuple[State, Sums]]:
    """Return the running sums of upward movement, downward movement and true range.

    The first ``period - 1`` moves are added up; from then on a ``period``-th of each sum fades with every bar
    (no longer in a very long standstill, see :mod:`.standstill`).

    >>> push, state, recent = directional(2), None, Recent(reach=2)
    >>> for bar in ((1.0, 2.0, 1.0, 1.0, 5.0), (4.0, 5.0, 1.5, 4.5, 5.0)):
    ...     recent.push(bar)
    ...     state, sums = push(state, recent)
    >>> sums
    (3.0, 0.0, 4.0)
    """
    fading = 1.0 / period

    def push(state: State, recent: Recent) -> tuple[State, Sums]:
        if recent.bar == 0:
            return (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
        plus, minus, ranges = state
        reach = true_range(recent)
        if recent.bar >= period and (reach > 0.0 or ranges > FADED * recent.close[-1]):
            plus -= plus * fading
            minus -= minus * fading
            ranges -= ranges * fading
        up, down = recent.high[-1] - recent.high[-2], recent.low[-2] - recent.low[-1]
        if up > down:
            if up > 0.0:
                plus += up
        elif down > up and down > 0.0:
            minus += down
        sums = (plus, minus, ranges + reach)
        return sums, sums

    return push


def share(moved: float, ranges: float) -> float:
    """Return the movement as a percentage of the range; 0 where there is none.

    >>> share(3.0, 4.0)
    75.0
    """
    return 100.0 * (moved / ranges) if ranges > 0.0 else 0.0


def index(sums: Sums, before: float) -> float:
    """Return the difference of the two shares in percent of their sum; ``before`` where nothing moves.

    >>> index((3.0, 1.0, 4.0), 0.0)
    50.0
    """
    plus, minus, ranges = sums
    if not ranges > 0.0:
        return before
    upward, downward = 100.0 * (plus / ranges), 100.0 * (minus / ranges)
    total = upward + downward
    return 100.0 * (abs(downward - upward) / total) if total >= _NOTHING else before


def average_index(period: int) -> Callable[[State, Recent], tuple[State, float]]:
    """Return the Wilder mean of :func:`index`, begun by the mean of ``period`` of them; NaN before.

    >>> push, state, recent = average_index(1), None, Recent(reach=2)
    >>> for bar in ((1.0, 2.0, 1.0, 1.0, 5.0), (4.0, 5.0, 1.5, 4.5, 5.0)):
    ...     recent.push(bar)
    ...     state, mean = push(state, recent)
    >>> mean
    100.0
    """
    push_sums = directional(period)
    fading = 1.0 / period
    first, full = period, 2 * period - 1

    def push(state: State, recent: Recent) -> tuple[State, float]:
        of_sums, mean = state or (None, 0.0)
        of_sums, sums = push_sums(of_sums, recent)
        bar = recent.bar
        if bar > full:
            mean -= (mean - index(sums, mean)) * fading
        elif bar >= first:
            mean += index(sums, 0.0)
            if bar == full:
                mean /= period
        return (of_sums, mean), mean if bar >= full else nan

    return push
