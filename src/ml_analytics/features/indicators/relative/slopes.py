"""Which way averages and lines point, as fractions of the price."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...moves import simple_return
from ...stepping import Recent, State
from ...stepping.compared import in_closes
from ...stepping.delay import delay
from ...stepping.kinds import ValueStep
from ..trend.moving_averages import ema_stepper, sma_stepper
from ..trend.regression import linearreg_slope_stepper

_BARS = 5
_AGO = f"{_BARS} bars ago"


def sma_slope(close: Array, period: int) -> Array:
    """Simple average over itself 5 bars ago, less 1."""
    return simple_return(ta.SMA(close, timeperiod=period), _BARS)


def ema_slope(close: Array, period: int) -> Array:
    """Exponential average over itself 5 bars ago, less 1."""
    return simple_return(ta.EMA(close, timeperiod=period), _BARS)


def linearreg_slope_to_close(close: Array, period: int) -> Array:
    """How much the line by least squares rises in a bar, over the close."""
    return ta.LINEARREG_SLOPE(close, timeperiod=period) / close


def sma_slope_stepper(period: int) -> ValueStep:
    """Return the step of :func:`sma_slope`."""
    return _slope(sma_stepper(period), period)


def ema_slope_stepper(period: int) -> ValueStep:
    """Return the step of :func:`ema_slope`."""
    return _slope(ema_stepper(period), period)


def linearreg_slope_to_close_stepper(period: int) -> ValueStep:
    """Return the step of :func:`linearreg_slope_to_close`."""
    return in_closes(linearreg_slope_stepper(period))


def _slope(average: ValueStep, period: int) -> ValueStep:
    late, first = delay(_BARS), period - 1

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_average, waiting = state or (None, None)
        of_average, now = average(of_average, recent)
        if recent.bar < first:
            return (of_average, None), now
        waiting, before = late(waiting, now)
        return (of_average, waiting), now / before - 1.0

    return step


INDICATORS = (
    *declare(
        "sma_slope",
        "relative",
        ["sma_slope_{period}"],
        ["close"],
        sma_slope,
        stepper=sma_slope_stepper,
        warm_up=lambda period: period - 1 + _BARS,
        unit="fraction",
        formula=f"sma_{{period}} / sma_{{period}} of {_AGO} - 1",
        source="TA-Lib SMA, a division of ours",
        over=periods(20, 50, 200),
    ),
    *declare(
        "ema_slope",
        "relative",
        ["ema_slope_{period}"],
        ["close"],
        ema_slope,
        stepper=ema_slope_stepper,
        warm_up=lambda period: period - 1 + _BARS,
        unit="fraction",
        formula=f"ema_{{period}} / ema_{{period}} of {_AGO} - 1",
        source="TA-Lib EMA, a division of ours",
        over=periods(20, 50),
    ),
    *declare(
        "linearreg_slope_to_close",
        "relative",
        ["linearreg_slope_to_close_{period}"],
        ["close"],
        linearreg_slope_to_close,
        stepper=linearreg_slope_to_close_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="linearreg_slope_{period} / close",
        source="TA-Lib LINEARREG_SLOPE, a division of ours",
        over=periods(14, 50),
    ),
)
