"""How far the money went: total return, its yearly rate, its mean."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, growth, log_growth, numbers, positive, ratio
from .sample import sample


def total_return(returns: Any) -> float:
    r"""Return the compounded return over the whole time, as a fraction (0.5 is 50 %).

    Formula: prod(1 + r_t) - 1. Not annualised. NaN periods are left out; no observation gives NaN; a
    period of -100 % or less ends in -1, whatever follows.

    >>> round(total_return([0.10, -0.10]), 6)
    -0.01
    """
    one = sample(returns, "total_return")
    return growth(one.total_log) if one.size else math.nan


def cagr(returns: Any, periods_per_year: float) -> float:
    """Return the compound annual growth rate, as a fraction.

    Formula: (prod(1 + r_t))^(p / n) - 1 with n observed periods and p periods a year. NaN periods are left
    out; no observation gives NaN; ruin gives -1.

    >>> round(cagr([0.10] * 24, periods_per_year=12), 6)
    2.138428
    """
    one = sample(returns, "cagr")
    p = positive(periods_per_year, "periods_per_year", "cagr")
    return growth(one.total_log * p / one.size) if one.size else math.nan


def geometric_mean(returns: Any) -> float:
    """Return the constant return of one period that ends at the same wealth, as a fraction.

    Formula: (prod(1 + r_t))^(1 / n) - 1. Not annualised. NaN periods are left out; no observation gives
    NaN; ruin gives -1.

    >>> round(geometric_mean([0.21, 0.0]), 6)
    0.1
    """
    one = sample(returns, "geometric_mean")
    return growth(one.total_log / one.size) if one.size else math.nan


def average_return(returns: Any) -> float:
    """Return the arithmetic mean of the returns of one period, idle periods included.

    Formula: mean(r_t). Not annualised. NaN periods are left out; no observation gives NaN.

    >>> average_return([0.02, 0.0, 0.01])
    0.01
    """
    return sample(returns, "average_return").mean


def time_in_market(returns: Any) -> float:
    """Return the share of periods whose return is not zero, from 0 to 1: exposure as seen from returns.

    NaN periods are left out; no observation gives NaN. Where positions are known,
    :func:`~ml_analytics.analytics.metrics.exposure` is exact; a day that closes unchanged looks idle here.

    >>> time_in_market([0.01, 0.0, -0.01, 0.0])
    0.5
    """
    one = sample(returns, "time_in_market")
    return (one.wins.size + one.losses.size) / one.size if one.size else math.nan


def risk_adjusted_return(returns: Any, periods_per_year: float) -> float:
    """Return the compound annual growth rate per share of time in the market, as a fraction.

    Formula: CAGR / :func:`time_in_market`. NaN periods are left out; never in the market gives NaN.

    >>> round(risk_adjusted_return([0.10, 0.0], 2), 6)
    0.2
    """
    one = sample(returns, "risk_adjusted_return")
    return ratio(cagr(one, periods_per_year), time_in_market(one))


def wealth(returns: Any) -> Array:
    """Return what one unit has become at the end of each period (n,).

    Formula: W_t = prod_{s<=t}(1 + r_s). NaN periods change nothing; after ruin wealth stays 0.

    >>> wealth([0.5, -0.5]).round(6).tolist()
    [1.5, 0.75]
    """
    values = np.nan_to_num(numbers(returns, "returns", "wealth"), nan=0.0)
    with np.errstate(over="ignore"):
        return np.exp(np.cumsum(log_growth(values)))
