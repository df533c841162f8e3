"""Know sure thing: four rates of change, the slower the heavier, and the average of them (Pring 1992)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.sums import window_sum, windowed_sum
from ..warm_up import blank

_PARTS = ((1.0, 10, 10), (2.0, 15, 10), (3.0, 20, 10), (4.0, 30, 15))  # weight, change over, averaged over
_FIRST = 30 + 15 - 1


def know_sure_thing(close: Array, signal: int) -> tuple[Array, ...]:
    """Return the weighted sum of averaged rates of change, in percent, and its average."""
    line = np.zeros(len(close))
    for weight, back, over in _PARTS:
        line += weight * (windowed_sum(ta.ROC(close, timeperiod=back), over) / over)
    return blank((line, windowed_sum(line, signal) / signal), _FIRST + signal - 1)


def know_sure_thing_stepper(signal: int) -> Step:
    """Return the step of :func:`know_sure_thing`."""
    parts = [(weight, back, over, window_sum(over)) for weight, back, over in _PARTS]
    push_signal = window_sum(signal)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        inner, of_signal = state or ((None,) * 4, None)
        close, line, after = recent.close, 0.0, []
        for (weight, back, over, push), before in zip(parts, inner, strict=True):
            kept, total = None, nan
            if recent.bar >= back:
                kept, total = push(before, (close[-1] / close[-1 - back] - 1.0) * 100.0)
            after.append(kept)
            line += weight * (total / over)
        mean = nan
        if recent.bar >= _FIRST:
            of_signal, mean = push_signal(of_signal, line)
        return (tuple(after), of_signal), (line, mean / signal)

    return step


INDICATORS = declare(
    "kst",
    "momentum",
    ["kst", "kst_signal"],
    ["close"],
    know_sure_thing,
    stepper=know_sure_thing_stepper,
    warm_up=lambda signal: _FIRST + signal - 1,
    unit="percent",
    formula="sma(roc_10, 10) + 2 * sma(roc_15, 10) + 3 * sma(roc_20, 10) + 4 * sma(roc_30, 15); "
    "its average over {signal}",
    source="Pring 1992; TA-Lib ROC, sums of ours",
    over=[{"signal": 9}],
    optional=True,
)
