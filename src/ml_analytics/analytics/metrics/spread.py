"""How much returns vary: volatility and downside deviation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, annual_rate, per_period, positive
from .sample import Sample, sample


def deviation(values: Array) -> float:
    """Return the sample standard deviation (n - 1) of one period; NaN below two values, 0 for equal ones."""
    return Sample(values).deviation


def volatility(returns: Any, periods_per_year: float) -> float:
    """Return the annualised standard deviation of returns, as a fraction.

    Formula: std(r, n - 1) * sqrt(p). NaN periods are left out; fewer than two observations give NaN.

    >>> round(volatility([0.01, -0.01, 0.01, -0.01], 252), 6)
    0.183303
    """
    p = positive(periods_per_year, "periods_per_year", "volatility")
    return sample(returns, "volatility").deviation * math.sqrt(p)


def downside_deviation(returns: Any, periods_per_year: float, required_return: float = 0.0) -> float:
    """Return the annualised root mean square of shortfalls below ``required_return``, as a fraction.

    Formula: sqrt(mean(min(r - m, 0)^2)) * sqrt(p), the mean over all n periods and m the required annual
    return of one period, (1 + required)^(1/p) - 1. NaN periods are left out; no observation gives NaN.

    Source: Sortino & van der Meer (1991), "Downside risk".

    >>> round(downside_deviation([0.01, -0.01], 252), 6)
    0.11225
    """
    owner = "downside_deviation"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    minimum = per_period(annual_rate(required_return, "required_return", owner), p)
    if not one.size:
        return math.nan
    shortfall = np.minimum(one.values - minimum, 0.0) if minimum else one.losses
    return math.sqrt(float(shortfall @ shortfall) / one.size) * math.sqrt(p)
