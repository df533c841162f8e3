"""True range, and its average, in price and as a percentage of the close (Wilder 1978)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.kinds import ValueStep
from ...stepping.true_range import average_true_range
from ...stepping.true_range import true_range as newest_range

PERIODS = periods(7, 14, 21)


def true_range(high: Array, low: Array, close: Array) -> Array:
    """How far the price went from the close before to either end of the bar."""
    return ta.TRANGE(high, low, close)


def atr(high: Array, low: Array, close: Array, period: int) -> Array:
    """Wilder mean of the true range."""
    return ta.ATR(high, low, close, timeperiod=period)


def natr(high: Array, low: Array, close: Array, period: int) -> Array:
    """Average true range as a percentage of the close."""
    return ta.NATR(high, low, close, timeperiod=period)


def true_range_stepper() -> Step:
    """Return the step of :func:`true_range`."""
    return lambda state, recent: (None, newest_range(recent))


def atr_stepper(period: int) -> ValueStep:
    """Return the step of :func:`atr`."""
    return average_true_range(period)


def natr_stepper(period: int) -> ValueStep:
    """Return the step of :func:`natr`."""
    push = average_true_range(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, mean = push(state, recent)
        return state, mean / recent.close[-1] * 100.0

    return step


INDICATORS = (
    *declare(
        "trange",
        "volatility",
        ["trange"],
        ["high", "low", "close"],
        true_range,
        stepper=true_range_stepper,
        warm_up=1,
        unit="price",
        formula="max(high - low, |high - close[t-1]|, |low - close[t-1]|)",
        source="TA-Lib TRANGE",
        aliases=["true_range"],
    ),
    *declare(
        "atr",
        "volatility",
        ["atr_{period}"],
        ["high", "low", "close"],
        atr,
        stepper=atr_stepper,
        warm_up=lambda period: period,
        unit="price",
        formula="Wilder mean(max(high - low, |high - close[t-1]|, |low - close[t-1]|), {period})",
        source="TA-Lib ATR",
        over=PERIODS,
    ),
    *declare(
        "natr",
        "volatility",
        ["natr_{period}"],
        ["high", "low", "close"],
        natr,
        stepper=natr_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * atr_{period} / close",
        source="TA-Lib NATR",
        over=PERIODS,
    ),
)
