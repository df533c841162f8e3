"""Trend lines through the last two swing highs and through the last two swing lows, and the channel between."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.pivots import pivots
from ..warm_up import blank
from .pivots import OLDEST, ROUNDING, Marks, find_pivots, held, spans


def trend_lines(high: Array, low: Array, close: Array, k: int) -> tuple[Array, ...]:
    """Return per bar, of the upper and the lower line: slopes, distances of the close, width, convergence, break.

    Lines are straight in the logarithm of the price. A line needs two confirmed pivots, and ends when the
    newer one is more than 250 bars old: a line goes on for ever otherwise. Without a line everything that rests on
    it is 0. The break is 0 but where the close crosses the line known at the bar before outwards:
    there it is the distance to that line.
    """
    price, numbers = np.log(close), np.arange(float(len(close)))
    highs, lows = find_pivots(high, low, k)
    upper, upper_slope = _line(highs, high, k, numbers)
    lower, lower_slope = _line(lows, low, k, numbers)
    above, below = price - upper, price - lower
    broken = np.zeros(len(close))
    # the line of the bar before, one bar further on
    over = price[1:] - (upper[:-1] + upper_slope[:-1])
    at = np.flatnonzero((over > ROUNDING) & (above[:-1] <= ROUNDING))
    broken[at + 1] = over[at]
    under = price[1:] - (lower[:-1] + lower_slope[:-1])
    at = np.flatnonzero((under < -ROUNDING) & (below[:-1] >= -ROUNDING))
    broken[at + 1] += under[at]
    columns = (upper_slope, lower_slope, above, below, upper - lower, lower_slope - upper_slope, broken)
    for column in columns:
        column[np.isnan(column)] = 0.0
    return blank(columns, 2 * k)


def _line(marks: Marks, side: Array, k: int, numbers: Array) -> tuple[Array, Array]:
    """Return value and slope per bar of the line through the last two pivots; NaN where there is none."""
    bars = np.flatnonzero(marks)
    price = np.log(side[bars])
    stays = spans(bars[1:] + k, len(side))
    slope = held(np.diff(price) / np.diff(bars), stays)
    line = numbers - held(bars[1:].astype(np.float64), stays)
    gone = line > OLDEST
    line *= slope
    line += held(price[1:], stays)
    line[gone] = slope[gone] = np.nan
    return line, slope


def trend_lines_stepper(k: int) -> Step:
    """Return the step of :func:`trend_lines`; its state is each side's last pivot and the slope of its line."""

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        before = state or (None, None)
        new_high, new_low = pivots(recent, k)
        if new_high or new_low:
            upper, lower = before
            if new_high:
                upper = _extended(upper, recent.bar - k, recent.high[-1 - k])
            if new_low:
                lower = _extended(lower, recent.bar - k, recent.low[-1 - k])
            state = (upper, lower)
        return state, _values(before, state or before, recent)

    return step


def _extended(line: Any, bar: int, price: float) -> tuple[int, float, float | None]:
    value = log(price)
    return bar, value, None if line is None else (value - line[1]) / (bar - line[0])


def _lasts(line: Any, bar: int) -> bool:
    return line is not None and line[2] is not None and bar - line[0] <= OLDEST


def _values(before: State, now: State, recent: Recent) -> tuple[float, ...]:
    price = log(recent.close[-1])
    slopes, distances = [0.0, 0.0], [0.0, 0.0]
    both = True
    for side, line in enumerate(now):
        if not _lasts(line, recent.bar):
            both = False
        else:
            slopes[side] = line[2]
            distances[side] = price - (line[1] + line[2] * (recent.bar - line[0]))
    broken = 0.0
    for line, sign in zip(before, (1, -1), strict=True):
        if _lasts(line, recent.bar - 1):
            value = line[1] + line[2] * (recent.bar - 1 - line[0])
            beyond = sign * (price - (value + line[2]))
            if beyond > ROUNDING and sign * (log(recent.close[-2]) - value) <= ROUNDING:
                broken += sign * beyond
    return (
        *slopes,
        *distances,
        distances[1] - distances[0] if both else 0.0,
        slopes[1] - slopes[0] if both else 0.0,
        broken,
    )


INDICATORS = declare(
    "trend_line",
    "patterns",
    [
        "upper_trend_line_slope_{k}",
        "lower_trend_line_slope_{k}",
        "close_to_upper_trend_line_{k}",
        "close_to_lower_trend_line_{k}",
        "trend_channel_width_{k}",
        "trend_channel_convergence_{k}",
        "trend_line_break_{k}",
    ],
    ["high", "low", "close"],
    trend_lines,
    stepper=trend_lines_stepper,
    warm_up=lambda k: 2 * k,
    unit="fraction",
    formula="upper (lower): the line in ln(price) through the last two pivot highs (lows), bars whose high (low) is "
    "beyond those of {k} bars on both sides, known {k} bars later; slope per bar; ln(close) - line; width = upper - "
    "lower; convergence = lower slope - upper slope; break = ln(close) - line where the close crosses the line of "
    "the bar before outwards, else 0; no two pivots, or the newer more than 250 bars ago: 0",
    source="Edwards & Magee 1948, Technical Analysis of Stock Trends; in logarithms, on confirmed pivots: own",
    aliases=["trend_lines"],
    over=[{"k": 5}],
)
