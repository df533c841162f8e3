"""Exponentially weighted volatility, as RiskMetrics has it (J.P. Morgan 1996)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...indicator import Array, declare
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.exponential import exponential_mean
from ...stepping.logarithm import log_return as newest_return

_BEGIN = 20
"""The first value is the mean of so many squared returns."""


def ewma_volatility(close: Array, percent: int) -> Array:
    """Root of the exponentially weighted mean of squared log returns, per bar; decay ``percent`` / 100.

    0 where nothing has moved yet.
    """
    squares = log_return(close, 1)[1:] ** 2
    out = np.full_like(close, nan)
    if len(squares) >= _BEGIN:
        first = float(np.cumsum(squares[:_BEGIN])[-1]) / _BEGIN
        out[_BEGIN] = first
        out[_BEGIN + 1 :] = exponential_mean(squares[_BEGIN:], percent / 100, first)
    return np.sqrt(out)


def ewma_volatility_stepper(percent: int) -> Step:
    """Return the step of :func:`ewma_volatility`."""
    decay = percent / 100

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return 0.0, 0.0
        square = newest_return(recent) ** 2
        if recent.bar > _BEGIN:
            state = decay * state + (1.0 - decay) * square
        else:
            state += square
            state = state / _BEGIN if recent.bar == _BEGIN else state
        return state, sqrt(state)

    return step


INDICATORS = declare(
    "ewma_volatility",
    "volatility",
    ["ewma_volatility_{percent}"],
    ["close"],
    ewma_volatility,
    stepper=ewma_volatility_stepper,
    warm_up=_BEGIN,
    unit="fraction",
    formula="sqrt(v), v[t] = 0.{percent} v[t-1] + (1 - 0.{percent}) log_return_1², begun by the mean of 20 bars",
    source="RiskMetrics 1996; own, TA-Lib has no such decay",
    aliases=["riskmetrics"],
    over=[{"percent": 94}, {"percent": 97}],
)
