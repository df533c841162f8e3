"""Bars from runs of trades: each run becomes open, high, low, close, volume, vwap, trades and buy volume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..indicator import Array
from .ticks import Signs, Trades

Positions = NDArray[np.int64]


def bars_of(trades: Trades, side: Signs, starts: Positions, end: int) -> dict[str, NDArray[np.generic]]:
    """Return the columns of bars whose trades begin at ``starts``, each ending where the next begins.

    Every sum is over one bar alone, so that no bar depends on how many follow it.

    Args:
        trades: the trades.
        side: their signs; unknown ones (0) are not bought.
        starts: rising positions of the first trade of each bar.
        end: the position after the last trade of the last bar.
    """
    if not len(starts):
        empty = np.zeros(0)
        names = ("open", "high", "low", "close", "volume", "vwap")
        return {**dict.fromkeys(names, empty), "trades": empty.astype(np.int64), "buy_volume": empty}
    price, qty = trades.price[:end], trades.qty[:end]
    stops = np.append(starts[1:], end)
    high, low = np.maximum.reduceat(price, starts), np.minimum.reduceat(price, starts)
    volume = np.add.reduceat(qty, starts)
    vwap = np.add.reduceat(price * qty, starts) / volume
    return {
        "open": price[starts],
        "high": high,
        "low": low,
        "close": price[stops - 1],
        "volume": volume,
        "vwap": np.clip(vwap, low, high),  # rounding may lead a hair outside
        "trades": stops - starts,
        "buy_volume": np.add.reduceat(np.where(side[:end] > 0, qty, 0.0), starts),
    }


def run_sums(values: Array, cuts: Positions) -> Array:
    """Return the sum of ``values[cuts[i]:cuts[i + 1]]`` for every i; 0 for an empty run.

    >>> run_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 2, 3])).tolist()
    [3.0, 0.0, 4.0]
    """
    sums = np.zeros(len(cuts) - 1)
    some = cuts[:-1] < cuts[1:]
    if some.any():
        sums[some] = np.add.reduceat(values[: cuts[-1]], cuts[:-1][some])
    return sums
