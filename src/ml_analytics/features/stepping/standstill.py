"""Very long standstills, in which fading averages become so small that floating-point numbers blur them.

While nothing moves, the averages of movements up and down shrink by the same factor at each bar, so their ratio
stays what it was. After thousands of such bars both are below 1e-308, where numbers lose their digits, and the
ratio becomes noise. So a ratio is held long before that: over a whole series from :data:`LENGTHS` lengths of
the average after the last movement on, bar by bar by no longer shrinking what is below :data:`FADED` of the price.
Both say the same, and what such averages add once the price moves again is far below its rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LENGTHS = 400
"""After so many of an average's lengths it has shrunk by e^400, about 1e174, or more."""

STILL = 1e-7
"""A width or a range below this share of the price is the rounding of running sums, not a movement."""

FADED = 1e-150
"""An average below this part of the price is not made smaller."""


def moved(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return at which bars there was any other price than the close before; the first bar counts as moved.

    >>> price = np.array([3.0, 3.0, 4.0])
    >>> moved(price, price, price).tolist()
    [True, False, True]
    """
    out: NDArray[np.bool_] = (high != low) | (close != high)
    out[1:] |= high[1:] != close[:-1]
    out[:1] = True
    return out


def standstills(moving: NDArray[np.bool_], after: int) -> list[slice]:
    """Return the stretches of bars that come ``after`` or more bars since the last one that moved.

    >>> standstills(np.array([True, False, False, False, True, False]), 2)
    [slice(2, 4, None)]
    """
    if len(moving) <= after:
        return []
    last = np.append(np.flatnonzero(moving), len(moving))
    where = np.flatnonzero(np.diff(last) > after)
    return [slice(int(last[one]) + after, int(last[one + 1])) for one in where]


def long_standstills(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64], after: int
) -> list[slice]:
    """Return :func:`standstills` of what :func:`moved`; where every ``after``-th bar moved there are none.

    >>> price = np.array([1.0, 2.0, 2.0, 2.0, 2.0, 3.0])
    >>> long_standstills(price, price, price, 2), long_standstills(price, price, price, 5)
    ([slice(3, 5, None)], [])
    """
    now = slice(after, None, after)  # a standstill so long has one of these bars
    before = close[after - 1 : -1 : after]
    still = (high[now] == low[now]) & (close[now] == high[now]) & (high[now] == before)
    return standstills(moved(high, low, close), after) if still.any() else []


def hold(values: NDArray[np.float64], stretches: list[slice]) -> NDArray[np.float64]:
    """Give every bar of each stretch the value of its first, in place.

    >>> hold(np.array([1.0, 2.0, 3.0, 4.0]), [slice(1, 3)]).tolist()
    [1.0, 2.0, 2.0, 4.0]
    """
    for one in stretches:
        values[one] = values[one.start]
    return values
