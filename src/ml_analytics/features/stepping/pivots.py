"""Swing pivots of a stream of bars: a bar higher, or lower, than its neighbours, known once those are there."""

from __future__ import annotations

from collections.abc import Sequence

from .recent import Recent


def pivot_high(highs: Sequence[float], k: int) -> bool:
    """Return whether the high ``k`` bars ago is above the ``k`` highs before it and not below the ``k`` after.

    Of equal highs the first is the pivot. ``highs`` are at least ``2 * k + 1``, newest last.

    >>> pivot_high([1.0, 3.0, 2.0], 1), pivot_high([3.0, 3.0, 2.0], 1)
    (True, False)
    """
    centre = highs[-1 - k]
    if centre <= highs[-2 - k] or centre < highs[-k]:  # settles most bars
        return False
    return centre > max(highs[-1 - 2 * k : -1 - k]) and centre >= max(highs[-k:])


def pivot_low(lows: Sequence[float], k: int) -> bool:
    """Return whether the low ``k`` bars ago is below the ``k`` lows before it and not above the ``k`` after.

    >>> pivot_low([3.0, 1.0, 1.0], 1)
    True
    """
    centre = lows[-1 - k]
    if centre >= lows[-2 - k] or centre > lows[-k]:
        return False
    return centre < min(lows[-1 - 2 * k : -1 - k]) and centre <= min(lows[-k:])


def pivots(recent: Recent, k: int) -> tuple[bool, bool]:
    """Return whether the bar ``k`` bars ago is a pivot high, and whether it is a pivot low.

    >>> recent = Recent(reach=3)
    >>> for price in (1.0, 2.0, 1.5):
    ...     recent.push((price, price, price, price, 0.0))
    >>> pivots(recent, 1)
    (True, False)
    """
    if recent.bar < 2 * k:
        return False, False
    return pivot_high(recent.high, k), pivot_low(recent.low, k)
