"""Pretty good oscillator: how many average true ranges the close is from its average (Johnson)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step, ema
from ...stepping.standstill import STILL
from ...stepping.sums import window_sum, windowed_sum
from ...stepping.true_range import average_true_range


def pretty_good(high: Array, low: Array, close: Array, period: int) -> Array:
    """Distance of the close from its simple average in smoothed true ranges; 0 where nothing moved."""
    away = close - windowed_sum(close, period) / period
    ranges = ta.EMA(ta.ATR(high, low, close, timeperiod=period), timeperiod=period)
    return ratio(away / close, ranges / close, neutral=0.0, floor=STILL)


def pretty_good_stepper(period: int) -> Step:
    """Return the step of :func:`pretty_good`."""
    push_sum, push_range, push_mean = window_sum(period), average_true_range(period), ema(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_sum, of_range, of_mean = state or (None, None, None)
        close, mean = recent.close[-1], nan
        of_sum, total = push_sum(of_sum, close)
        of_range, reach = push_range(of_range, recent)
        if recent.bar >= period:
            of_mean, mean = push_mean(of_mean, reach)
        unit = mean / close
        return (of_sum, of_range, of_mean), 0.0 if unit <= STILL else (close - total / period) / close / unit

    return step


INDICATORS = declare(
    "pgo",
    "momentum",
    ["pgo_{period}"],
    ["high", "low", "close"],
    pretty_good,
    stepper=pretty_good_stepper,
    warm_up=lambda period: 2 * period - 1,
    unit="fraction",
    formula="(close - sma(close, {period})) / ema(atr({period}), {period})",
    source="Johnson; TA-Lib ATR and EMA, a mean and a division of ours",
    over=periods(14),
    optional=True,
)
