"""The last swing high and swing low: how far, how old, broken or not, and whether they rise or fall."""

from __future__ import annotations

from math import log

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.pivots import pivots
from ..warm_up import blank
from .pivots import age, ages, find_pivots, held, spans


def swings(high: Array, low: Array, close: Array, k: int) -> tuple[Array, ...]:
    """Return distance of the close to the last pivot high and low, their ages, and by how far one is broken.

    Before the first pivot the distance is 0 and the age 1. The break is 0 but where the close crosses the last
    pivot high upwards or the last pivot low downwards: there it is the distance to it.
    """
    length, price = len(close), np.log(close)
    numbers, breaks = np.arange(float(length)), np.zeros(length)
    distances, olds = [], []
    for marks, side, beyond in zip(
        find_pivots(high, low, k), (high, low), (np.greater, np.less), strict=True
    ):
        bars = np.flatnonzero(marks)
        stays = spans(bars + k, length)
        level = held(side[bars], stays)
        now = beyond(close, level)
        at = np.flatnonzero(beyond(close[1:], level[:-1]) & ~now[:-1]) + 1
        breaks[at] = price[at] - np.log(level[at - 1])
        distance = price - held(np.log(side[bars]), stays)
        distance[: stays[0]] = 0.0
        distances.append(distance)
        olds.append(ages(bars, stays, numbers))
    return blank((*distances, *olds, breaks), 2 * k)


def swings_stepper(k: int) -> Step:
    """Return the step of :func:`swings`; its state is bar and price of the last pivot high and low."""

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        high_bar, high, low_bar, low = before = state or (None, 0.0, None, 0.0)
        close = recent.close[-1]
        new_high, new_low = pivots(recent, k)
        if new_high or new_low:
            if new_high:
                high_bar, high = recent.bar - k, recent.high[-1 - k]
            if new_low:
                low_bar, low = recent.bar - k, recent.low[-1 - k]
            state = (high_bar, high, low_bar, low)
        return state, (
            0.0 if high_bar is None else log(close) - log(high),
            0.0 if low_bar is None else log(close) - log(low),
            1.0 if high_bar is None else age(high_bar, recent.bar),
            1.0 if low_bar is None else age(low_bar, recent.bar),
            _broken(before, recent),
        )

    return step


def _broken(before: State, recent: Recent) -> float:
    """Return by how far the newest close crossed the pivots that the bar before it knew."""
    high_bar, high, low_bar, low = before
    if high_bar is not None and recent.close[-1] > high >= recent.close[-2]:
        return log(recent.close[-1]) - log(high)
    if low_bar is not None and recent.close[-1] < low <= recent.close[-2]:
        return log(recent.close[-1]) - log(low)
    return 0.0


def structure(high: Array, low: Array, k: int) -> Array:
    """Return 100 while the last pivot high and low are both above those before, -100 while both are below, or 0."""
    total = np.zeros(len(high))
    for marks, side in zip(find_pivots(high, low, k), (high, low), strict=True):
        bars = np.flatnonzero(marks)
        total += held(np.sign(np.diff(side[bars])), spans(bars[1:] + k, len(high)), before=0.0)
    total[: 2 * k] = np.nan
    return np.trunc(total / 2) * 100


def structure_stepper(k: int) -> Step:
    """Return the step of :func:`structure`; its state is the last pivot high and low and where each went."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        high, high_went, low, low_went = state or (None, 0, None, 0)
        new_high, new_low = pivots(recent, k)
        if new_high or new_low:
            if new_high:
                high, high_went = _went(high, recent.high[-1 - k])
            if new_low:
                low, low_went = _went(low, recent.low[-1 - k])
            state = (high, high_went, low, low_went)
        return state, 100.0 * high_went if high_went == low_went else 0.0

    return step


def _went(before: float | None, price: float) -> tuple[float, int]:
    return price, 0 if before is None else (price > before) - (price < before)


INDICATORS = (
    *declare(
        "swing",
        "patterns",
        [
            "close_to_swing_high_{k}",
            "close_to_swing_low_{k}",
            "swing_high_age_{k}",
            "swing_low_age_{k}",
            "swing_break_{k}",
        ],
        ["high", "low", "close"],
        swings,
        stepper=swings_stepper,
        warm_up=lambda k: 2 * k,
        unit="fraction",
        formula="ln(close / pivot), pivot: the last bar whose high (low) is beyond those of {k} bars on both sides, "
        "known {k} bars later; age = min(bars since it, 250) / 250; break: ln(close / pivot) where the close "
        "crosses it outwards, else 0; no pivot yet: 0, age 1",
        source="Williams 1995, Trading Chaos (fractals); distances own",
        aliases=["swings", "pivots"],
        over=[{"k": 5}],
    ),
    *declare(
        "swing_structure",
        "patterns",
        ["swing_structure_{k}"],
        ["high", "low"],
        structure,
        stepper=structure_stepper,
        warm_up=lambda k: 2 * k,
        unit="signal",
        formula="100: the last pivot high and the last pivot low ({k} bars on both sides, known {k} bars later) are "
        "above the ones before them; -100: both below; else 0",
        source="Dow's theory after Edwards & Magee 1948, Technical Analysis of Stock Trends",
        aliases=["swings", "pivots"],
        over=[{"k": 5}],
    ),
)
