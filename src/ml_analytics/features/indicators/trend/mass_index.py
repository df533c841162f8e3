"""Mass index: a widening and narrowing of the bars' ranges tells of a turn (Dorsey 1992)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ...stepping.averages import derived_sum


def mass_index(high: Array, low: Array, fast: int, slow: int) -> Array:
    """Sum of the ranges' average over the average of that; ``slow`` where the bars have no range."""
    return ta.MASSI(high, low, fastperiod=fast, slowperiod=slow)


def mass_index_stepper(fast: int, slow: int) -> Step:
    """Return the step of :func:`mass_index`."""
    push, add, first, second = ema(fast), derived_sum(slow), fast - 1, 2 * (fast - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        one, two, of_sum = state or (None, None, None)
        one, smooth = push(one, recent.high[-1] - recent.low[-1])
        if recent.bar < first:
            return (one, two, of_sum), nan
        two, smoother = push(two, smooth)
        if recent.bar < second:
            return (one, two, of_sum), nan
        of_sum, total = add(of_sum, smooth / smoother if smoother else 1.0)
        return (one, two, of_sum), total

    return step


INDICATORS = declare(
    "mass_index",
    "trend",
    ["mass_index_{slow}"],
    ["high", "low"],
    mass_index,
    stepper=mass_index_stepper,
    warm_up=lambda fast, slow: 2 * (fast - 1) + slow - 1,
    unit="fraction",
    formula="sum(e / ema(e, {fast}), {slow}), e = ema(high - low, {fast})",
    source="TA-Lib MASSI",
    aliases=["massi"],
    over=[{"fast": 9, "slow": 25}],
)
