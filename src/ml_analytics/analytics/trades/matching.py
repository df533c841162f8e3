"""Which fill closes which: first in first out, last in first out, or against the average.

Plain functions over arrays. Few fills run as Python; for many they are compiled once (numba), so that a short
log never waits for a compiler. Both are the same code, hence the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

MANY = 20_000
"""From this many fills the loop is compiled."""


def match_lots(starts: Any, units: Any, newest: bool, slack: float, out: Any, lots: Any, ends: Any) -> int:
    """Match closing fills with lots; return how many matches there are.

    Args:
        starts: (s + 1,) where each symbol's fills begin.
        units: (n,) whole signed quantities.
        newest: close the newest lot first (LIFO), else the oldest (FIFO).
        slack: part of a fill that counts as nothing.
        out: (4, 2 n) filled with entry fill, exit fill, quantity, position (numbered from 1).
        lots: (n, 2) filled with fill and quantity left of open lots, those of a symbol from its start.
        ends: (s, 2) filled with the first and the past-the-end place of open lots of each symbol.
    """
    found, position = 0, 0
    for symbol in range(len(starts) - 1):
        first = last = starts[symbol]
        for fill in range(starts[symbol], starts[symbol + 1]):
            left = abs(units[fill])
            nothing = slack * left
            while left > 0 and first < last and (units[lots[first, 0]] > 0) != (units[fill] > 0):
                at = last - 1 if newest else first
                taken = min(left, lots[at, 1])
                if abs(lots[at, 1] - left) <= nothing:
                    taken = left = lots[at, 1]
                out[0, found], out[1, found] = lots[at, 0], fill
                out[2, found], out[3, found] = taken, position
                found += 1
                left -= taken
                lots[at, 1] -= taken
                if lots[at, 1] == 0 and newest:
                    last -= 1
                elif lots[at, 1] == 0:
                    first += 1
            if left > 0:
                if first == last:
                    position += 1
                lots[last, 0], lots[last, 1] = fill, left
                last += 1
        ends[symbol, 0], ends[symbol, 1] = first, last
    return found


def match_average(
    starts: Any, units: Any, price: Any, fees: Any, slack: float, out: Any, money: Any, lots: Any, kept: Any
) -> int:
    """Match closing fills with the average of the position; return how many matches there are.

    Args:
        starts: as in :func:`match_lots`.
        units: as in :func:`match_lots`.
        price: (n,) of each fill.
        fees: (n,) of each fill.
        slack: as in :func:`match_lots`.
        out: (5, n) filled with first fill of the position, exit fill, quantity, position, opening fills.
        money: (2, n) filled with average entry price and share of the entry fees.
        lots: (s, 2) filled with first fill and signed quantity of what stays open of each symbol.
        kept: (s, 2) filled with its average price and fees.
    """
    found, position = 0, 0
    for symbol in range(len(starts) - 1):
        held, mean, paid, opened, first = 0, 0.0, 0.0, 0, 0
        for fill in range(starts[symbol], starts[symbol + 1]):
            left = abs(units[fill])
            size = left
            if held != 0 and (held > 0) != (units[fill] > 0):
                before = abs(held)
                taken = before if abs(before - left) <= slack * left else min(left, before)
                left = max(left - taken, 0) if abs(before - left) > slack * left else 0
                share = taken / before
                out[0, found], out[1, found], out[2, found] = first, fill, taken
                out[3, found], out[4, found] = position, opened
                money[0, found], money[1, found] = mean, paid * share
                found += 1
                held = held - taken if held > 0 else held + taken
                paid -= paid * share
                if held == 0:
                    mean, paid, opened = 0.0, 0.0, 0
            if left > 0:
                if held == 0:
                    position += 1
                    first = fill
                held = held + left if units[fill] > 0 else held - left
                mean += (price[fill] - mean) * (left / abs(held))
                paid += fees[fill] * (left / size)
                opened += 1
        lots[symbol, 0], lots[symbol, 1] = first, held
        kept[symbol, 0] = mean
        kept[symbol, 1] = paid
    return found


def for_many(function: Callable[..., int], fills: int) -> Callable[..., int]:
    """Return ``function`` as it is, or compiled where there are many fills."""
    return _compiled(function) if fills >= MANY else function


@cache
def _compiled(function: Callable[..., int]) -> Callable[..., int]:
    from numba import njit

    made: Callable[..., int] = njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def grouped(codes: Any, symbols: int) -> tuple[Any, Any]:
    """Return the order that puts each symbol's fills together, in time, and where each symbol begins.

    >>> order, starts = grouped(np.array([1, 0, 1]), 2)
    >>> order.tolist(), starts.tolist()
    ([1, 0, 2], [0, 1, 3])
    """
    small = codes.astype(np.uint16) if symbols < 2**16 else codes  # 16 bits: sorted by counting
    order = np.argsort(small, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(codes, minlength=symbols)))).astype(np.int64)
    return order, starts
