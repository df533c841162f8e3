"""How far the money went: total return and its yearly rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, growth, log_growth, numbers, observed, positive


def total_return(returns: Any) -> float:
    r"""Return the compounded return over the whole time, as a fraction (0.5 is 50 %).

    Formula: prod(1 + r_t) - 1. Not annualised. NaN periods are left out; no observation gives NaN; a
    period of -100 % or less ends in -1, whatever follows.

    >>> round(total_return([0.10, -0.10]), 6)
    -0.01
    """
    known = observed(returns, "total_return")
    return growth(float(log_growth(known).sum())) if known.size else math.nan


def cagr(returns: Any, periods_per_year: float) -> float:
    """Return the compound annual growth rate, as a fraction.

    Formula: (prod(1 + r_t))^(p / n) - 1 with n observed periods and p periods a year. NaN periods are left
    out; no observation gives NaN; ruin gives -1.

    >>> round(cagr([0.10] * 24, periods_per_year=12), 6)
    2.138428
    """
    known = observed(returns, "cagr")
    p = positive(periods_per_year, "periods_per_year", "cagr")
    return growth(float(log_growth(known).sum()) * p / known.size) if known.size else math.nan


def wealth(returns: Any) -> Array:
    """Return what one unit has become at the end of each period (n,).

    Formula: W_t = prod_{s<=t}(1 + r_s). NaN periods change nothing; after ruin wealth stays 0.

    >>> wealth([0.5, -0.5]).round(6).tolist()
    [1.5, 0.75]
    """
    values = np.nan_to_num(numbers(returns, "returns", "wealth"), nan=0.0)
    with np.errstate(over="ignore"):
        return np.exp(np.cumsum(log_growth(values)))
