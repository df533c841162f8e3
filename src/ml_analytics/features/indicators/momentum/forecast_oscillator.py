"""Forecast oscillators: how far the close is off yesterday's line, and off its own (Chande, Kroll 1994)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.regression import regression


def forecast_oscillator(close: Array, period: int) -> Array:
    """The close less the forecast of the bar before, in percent of the close."""
    return ta.FOSC(close, timeperiod=period)


def chande_forecast(close: Array, period: int) -> Array:
    """The close less where the line through the last closes ends, in percent of the close."""
    return 100.0 * (close - ta.LINEARREG(close, timeperiod=period)) / close


def forecast_oscillator_stepper(period: int) -> Step:
    """Return the step of :func:`forecast_oscillator`."""
    push, steps = regression(period), float(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_line, forecast = state or (None, 0.0)
        close = recent.close[-1]
        value = 100.0 * (close - forecast) / close
        of_line, slope, begin = push(of_line, recent.close)
        return (of_line, begin + slope * steps), value

    return step


def chande_forecast_stepper(period: int) -> Step:
    """Return the step of :func:`chande_forecast`."""
    push, steps = regression(period), float(period - 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close[-1]
        state, slope, begin = push(state, recent.close)
        return state, 100.0 * (close - (begin + slope * steps)) / close

    return step


INDICATORS = (
    *declare(
        "fosc",
        "momentum",
        ["fosc_{period}"],
        ["close"],
        forecast_oscillator,
        stepper=forecast_oscillator_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * (close[t] - tsf_{period}[t-1]) / close[t]",
        source="TA-Lib FOSC",
        over=periods(14),
    ),
    *declare(
        "cfo",
        "momentum",
        ["cfo_{period}"],
        ["close"],
        chande_forecast,
        stepper=chande_forecast_stepper,
        warm_up=lambda period: period - 1,
        unit="percent",
        formula="100 * (close - linearreg_{period}) / close",
        source="TA-Lib LINEARREG, a division of ours",
        over=periods(9),
        optional=True,
    ),
)
