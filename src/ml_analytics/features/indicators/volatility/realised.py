"""Realised volatility, and how much of it came in jumps (Barndorff-Nielsen and Shephard 2004)."""

from __future__ import annotations

from math import nan, pi, sqrt

import numpy as np

from ...indicator import Array, declare, periods, ratio
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import positive_sum, windowed_sum


def realised(close: Array, period: int) -> tuple[Array, ...]:
    """Return realised volatility, bipower volatility and the share of jumps, each over ``period`` bars.

    Roots of the realised variance (sum of squared log returns) and of the bipower variation (sum of products
    of neighbouring absolute returns, pi / 2 of it, set right for the one product that a window has less):
    jumps enter the first and hardly the second, so what is missing, as a share, is theirs; 0 where it is
    negative or nothing moved. Over the window, not per bar and not annualised.
    """
    move = np.abs(log_return(close, 1))
    product = np.full_like(move, nan)
    product[1:] = move[1:] * move[:-1]
    variance = windowed_sum(move * move, period)
    bipower = windowed_sum(product, period - 1) * _bipower_share(period)
    jumps = np.maximum(1.0 - ratio(bipower, variance, neutral=1.0), 0.0)
    return np.sqrt(variance), np.sqrt(bipower), jumps


def realised_stepper(period: int) -> Step:
    """Return the step of :func:`realised`."""
    squares, products, share = positive_sum(period), positive_sum(period - 1), _bipower_share(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        before, of_squares, of_products = state or (nan, None, None)
        move = abs(newest_return(recent))
        of_squares, variance = squares(of_squares, move * move)
        of_products, product = products(of_products, move * before)
        bipower = product * share
        jumps = max(1.0 - bipower / variance, 0.0) if variance else 0.0
        return (move, of_squares, of_products), (sqrt(variance), sqrt(bipower), jumps)

    return step


def _bipower_share(period: int) -> float:
    return pi / 2 * (period / (period - 1))


INDICATORS = declare(
    "realised",
    "volatility",
    ["realised_volatility_{period}", "bipower_volatility_{period}", "jump_share_{period}"],
    ["close"],
    realised,
    stepper=realised_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="sqrt(RV), RV = sum(r²); sqrt(BV), BV = pi/2 * {period}/({period}-1) * sum(|r[t]| |r[t-1]|); "
    "max(1 - BV / RV, 0); r = log_return_1, {period} bars",
    source="Barndorff-Nielsen and Shephard 2004; own, TA-Lib has none",
    aliases=["realized", "bipower", "jumps"],
    over=periods(20),
)
