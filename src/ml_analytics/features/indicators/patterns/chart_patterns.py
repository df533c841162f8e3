"""Chart patterns: a signal on the bar whose close leaves a shape that confirmed pivots have made."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.pivots import pivots
from .breaks import Slot, Waiting, left, signals
from .cups import cups, followed
from .pivots import Positions, find_pivots, held, spans
from .shapes import Shape, shapes
from .zigzag import SWINGS, moved, seen, zigzag

KINDS = (
    "double_top",
    "double_bottom",
    "triple_top",
    "triple_bottom",
    "head_and_shoulders",
    "inverse_head_and_shoulders",
    "ascending_triangle",
    "descending_triangle",
    "symmetrical_triangle",
    "rectangle",
    "rising_wedge",
    "falling_wedge",
    "bull_flag",
    "bear_flag",
    "cup_and_handle",
    "inverse_cup_and_handle",
)
_NUMBER = {name: number for number, name in enumerate(KINDS)}

FADES = 20
"""Bars until the newest signal of any kind has faded to 0."""


def chart_patterns(high: Array, low: Array, close: Array, k: int) -> tuple[NDArray[Any], ...]:
    """Return a column of signals per kind, and the newest signal of any, fading."""
    price = np.log(close)
    highs, lows = find_pivots(high, low, k)
    known = zigzag(highs, lows, high, low)
    found = [_selected(one, known.side, known.bars[0]) for one in shapes(known.bars, known.values, k)]
    total = np.cumsum(price)
    for marks, rim, floor, side in ((highs, high, low, 1), (lows, low, high, -1)):
        bars, shape = cups(marks, rim, floor, total, k, side)
        found.append(_selected(shape, np.full(len(bars), side), bars))
    waiting = Waiting(*(np.concatenate(one) for one in zip(*found, strict=True)))
    columns, bars, signs = signals(waiting, price, k, len(KINDS))
    return *columns, _fading(bars, signs, len(price))


def _selected(shape: Shape, side: Any, bar: Any) -> Waiting:
    """Return the shapes that hold."""
    at = np.flatnonzero(shape.holds)
    side, top, bottom = side.take(at), _NUMBER[shape.top], _NUMBER[shape.bottom]
    kind = bottom + (top - bottom) * (side > 0)
    numbers = (one.take(at) if isinstance(one, np.ndarray) else np.repeat(one, len(at)) for one in shape[3:])
    return Waiting(kind, side, bar.take(at), *numbers)


def _fading(bars: Positions, signs: Array, length: int) -> Array:
    bars, signs = bars[signs != 0], signs[signs != 0]
    stays = spans(bars, length)
    left_over = held((bars + FADES).astype(np.float64), stays, before=0.0)
    left_over -= np.arange(float(length))
    np.maximum(left_over, 0.0, out=left_over)
    left_over *= held(signs * (100.0 / FADES), stays, before=0.0)
    return left_over


def chart_patterns_stepper(k: int) -> Step:
    """Return the step of :func:`chart_patterns`.

    Its state: the zigzag; the two sides of the cups; per kind the shape that waits and the bar of its last signal;
    bar and sign of the newest signal of any kind.
    """
    nothing = ((), None, None, (None,) * len(KINDS), (-1,) * len(KINDS), (-FADES, 0))

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        swings, upright, inverse, slots, signalled, newest = state or nothing
        bar, price = recent.bar, log(recent.close[-1])
        if bar >= k:
            new_high, new_low = pivots(recent, k)
            before = swings
            swings = moved(swings, new_high, new_low, recent, k)
            upright, cup = followed(upright, recent, new_high, k, 1)
            inverse, inverse_cup = followed(inverse, recent, new_low, k, -1)
            if swings is not before or cup or inverse_cup:
                made = list(_made(swings if swings is not before else (), cup, inverse_cup, bar - k, k))
                slots = _taken_up(slots, signalled, made)
        values = [0.0] * len(KINDS)
        if any(slots):
            slots, signalled = _resolved(slots, signalled, values, price, bar, k)
            total = sum(values)
            if total:
                newest = (bar, 1 if total > 0 else -1)
        fading = newest[1] * (100.0 / FADES) * max(FADES - (bar - newest[0]), 0)
        return (swings, upright, inverse, slots, signalled, newest), (*values, fading)

    return step


def _made(
    swings: Any, cup: Shape | None, inverse: Shape | None, bar: int, k: int
) -> Iterator[tuple[int, Slot]]:
    """Yield number and slot of what this bar completes."""
    if len(swings) == SWINGS:
        side, bars, values = seen(swings)
        for shape in shapes(bars, values, k):
            if shape.holds:
                yield _NUMBER[shape.top if side > 0 else shape.bottom], (side, bar, *shape[3:])
    if cup:
        yield _NUMBER[cup.top], (1, bar, *cup[3:])
    if inverse:
        yield _NUMBER[inverse.bottom], (-1, bar, *inverse[3:])


def _taken_up(slots: Any, signalled: Any, made: list[tuple[int, Slot]]) -> Any:
    changed = list(slots)
    for kind, slot in made:
        if slot[1] > signalled[kind]:
            changed[kind] = slot
    return tuple(changed)


def _resolved(
    slots: Any, signalled: Any, values: list[float], price: float, bar: int, k: int
) -> tuple[Any, Any]:
    """Write the signals of this bar into ``values``; return the shapes that wait on, and the last signals."""
    for kind, slot in enumerate(slots):
        if slot is not None:
            ended, signal = left(slot, price, bar, k)
            if ended:
                slots = (*slots[:kind], None, *slots[kind + 1 :])
            if signal:
                values[kind] = float(signal)
                signalled = (*signalled[:kind], bar, *signalled[kind + 1 :])
    return slots, signalled


INDICATORS = declare(
    "chart_pattern",
    "patterns",
    [*(f"{name}_{{k}}" for name in KINDS), "chart_pattern_{k}"],
    ["high", "low", "close"],
    chart_patterns,
    stepper=chart_patterns_stepper,
    warm_up=lambda k: 2 * k,
    unit="signal",
    formula="100 (-100) where the close leaves upwards (downwards), within 4 * {k} bars, a shape of the last swings "
    "(pivots beyond {k} bars on both sides, known {k} bars later); h: height of the shape in ln(price); peaks even "
    "within 0.2 h (triple and shoulders 0.3 h), head 0.2 h above the shoulders, edges flat within 0.125 h (rectangle "
    "0.2 h), converging by 0.3 h to 0.75 h, a pole 2 times the 3 swings before it and 4 * {k} bars long at most, cups "
    "6 * {k} to 30 * {k} bars with their mean close below 0.5 h; the last column: the newest signal of any, fading to "
    "0 over 20 bars",
    source="Edwards & Magee 1948, Bulkowski 2005, O'Neil 1988 (cup); stated on confirmed pivots: own",
    aliases=["chart_patterns"],
    over=[{"k": 5}],
)
