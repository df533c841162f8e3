"""Steadiness of growth, and how far returns follow their own past."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .ratios import sharpe_ratio, sortino_ratio
from .sample import sample

# Powers of the autocorrelation below this add nothing.
_NEGLIGIBLE = 1e-18


def stability(returns: Any) -> float:
    """Return how straight the line of log equity is: R^2 of its linear fit over time, from 0 to 1.

    Formula: squared correlation of cumsum(ln(1 + r_t)) with t. Not annualised. NaN periods are left out;
    fewer than two observations, an equity that never moves or ruin give NaN.

    >>> round(stability([0.01, 0.01, 0.01, -0.01]), 4)
    0.394
    """
    one = sample(returns, "stability")
    n = one.size
    if n < 2 or not math.isfinite(one.level[-1]):
        return math.nan
    centred = one.level - one.level.mean()
    total = float(centred @ centred)
    if not total or float(one.level.max()) == float(one.level.min()):
        return math.nan
    time = np.arange(n) - (n - 1) / 2.0
    shared = float(time @ centred) / math.sqrt(total * (n * (n * n - 1.0) / 12.0))
    return min(shared * shared, 1.0)


def autocorrelation(returns: Any) -> float:
    """Return the correlation of returns with those one period before, from -1 to 1.

    Formula: Pearson's correlation of r_2..r_n with r_1..r_{n-1}. NaN periods are left out (the neighbours
    of a gap count as neighbours); fewer than three observations or no variance give NaN.

    >>> round(autocorrelation([0.01, -0.01, 0.01, -0.01]), 4)
    -1.0
    """
    return sample(returns, "autocorrelation").lag_one


def autocorrelation_penalty(returns: Any) -> float:
    """Return by how much autocorrelation widens the spread of long-run returns, 1 or more.

    Formula: sqrt(1 + 2 sum_{k=1}^{n-1} (n - k)/n c^k) with c the absolute :func:`autocorrelation`. The
    absolute value punishes returns that swing back as much as returns that run on. NaN periods are left
    out; where the autocorrelation is unknown the penalty is 1; no observation gives NaN.

    Source: the variance of a sum under first-order autocorrelation (Lo 2002), with |c| as in QuantStats.

    >>> round(autocorrelation_penalty([0.01, 0.02, 0.01, 0.03, 0.01]), 4)
    1.9313
    """
    one = sample(returns, "autocorrelation_penalty")
    if not one.size:
        return math.nan
    c, n = abs(one.lag_one), one.size
    if math.isnan(c) or c == 0.0:
        return 1.0
    lags = n - 1 if c >= 1.0 else min(n - 1, math.ceil(math.log(_NEGLIGIBLE) / math.log(c)))
    k = np.arange(1, lags + 1)
    return math.sqrt(1.0 + 2.0 * float(((n - k) / n) @ c**k))


def smart_sharpe_ratio(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return the annualised Sharpe ratio over the autocorrelation penalty.

    Formula: Sharpe ratio / :func:`autocorrelation_penalty`. NaN and infinity as for the Sharpe ratio.

    >>> round(smart_sharpe_ratio([0.02, -0.01, 0.015, 0.0], 252), 4)
    3.6753
    """
    one = sample(returns, "smart_sharpe_ratio")
    return sharpe_ratio(one, periods_per_year, risk_free_rate) / autocorrelation_penalty(one)


def smart_sortino_ratio(returns: Any, periods_per_year: float, required_return: float = 0.0) -> float:
    """Return the annualised Sortino ratio over the autocorrelation penalty.

    Formula: Sortino ratio / :func:`autocorrelation_penalty`. NaN and infinity as for the Sortino ratio.

    >>> round(smart_sortino_ratio([0.02, -0.01, 0.015, 0.0], 252), 4)
    10.1209
    """
    one = sample(returns, "smart_sortino_ratio")
    return sortino_ratio(one, periods_per_year, required_return) / autocorrelation_penalty(one)
