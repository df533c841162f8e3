"""Support and resistance: price levels at which swings turned, the nearest above and below the close.

Remembered are the last six confirmed pivot highs and the last six pivot lows, both kinds together, since broken
resistance turns into support. Pivots whose prices follow each other within three quarters of an average bar make one
level: its price is their mean (of logarithms), its touches are their number, its age is that of the newest.
"""

from __future__ import annotations

from math import log
from typing import Any, NamedTuple

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.pivots import pivots
from ...stepping.sums import windowed_sum
from ..warm_up import blank
from .pivots import OLDEST, ROUNDING, Positions, age, find_pivots, spans

REMEMBERED = 6
"""So many pivot highs, and as many pivot lows."""

WITHIN = 0.75
"""How far apart neighbours in a level may be, in mean ln(high / low) of the last 2 * k + 1 bars."""


BREAKABLE = 2
"""A break needs a level with that many touches; less is crossed every few bars."""

_SLOTS = 16
"""Room for the twelve levels, one below all prices, and enough above all for a search by halves."""


class _Levels(NamedTuple):
    """Levels from one change to the next: shape (n_changes + 1, 16), from the lowest up, row 0 before any.

    Slot 0 lies below every price and the slots after the last level above; they have no touches.
    """

    price: Array
    touches: Array
    newest: Array


def levels(high: Array, low: Array, close: Array, k: int) -> tuple[Array, ...]:
    """Return of the nearest resistance and support: distances, strengths, ages; position between; break.

    Without a resistance its distance and strength are 0 and its age 1, and so for support. The position is 0 at
    the support (or with no support below) and 1 at the resistance (or none above), 0.5 with neither. The break is
    0 but where the close leaves the band known at the bar before through a level of two touches or more: there it
    is the distance to that level.
    """
    price, numbers = np.log(close), np.arange(float(len(close)))
    highs, lows = find_pivots(high, low, k)
    bars = np.flatnonzero(highs | lows)
    known = _find_levels(np.flatnonzero(highs), np.flatnonzero(lows), bars, high, low, k)
    row = np.repeat(np.arange(0, len(known.price) * _SLOTS, _SLOTS), spans(bars + k, len(close)))
    above, below = _nearest(known.price.ravel(), row, price)
    over, over_touches, over_age = _told(known, above, price, numbers)
    under, under_touches, under_age = _told(known, below, price, numbers)
    width, top, bottom = under - over, over_touches > 0, under_touches > 0
    position = 0.5 + 0.5 * bottom - 0.5 * top
    np.divide(under, width, out=position, where=top & bottom & (width > ROUNDING))
    columns = (over, under, over_touches, under_touches, over_age, under_age, position)
    return blank((*columns, _left(price, over, under, over_touches, under_touches)), 2 * k)


def _nearest(prices: Array, row: Positions, price: Array) -> tuple[Positions, Positions]:
    """Return per bar the places of the nearest level at or above the price, and at or below it."""
    place, least = row, price - ROUNDING
    for step in (8, 4, 2, 1):
        place = place + step * (prices.take(place + step) < least)
    above = place + 1
    return above, place + (prices.take(above) <= price + ROUNDING)


def _told(known: _Levels, place: Positions, price: Array, numbers: Array) -> tuple[Array, Array, Array]:
    """Return distance, strength and age of a level per bar."""
    distance = price - known.price.take(place)
    distance[np.isinf(distance)] = 0.0
    old = (numbers - known.newest.take(place)) * (1 / OLDEST)
    return distance, known.touches.take(place) * (1 / (2 * REMEMBERED)), np.minimum(old, 1.0)


def _left(price: Array, over: Array, under: Array, over_touches: Array, under_touches: Array) -> Array:
    """Return by how far the close left the band that the bar before knew."""
    moved, broken = np.diff(price), np.zeros(len(price))
    enough = (BREAKABLE - 0.5) / (2 * REMEMBERED)
    for distance, strength, sign in ((over, over_touches, 1), (under, under_touches, -1)):
        beyond = distance[:-1] + moved
        at = np.flatnonzero((strength[:-1] > enough) & (sign * beyond > ROUNDING))
        broken[at + 1] = beyond[at]
    return broken


def _find_levels(
    highs: Positions, lows: Positions, bars: Positions, high: Array, low: Array, k: int
) -> _Levels:
    prices, newest = (
        np.concatenate(pair, axis=1)
        for pair in zip(_remembered(highs, high, bars), _remembered(lows, low, bars), strict=True)
    )
    order = np.argsort(prices, axis=1) + np.arange(0, prices.size, 2 * REMEMBERED)[:, None]
    prices, newest = prices.take(order), newest.take(order)
    bar_range = windowed_sum(np.log(high / low), 2 * k + 1)[bars + k] / (2 * k + 1)
    return _grouped(prices, newest, WITHIN * bar_range + ROUNDING)


def _remembered(bars: Positions, side: Array, now: Positions) -> tuple[Array, Array]:
    """Return logarithm and bar of the last pivots of one side at each change; absent ones are at +inf."""
    none = np.full(REMEMBERED, np.inf), np.full(REMEMBERED, -np.inf)
    prices, newest = (np.concatenate(pair) for pair in zip(none, (np.log(side[bars]), bars), strict=True))
    which = np.searchsorted(bars, now, side="right")[:, None] + np.arange(REMEMBERED)
    return prices.take(which), newest.take(which)


