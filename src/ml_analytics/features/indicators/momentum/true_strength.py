"""True strength index: momentum smoothed twice, over its own size smoothed twice (Blau 1991)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema


def tsi(close: Array, first: int, second: int) -> Array:
    """Twice averaged change of the close in percent of its twice averaged size; 0 where it never moved."""
    return ta.TSI(close, firstperiod=first, secondperiod=second)


def tsi_stepper(first: int, second: int) -> Step:
    """Return the step of :func:`tsi`."""
    push, push_again = ema(first), ema(second)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return (None, None, None, None), nan
        move, size, smooth_move, smooth_size = state
        value = recent.close[-1] - recent.close[-2]
        move, moved = push(move, value)
        size, sized = push(size, abs(value))
        if recent.bar < first:
            return (move, size, None, None), nan
        smooth_move, moved = push_again(smooth_move, moved)
        smooth_size, sized = push_again(smooth_size, sized)
        return (move, size, smooth_move, smooth_size), 100.0 * moved / sized if sized > 0.0 else 0.0

    return step


INDICATORS = declare(
    "tsi",
    "momentum",
    ["tsi"],
    ["close"],
    tsi,
    stepper=tsi_stepper,
    warm_up=lambda first, second: first + second - 1,
    unit="percent",
    formula="100 * ema(ema(m, {first}), {second}) / ema(ema(|m|, {first}), {second}), m = close[t] - close[t-1]",
    source="TA-Lib TSI",
    over=[{"first": 25, "second": 13}],
)
