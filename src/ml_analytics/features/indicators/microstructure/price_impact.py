"""How far signed volume moves the price: the slopes of Kyle (1985) and Hasbrouck (2009), from bars."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...indicator import Array, declare, periods, ratio
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import positive_sum, window_sum, windowed_sum
from .tick_rule import newest_sign, tick_signs

_ALIKE = 1e-12
"""Signed volumes whose variance is below this share of their mean square do not differ: there is no slope."""


def kyle_lambda(close: Array, volume: Array, period: int) -> Array:
    """Least-squares slope of the close's change on the volume, signed by the tick rule: price a volume.

    0 where the signed volumes do not differ or nothing was traded.
    """
    flow = tick_signs(close) * volume
    flow[0] = nan
    move = np.full_like(close, nan)
    move[1:] = np.diff(close)
    total = windowed_sum(flow, period)
    squares = windowed_sum(flow * flow, period)
    products = windowed_sum(flow * move, period) - total * windowed_sum(move, period) / period
    spread = squares - total * total / period
    alike = spread <= _ALIKE * squares
    return np.where(alike, 0.0, products / np.where(alike, 1.0, spread))


def hasbrouck_lambda(close: Array, volume: Array, period: int) -> Array:
    """Slope through the origin of the log return on the signed root of traded money; 0 without trades."""
    money = close * volume
    money[0] = nan
    flow = tick_signs(close) * np.sqrt(money)
    return ratio(
        windowed_sum(flow * log_return(close, 1), period), windowed_sum(flow * flow, period), neutral=0.0
    )


def kyle_lambda_stepper(period: int) -> Step:
    """Return the step of :func:`kyle_lambda`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        sign, of_flow, of_squares, of_moves, of_products = state or (0.0, None, None, None, None)
        sign, move = newest_sign(sign, recent), nan
        flow = sign * recent.volume[-1]
        if recent.bar:
            move = recent.close[-1] - recent.close[-2]
        else:
            flow = nan
        of_flow, total = push(of_flow, flow)
        of_squares, squares = push(of_squares, flow * flow)
        of_moves, moved = push(of_moves, move)
        of_products, products = push(of_products, flow * move)
        state = (sign, of_flow, of_squares, of_moves, of_products)
        spread = squares - total * total / period
        if spread <= _ALIKE * squares:
            return state, 0.0
        return state, (products - total * moved / period) / spread

    return step


def hasbrouck_lambda_stepper(period: int) -> Step:
    """Return the step of :func:`hasbrouck_lambda`."""
    push = positive_sum(period)  # a move and its sign: their product is not negative

    def step(state: State, recent: Recent) -> tuple[State, float]:
        sign, of_products, of_squares = state or (0.0, None, None)
        sign = newest_sign(sign, recent)
        flow = sign * sqrt(recent.close[-1] * recent.volume[-1]) if recent.bar else nan
        of_products, products = push(of_products, flow * newest_return(recent))
        of_squares, squares = push(of_squares, flow * flow)
        return (sign, of_products, of_squares), products / squares if squares else 0.0

    return step


INDICATORS = (
    *declare(
        "kyle_lambda",
        "microstructure",
        ["kyle_lambda_{period}"],
        ["close", "volume"],
        kyle_lambda,
        stepper=kyle_lambda_stepper,
        warm_up=lambda period: period,
        unit="per_currency",
        formula="cov(close[t] - close[t-1], q) / var(q), q = volume signed by the tick rule, {period} bars",
        source="Kyle 1985; own, TA-Lib has none",
        aliases=["kyle"],
        over=periods(20),
    ),
    *declare(
        "hasbrouck_lambda",
        "microstructure",
        ["hasbrouck_lambda_{period}"],
        ["close", "volume"],
        hasbrouck_lambda,
        stepper=hasbrouck_lambda_stepper,
        warm_up=lambda period: period,
        unit="per_currency",
        formula="sum(r s) / sum(s²), r = log_return_1, s = tick sign * sqrt(close * volume), {period} bars",
        source="Hasbrouck 2009; own, TA-Lib has none",
        aliases=["hasbrouck"],
        over=periods(20),
    ),
)
