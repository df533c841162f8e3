"""QQE: the smoothed RSI and a stop that follows it at some of its own average moves (Livshin 2008)."""

from __future__ import annotations

from math import nan

import numpy as np

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, ema
from ..warm_up import blank
from .rsi import rsi, rsi_stepper


def qqe(close: Array, period: int, smooth: int, width: float) -> tuple[Array, ...]:
    """Return the smoothed RSI and the line that follows it, below it in a rise, above it in a fall."""
    from ...stepping import recursions  # numba: a quarter of a second

    values = ta.EMA(rsi(close, period), timeperiod=smooth)
    moves, over = np.full(len(close), np.nan), 2 * period - 1
    moves[1:] = np.abs(np.diff(values))
    widths = width * ta.EMA(ta.EMA(moves, timeperiod=over), timeperiod=over)
    first = _warm_up(period, smooth, width)
    return blank((values, recursions.trails(values, widths, first)), first)


def _warm_up(period: int, smooth: int, width: float) -> int:
    return period + smooth + 2 * (2 * period - 2)


def qqe_stepper(period: int, smooth: int, width: float) -> Step:
    """Return the step of :func:`qqe`."""
    from ...stepping import recursions

    over, first = 2 * period - 1, _warm_up(period, smooth, width)
    inner, push, push_move, push_again = rsi_stepper(period), ema(smooth), ema(over), ema(over)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_rsi, of_mean, of_move, of_moves, before, trail = state or (None, None, None, None, nan, None)
        of_rsi, value = inner(of_rsi, recent)
        mean = away = line = nan
        if recent.bar >= period:
            of_mean, mean = push(of_mean, value)
        if recent.bar >= period + smooth:
            of_move, away = push_move(of_move, abs(mean - before))
        if recent.bar >= period + smooth + over - 1:
            of_moves, away = push_again(of_moves, away)
        if recent.bar >= first:
            away *= width
            if trail is None:
                trail = (mean, mean - away, mean + away, 1.0)
            else:
                trail = recursions.trailed.py_func(mean, away, trail)
            line = trail[1] if trail[3] > 0.0 else trail[2]
        return (of_rsi, of_mean, of_move, of_moves, mean, trail), (mean, line)

    return step


INDICATORS = declare(
    "qqe",
    "momentum",
    ["qqe_{period}", "qqe_line_{period}"],
    ["close"],
    qqe,
    stepper=qqe_stepper,
    warm_up=_warm_up,
    unit="percent",
    formula="ema(rsi_{period}, {smooth}); line: it less (rising) or plus (falling) {width} * e(e(|its move|)), "
    "e: ema over 2 * {period} - 1, tightening until it is crossed",
    source="Livshin 2008; TA-Lib RSI and EMA, the line own",
    over=[{"period": 14, "smooth": 5, "width": 4.236}],
    optional=True,
)