def _grouped(prices: Array, newest: Array, near: Array) -> _Levels:
    """Put pivots, each row sorted by price, together to levels."""
    shape = (len(prices) + 1, _SLOTS)
    table = _Levels(np.full(shape, np.inf), np.zeros(shape), np.full(shape, -np.inf))
    table.price[:, 0] = -np.inf
    if not len(prices):
        return table
    apart = np.ones(prices.shape, np.bool_)
    np.greater(prices[:, 1:], prices[:, :-1] + near[:, None], out=apart[:, 1:])
    starts = np.flatnonzero(apart)
    place = np.cumsum(apart, axis=1, dtype=np.intp)
    place += np.arange(_SLOTS, shape[0] * _SLOTS, _SLOTS)[:, None]
    at = place.ravel()[starts]
    touches = np.diff(starts, append=prices.size).astype(np.float64)
    price = np.add.reduceat(prices.ravel(), starts) / touches
    table.price.ravel()[at] = price
    table.touches.ravel()[at] = np.where(np.isfinite(price), touches, 0.0)
    table.newest.ravel()[at] = np.maximum.reduceat(newest.ravel(), starts)
    return table


def levels_stepper(k: int) -> Step:
    """Return the step of :func:`levels`.

    Its state: the remembered pivot highs and lows (bar and logarithm, oldest first), the levels (logarithm,
    touches, newest bar, from the lowest up), resistance and support of the bar before if they can be broken.
    """

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        highs, lows, known, resistance, support = state or ((), (), (), None, None)
        new_high, new_low = pivots(recent, k)
        if new_high or new_low:
            bar = recent.bar - k
            if new_high:
                highs = (*highs[1 - REMEMBERED :], (log(recent.high[-1 - k]), bar))
            if new_low:
                lows = (*lows[1 - REMEMBERED :], (log(recent.low[-1 - k]), bar))
            known = _levels_of(highs + lows, _near(recent, k))
        price = log(recent.close[-1])
        broken = 0.0
        if resistance is not None and price - resistance > ROUNDING:
            broken = price - resistance
        elif support is not None and price - support < -ROUNDING:
            broken = price - support
        above = next((one for one in known if one[0] >= price - ROUNDING), None)
        below = next((one for one in reversed(known) if one[0] <= price + ROUNDING), None)
        state = (highs, lows, known, _breakable(above), _breakable(below))
        return state, (*_values(price, recent.bar, above, below), broken)

    return step


def _breakable(level: Any) -> float | None:
    return level[0] if level and level[1] >= BREAKABLE else None


def _near(recent: Recent, k: int) -> float:
    window = range(-1, -2 * k - 2, -1)
    ranges = sum(log(recent.high[place] / recent.low[place]) for place in window)
    return WITHIN * (ranges / (2 * k + 1)) + ROUNDING


def _levels_of(remembered: Any, near: float) -> tuple[tuple[float, int, int], ...]:
    levels: list[list[tuple[float, int]]] = []
    for pivot in sorted(remembered):
        if levels and pivot[0] - levels[-1][-1][0] <= near:
            levels[-1].append(pivot)
        else:
            levels.append([pivot])
    return tuple(
        (sum(price for price, _ in one) / len(one), len(one), max(bar for _, bar in one)) for one in levels
    )


def _values(price: float, bar: int, above: Any, below: Any) -> tuple[float, ...]:
    over = price - above[0] if above else 0.0
    under = price - below[0] if below else 0.0
    if above and below:
        position = under / (under - over) if under - over > ROUNDING else 0.5
    else:
        position = 0.5 + 0.5 * (below is not None) - 0.5 * (above is not None)
    return (
        over,
        under,
        above[1] / (2 * REMEMBERED) if above else 0.0,
        below[1] / (2 * REMEMBERED) if below else 0.0,
        age(above[2], bar) if above else 1.0,
        age(below[2], bar) if below else 1.0,
        position,
    )


INDICATORS = declare(
    "support_resistance",
    "patterns",
    [
        "close_to_resistance_{k}",
        "close_to_support_{k}",
        "resistance_strength_{k}",
        "support_strength_{k}",
        "resistance_age_{k}",
        "support_age_{k}",
        "level_position_{k}",
        "level_break_{k}",
    ],
    ["high", "low", "close"],
    levels,
    stepper=levels_stepper,
    warm_up=lambda k: 2 * k,
    unit="fraction",
    formula="levels: the last 6 pivot highs and 6 pivot lows (beyond {k} bars on both sides, known {k} bars later), "
    "those within 0.75 of a mean ln(high / low) of each other put together; nearest above and below: ln(close / "
    "level); strength = pivots in it / 12; age = min(bars since its newest, 250) / 250; position 0 at support, 1 at "
    "resistance; break = ln(close / level) where the close leaves the band of the bar before through a level of 2 "
    "pivots or more, else 0; no level: 0, age 1, position 0.5",
    source="Murphy 1999, Technical Analysis of the Financial Markets; the grouping is own",
    aliases=["support", "resistance", "levels"],
    over=[{"k": 10}],
)
