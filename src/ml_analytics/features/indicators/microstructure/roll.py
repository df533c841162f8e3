"""Effective spread from the bounce between bid and ask (Roll 1984)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...indicator import Array, declare, periods
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import window_sum, windowed_sum


def roll_spread(close: Array, period: int) -> Array:
    """Twice the root of the negated autocovariance of log returns; 0 where it is not negative."""
    move = log_return(close, 1)
    before = np.full_like(move, nan)
    before[1:] = move[:-1]
    product = windowed_sum(move * before, period) / period
    covariance = product - windowed_sum(move, period) / period * (windowed_sum(before, period) / period)
    return 2 * np.sqrt(np.maximum(-covariance, 0.0))


def roll_spread_stepper(period: int) -> Step:
    """Return the step of :func:`roll_spread`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        before, total_before, of_moves, of_products = state or (nan, nan, None, None)
        move = newest_return(recent)
        of_moves, total = push(of_moves, move)
        of_products, products = push(of_products, move * before)
        covariance = products / period - total / period * (total_before / period)
        return (move, total, of_moves, of_products), 2 * sqrt(max(-covariance, 0.0))

    return step


INDICATORS = declare(
    "roll_spread",
    "microstructure",
    ["roll_spread_{period}"],
    ["close"],
    roll_spread,
    stepper=roll_spread_stepper,
    warm_up=lambda period: period + 1,
    unit="fraction",
    formula="2 * sqrt(max(-cov(r[t], r[t-1]), 0)), r = log_return_1, {period} pairs, divisor {period}",
    source="Roll 1984; own, TA-Lib has none",
    aliases=["roll"],
    over=periods(20, 50),
)
