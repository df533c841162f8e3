"""How much the volatility itself moves."""

from __future__ import annotations

from math import sqrt

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.variance import variance
from .standard_deviation import volatility, volatility_stepper


def volatility_of_volatility(close: Array, of: int, period: int) -> Array:
    """Population standard deviation of the volatilities of the last ``period`` bars; 0 where it is steady."""
    return ta.STDDEV(volatility(close, of), timeperiod=period)


def volatility_of_volatility_stepper(of: int, period: int) -> Step:
    """Return the step of :func:`volatility_of_volatility`."""
    inner, push = volatility_stepper(of), variance(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        within, outer, window = state or (None, None, ())
        within, value = inner(within, recent)
        if recent.bar < of:
            return (within, None, ()), 0.0
        window = (*window[-period + 1 :], value)
        outer, made = push(outer, window)
        return (within, outer, window), sqrt(made)

    return step


INDICATORS = declare(
    "volatility_of_volatility",
    "volatility",
    ["volatility_of_volatility_{period}"],
    ["close"],
    volatility_of_volatility,
    stepper=volatility_of_volatility_stepper,
    warm_up=lambda of, period: of + period - 1,
    unit="fraction",
    formula="standard deviation(volatility_{of}, {period}), divisor {period}",
    source="TA-Lib STDDEV of STDDEV of log returns",
    aliases=["vol_of_vol"],
    over=[{"of": 20, "period": 20}],
)
