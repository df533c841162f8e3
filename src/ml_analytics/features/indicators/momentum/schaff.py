"""Schaff trend cycle: a stochastic of a stochastic of MACD (Schaff 1999)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ...stepping.delay import window

_STILL = 1e-6
"""MACD that ranged over less than this share of the price tells nothing: its place is held."""

_EVEN = 1e-9  # the same of the first stochastic, in percent


def schaff(close: Array, fast: int, slow: int, length: int, factor: float) -> Array:
    """Place of the place of MACD in its range, each smoothed, 0 to 100."""
    from ...stepping import recursions  # numba: a quarter of a second

    values = ta.EMA(close, timeperiod=fast) - ta.EMA(close, timeperiod=slow)
    floors, first = close * _STILL, slow + length - 2
    for _ in range(2):
        low, high = ta.MIN(values, timeperiod=length), ta.MAX(values, timeperiod=length)
        values = recursions.places(values, low, high, floors, factor, first)
        floors, first = np.full(len(close), _EVEN), first + length - 1
    return values


def schaff_stepper(fast: int, slow: int, length: int, factor: float) -> Step:
    """Return the step of :func:`schaff`."""
    push_fast, push_slow = ema(fast), ema(slow)
    keep = window(length)

    def placed(state: State, value: float, floor: float) -> tuple[State, float]:
        kept, place, smooth = state or ((), 0.0, None)
        kept = keep(kept, value)
        if len(kept) < length:
            return (kept, place, smooth), nan
        low = min(kept)
        reach = max(kept) - low
        if reach > floor:
            place = (value - low) / reach * 100.0
        smooth = place if smooth is None else smooth + factor * (place - smooth)
        return (kept, place, smooth), smooth

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow, first, second = state or (None,) * 4
        close = recent.close[-1]
        of_fast, quickly = push_fast(of_fast, close)
        of_slow, slowly = push_slow(of_slow, close)
        value = nan
        if recent.bar >= slow - 1:
            first, value = placed(first, quickly - slowly, _STILL * close)
        if recent.bar >= slow + length - 2:
            second, value = placed(second, value, _EVEN)
        return (of_fast, of_slow, first, second), value

    return step


INDICATORS = declare(
    "stc",
    "momentum",
    ["stc"],
    ["close"],
    schaff,
    stepper=schaff_stepper,
    warm_up=lambda fast, slow, length, factor: slow - 1 + 2 * (length - 1),
    unit="percent",
    formula="p(p(ema({fast}) - ema({slow}))), p(x): 100 * (x - min(x, {length})) / (max(x, {length}) - min(x, "
    "{length})), smoothed: p[t-1] + {factor} * (p - p[t-1])",
    source="Schaff 1999; TA-Lib EMA, MIN and MAX, the rest own",
    aliases=["schaff"],
    over=[{"fast": 12, "slow": 26, "length": 10, "factor": 0.5}],
    optional=True,
)
