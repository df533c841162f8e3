"""Reward per unit of risk. Over no risk at all a ratio is +inf, -inf or (no reward either) NaN."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import annual_rate, per_period, positive, ratio
from .drawdown import max_drawdown
from .growth import cagr
from .sample import sample
from .spread import downside_deviation


def sharpe_ratio(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return the annualised Sharpe ratio.

    Formula: mean(e) / std(e, n - 1) * sqrt(p) with e = r - f, f the risk-free rate of one period,
    (1 + risk_free_rate)^(1/p) - 1. ``risk_free_rate`` is annual. NaN periods are left out; fewer than two
    observations give NaN.

    Source: Sharpe (1994), "The Sharpe ratio". The square root assumes returns without autocorrelation
    (Lo 2002).

    >>> round(sharpe_ratio([0.02, -0.01, 0.015, 0.0], 252), 4)
    7.2058
    """
    owner = "sharpe_ratio"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    free = per_period(annual_rate(risk_free_rate, "risk_free_rate", owner), p)
    return ratio(one.mean - free, one.deviation) * math.sqrt(p)


def sortino_ratio(returns: Any, periods_per_year: float, required_return: float = 0.0) -> float:
    """Return the annualised Sortino ratio: excess over ``required_return`` (annual) per downside deviation.

    Formula: (mean(r) - m) * p / (sqrt(mean(min(r - m, 0)^2)) * sqrt(p)). NaN periods are left out; no
    observation gives NaN; no shortfall gives +inf, or NaN where every period earns just m.

    Source: Sortino & van der Meer (1991).

    >>> round(sortino_ratio([0.02, -0.01, 0.015, 0.0], 252), 4)
    19.8431
    """
    owner = "sortino_ratio"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    minimum = per_period(annual_rate(required_return, "required_return", owner), p)
    return ratio((one.mean - minimum) * p, downside_deviation(one, p, required_return))


def calmar_ratio(returns: Any, periods_per_year: float) -> float:
    """Return the compound annual growth rate per unit of maximum drawdown.

    Formula: CAGR / |max drawdown|. NaN periods are left out; no drawdown gives +inf, or NaN for no growth.

    Source: Young (1991), over the whole history instead of three years.

    >>> round(calmar_ratio([0.10, -0.05, 0.10], 3), 4)
    2.99
    """
    one = sample(returns, "calmar_ratio")
    return ratio(cagr(one, periods_per_year), abs(max_drawdown(one)))


def omega_ratio(
    returns: Any, periods_per_year: float, required_return: float = 0.0, risk_free_rate: float = 0.0
) -> float:
    """Return gains above per losses below a threshold.

    Formula: sum(max(r - m, 0)) / sum(max(m - r, 0)) with m the required annual return of one period plus
    the risk-free rate of one period. Without a unit, not annualised. NaN periods are left out; no loss
    gives +inf, or NaN without a gain either.

    Source: Keating & Shadwick (2002), "A universal performance measure".

    >>> round(omega_ratio([0.02, -0.01, 0.01], 252), 4)
    3.0
    """
    owner = "omega_ratio"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    required = per_period(annual_rate(required_return, "required_return", owner), p)
    free = per_period(annual_rate(risk_free_rate, "risk_free_rate", owner), p)
    excess = one.values - (required + free)
    return ratio(float(np.maximum(excess, 0.0).sum()), float(np.maximum(-excess, 0.0).sum()))


def adjusted_sortino_ratio(returns: Any, periods_per_year: float, required_return: float = 0.0) -> float:
    """Return the Sortino ratio over the square root of 2, so that it compares with the Sharpe ratio.

    NaN and infinity as for :func:`sortino_ratio`.

    Source: Rollinger & Hoffman (2013), "Sortino: a sharper ratio".

    >>> round(adjusted_sortino_ratio([0.02, -0.01, 0.015, 0.0], 252), 4)
    14.0312
    """
    one = sample(returns, "adjusted_sortino_ratio")
    return sortino_ratio(one, periods_per_year, required_return) / math.sqrt(2.0)


def risk_return_ratio(returns: Any) -> float:
    """Return the mean return per standard deviation of one period: the Sharpe ratio before annualising.

    Formula: mean(r) / std(r, n - 1). NaN periods are left out; fewer than two observations give NaN.

    >>> round(risk_return_ratio([0.02, -0.01, 0.015, 0.0]), 4)
    0.4539
    """
    one = sample(returns, "risk_return_ratio")
    return ratio(one.mean, one.deviation)
