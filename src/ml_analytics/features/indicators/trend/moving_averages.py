"""Simple, exponential and linearly weighted moving averages of the close."""

from __future__ import annotations

from ... import stepping, ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.weighted import wma as wma_of

PERIODS = periods(5, 10, 20, 50, 100, 200)


def sma(close: Array, period: int) -> Array:
    """Mean of the last ``period`` closes."""
    return ta.SMA(close, timeperiod=period)


def ema(close: Array, period: int) -> Array:
    """Exponential average, weight 2 / (period + 1), seeded with the mean of the first ``period`` closes."""
    return ta.EMA(close, timeperiod=period)


def wma(close: Array, period: int) -> Array:
    """Average with weights 1 … ``period``, the newest close the heaviest."""
    return ta.WMA(close, timeperiod=period)


def sma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`sma`."""
    push = stepping.sma(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close
        return push(state, close[-1], close[-period] if recent.bar >= period - 1 else 0.0)

    return step


def ema_stepper(period: int) -> ValueStep:
    """Return the step of :func:`ema`."""
    push = stepping.ema(period)
    return lambda state, recent: push(state, recent.close[-1])


def wma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`wma`."""
    push = wma_of(period)
    return lambda state, recent: push(state, recent.close)


INDICATORS = (
    *declare(
        "sma",
        "trend",
        ["sma_{period}"],
        ["close"],
        sma,
        stepper=sma_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="mean(close, {period})",
        source="TA-Lib SMA",
        over=PERIODS,
    ),
    *declare(
        "ema",
        "trend",
        ["ema_{period}"],
        ["close"],
        ema,
        stepper=ema_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="ema[t] = ema[t-1] + 2/({period}+1) * (close[t] - ema[t-1])",
        source="TA-Lib EMA",
        over=PERIODS,
    ),
    *declare(
        "wma",
        "trend",
        ["wma_{period}"],
        ["close"],
        wma,
        stepper=wma_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(w * close) / sum(w), w = 1 … {period}",
        source="TA-Lib WMA",
        over=PERIODS,
    ),
)
