"""How much returns vary: volatility and downside deviation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, annual_rate, observed, per_period, positive


def deviation(values: Array) -> float:
    """Return the sample standard deviation (n - 1) of one period; NaN below two values.

    Equal values give exactly 0, where floating-point means would leave a residue near 1e-19.
    """
    if values.size < 2:
        return math.nan
    return 0.0 if values.max() == values.min() else float(values.std(ddof=1))


def volatility(returns: Any, periods_per_year: float) -> float:
    """Return the annualised standard deviation of returns, as a fraction.

    Formula: std(r, n - 1) * sqrt(p). NaN periods are left out; fewer than two observations give NaN.

    >>> round(volatility([0.01, -0.01, 0.01, -0.01], 252), 6)
    0.183303
    """
    p = positive(periods_per_year, "periods_per_year", "volatility")
    return deviation(observed(returns, "volatility")) * math.sqrt(p)


def downside_deviation(returns: Any, periods_per_year: float, required_return: float = 0.0) -> float:
    """Return the annualised root mean square of shortfalls below ``required_return``, as a fraction.

    Formula: sqrt(mean(min(r - m, 0)^2)) * sqrt(p), the mean over all n periods and m the required annual
    return of one period, (1 + required)^(1/p) - 1. NaN periods are left out; no observation gives NaN.

    Source: Sortino & van der Meer (1991), "Downside risk".

    >>> round(downside_deviation([0.01, -0.01], 252), 6)
    0.11225
    """
    owner = "downside_deviation"
    known = observed(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    minimum = per_period(annual_rate(required_return, "required_return", owner), p)
    if not known.size:
        return math.nan
    shortfall = np.minimum(known - minimum, 0.0)
    return math.sqrt(float(shortfall @ shortfall) / known.size) * math.sqrt(p)
