"""The shape of the distribution: value at risk, expected shortfall, tail ratio, skew, kurtosis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, fraction, observed, ratio
from .spread import deviation


def value_at_risk(returns: Any, confidence_level: float = 0.95) -> float:
    """Return the historical value at risk of one period, as a return (-0.02: a loss of 2 %).

    Formula: the (1 - confidence) quantile of returns, linearly interpolated. Not annualised. NaN periods
    are left out; no observation gives NaN.

    >>> round(value_at_risk([-0.03, -0.01, 0.0, 0.01, 0.02], 0.75), 6)
    -0.01
    """
    known = observed(returns, "value_at_risk")
    level = fraction(confidence_level, "confidence_level", "value_at_risk")
    return _quantile(known, 1.0 - level) if known.size else math.nan


def conditional_value_at_risk(returns: Any, confidence_level: float = 0.95) -> float:
    """Return the mean of the worst returns: expected shortfall of one period, as a return.

    Formula: the mean of the floor((n - 1)(1 - confidence)) + 1 smallest returns, those at or below the
    value at risk. Not annualised. NaN periods are left out; no observation gives NaN.

    Source: Rockafellar & Uryasev (2000), historical form.

    >>> round(conditional_value_at_risk([-0.03, -0.01, 0.0, 0.01, 0.02], 0.75), 6)
    -0.02
    """
    known = observed(returns, "conditional_value_at_risk")
    level = fraction(confidence_level, "confidence_level", "conditional_value_at_risk")
    if not known.size:
        return math.nan
    # Rounded first: (1 - 0.9) * 10 is 0.9999999999999998.
    worst = math.floor(round((known.size - 1) * (1.0 - level), 9)) + 1
    return float(np.partition(known, worst - 1)[:worst].mean())


def tail_ratio(returns: Any) -> float:
    """Return the size of the right tail per left tail.

    Formula: |95 % quantile| / |5 % quantile|. NaN periods are left out; an empty left tail gives +inf.

    >>> round(tail_ratio([-0.01, 0.0, 0.01, 0.02]), 4)
    2.1765
    """
    known = observed(returns, "tail_ratio")
    if not known.size:
        return math.nan
    return ratio(abs(_quantile(known, 0.95)), abs(_quantile(known, 0.05)))


def skew(returns: Any) -> float:
    """Return the bias-corrected skewness G1 of returns; negative: the long tail is of losses.

    Formula: sqrt(n (n - 1)) / (n - 2) * mean(z^3) with z = (r - mean) / std(r, n). NaN periods are left
    out; fewer than three observations or no variance give NaN.

    Source: Joanes & Gill (1998).

    >>> round(skew([-0.05, 0.01, 0.02, 0.02]), 4)
    -1.8871
    """
    known = observed(returns, "skew")
    n = known.size
    if n < 3 or not (z := _standardised(known)).size:
        return math.nan
    return float((z**3).mean()) * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(returns: Any) -> float:
    """Return the bias-corrected excess kurtosis G2 of returns; 0 for a normal distribution.

    Formula: (n - 1) / ((n - 2)(n - 3)) * ((n + 1) (mean(z^4) - 3) + 6). NaN periods are left out; fewer than
    four observations or no variance give NaN.

    Source: Joanes & Gill (1998).

    >>> round(kurtosis([-0.05, 0.01, 0.02, 0.02]), 4)
    3.5761
    """
    known = observed(returns, "kurtosis")
    n = known.size
    if n < 4 or not (z := _standardised(known)).size:
        return math.nan
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (float((z**4).mean()) - 3.0) + 6.0)


def _standardised(values: Array) -> Array:
    """Return z scores with the population deviation; empty when nothing varies."""
    if not deviation(values):
        return values[:0]
    centred: Array = values - values.mean()
    scale = math.sqrt(float(centred @ centred) / values.size)
    return centred / scale if scale else values[:0]


def _quantile(values: Array, q: float) -> float:
    return float(np.quantile(values, q))
