"""Coppock curve: two rates of change, smoothed (Coppock 1962)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ...stepping.weighted import wma


def coppock(close: Array, average: int, one: int, other: int) -> Array:
    """Weighted average of the sum of two rates of change, in percent."""
    return ta.COPPOCK(close, wmaperiod=average, roc1period=one, roc2period=other)


def coppock_stepper(average: int, one: int, other: int) -> Step:
    """Return the step of :func:`coppock`."""
    keep, smooth, first = window(average), wma(average), max(one, other)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < first:
            return (None, None), nan
        kept, of_average = state
        close = recent.close
        value = (close[-1] / close[-1 - one] - 1.0) * 100.0 + (close[-1] / close[-1 - other] - 1.0) * 100.0
        kept = keep(kept, value)
        of_average, value = smooth(of_average, kept)
        return (kept, of_average), value

    return step


INDICATORS = declare(
    "coppock",
    "momentum",
    ["coppock"],
    ["close"],
    coppock,
    stepper=coppock_stepper,
    warm_up=lambda average, one, other: max(one, other) + average - 1,
    unit="percent",
    formula="wma(roc({one}) + roc({other}), {average})",
    source="TA-Lib COPPOCK",
    over=[{"average": 10, "one": 11, "other": 14}],
)
