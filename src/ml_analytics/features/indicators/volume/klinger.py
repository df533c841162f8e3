"""Klinger's oscillator: volume counted with the side the price went, fast against slow average (Klinger 1997)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ..warm_up import blank


def klinger(
    high: Array, low: Array, close: Array, volume: Array, fast: int, slow: int, signal: int
) -> tuple[Array, ...]:
    """Return the difference of the averages of signed volume, and its average."""
    typical = high + low + close
    signed = np.full(len(close), np.nan)
    signed[1:] = np.sign(typical[1:] - typical[:-1]) * volume[1:]
    line = ta.EMA(signed, timeperiod=fast) - ta.EMA(signed, timeperiod=slow)
    return blank((line, ta.EMA(line, timeperiod=signal)), max(fast, slow) + signal - 1)


def klinger_stepper(fast: int, slow: int, signal: int) -> Step:
    """Return the step of :func:`klinger`."""
    push_fast, push_slow, push_signal = ema(fast), ema(slow), ema(signal)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        before, of_fast, of_slow, of_signal = state or (None, None, None, None)
        typical = recent.high[-1] + recent.low[-1] + recent.close[-1]
        if before is None:
            return (typical, None, None, None), (nan, nan)
        side = float(typical > before) - float(typical < before)
        of_fast, quickly = push_fast(of_fast, side * recent.volume[-1])
        of_slow, slowly = push_slow(of_slow, side * recent.volume[-1])
        line, mean = quickly - slowly, nan
        if recent.bar >= slow:
            of_signal, mean = push_signal(of_signal, line)
        return (typical, of_fast, of_slow, of_signal), (line, mean)

    return step


INDICATORS = declare(
    "kvo",
    "volume",
    ["kvo", "kvo_signal"],
    ["high", "low", "close", "volume"],
    klinger,
    stepper=klinger_stepper,
    warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 1,
    unit="volume",
    formula="ema(v, {fast}) - ema(v, {slow}), v = volume * sign of the change of high + low + close; its ema({signal})",
    source="Klinger 1997, in its common short form; TA-Lib EMA",
    aliases=["klinger"],
    over=[{"fast": 34, "slow": 55, "signal": 13}],
    optional=True,
)
