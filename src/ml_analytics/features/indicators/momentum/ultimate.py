"""Ultimate oscillator: buying pressure over three windows at once (Williams 1985)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.true_range import true_range


def ultimate(high: Array, low: Array, close: Array, short: int, medium: int, long: int) -> Array:
    """Close less true low, over the true range, weighted 4, 2 and 1, 0 to 100; 0 where nothing moves."""
    return ta.ULTOSC(high, low, close, timeperiod1=short, timeperiod2=medium, timeperiod3=long)


def ultimate_stepper(short: int, medium: int, long: int) -> Step:
    """Return the step of :func:`ultimate`."""
    windows = ((4.0, short), (2.0, medium), (1.0, long))

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return ((), ((0.0, 0.0),) * 3, 0), nan
        kept, totals, still = state
        reach = true_range(recent)
        rise = recent.close[-1] - min(recent.low[-1], recent.close[-2])
        kept = (*kept[-long + 1 :], (rise, reach))
        still = 0 if rise or reach else still + 1
        value, after = 0.0, []
        for (weight, period), (rises, ranges) in zip(windows, totals, strict=True):
            # Each sum begins where it is whole at the first value; nothing of old moves is left when all stood.
            if recent.bar <= long - period:
                after.append((0.0, 0.0))
                continue
            risen, ranged = (rises + rise, ranges + reach) if still < period else (0.0, 0.0)
            if ranged > 0.0:
                value += weight * (risen / ranged)
            old = kept[-period] if recent.bar >= long else (0.0, 0.0)
            after.append((risen - old[0], ranged - old[1]))
        return (kept, tuple(after), still), value / 7.0 * 100.0

    return step


INDICATORS = declare(
    "ultosc",
    "momentum",
    ["ultosc"],
    ["high", "low", "close"],
    ultimate,
    stepper=ultimate_stepper,
    warm_up=lambda short, medium, long: max((short, medium, long)),
    unit="percent",
    formula="100 * (4 * a({short}) + 2 * a({medium}) + a({long})) / 7, "
    "a(n) = sum(close - true low, n) / sum(true range, n)",
    source="TA-Lib ULTOSC",
    aliases=["ultimate_oscillator"],
    over=[{"short": 7, "medium": 14, "long": 28}],
)
