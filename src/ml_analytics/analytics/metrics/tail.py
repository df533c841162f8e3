"""The shape of the distribution: value at risk, expected shortfall, tails, outliers, skew, kurtosis."""

from __future__ import annotations

import math
from typing import Any

from ..inputs import fraction, ratio
from .sample import sample


def value_at_risk(returns: Any, confidence_level: float = 0.95) -> float:
    """Return the historical value at risk of one period, as a return (-0.02: a loss of 2 %).

    Formula: the (1 - confidence) quantile of returns, linearly interpolated. Not annualised. NaN periods
    are left out; no observation gives NaN.

    >>> round(value_at_risk([-0.03, -0.01, 0.0, 0.01, 0.02], 0.75), 6)
    -0.01
    """
    one = sample(returns, "value_at_risk")
    level = fraction(confidence_level, "confidence_level", "value_at_risk")
    return one.quantile(round(1.0 - level, 12))


def conditional_value_at_risk(returns: Any, confidence_level: float = 0.95) -> float:
    """Return the mean of the worst returns: expected shortfall of one period, as a return.

    Formula: the mean of the floor((n - 1)(1 - confidence)) + 1 smallest returns, those at or below the
    value at risk. Not annualised. NaN periods are left out; no observation gives NaN.

    Source: Rockafellar & Uryasev (2000), historical form.

    >>> round(conditional_value_at_risk([-0.03, -0.01, 0.0, 0.01, 0.02], 0.75), 6)
    -0.02
    """
    one = sample(returns, "conditional_value_at_risk")
    level = fraction(confidence_level, "confidence_level", "conditional_value_at_risk")
    if not one.size:
        return math.nan
    # Rounded first: (1 - 0.9) * 10 is 0.9999999999999998.
    worst = math.floor(round((one.size - 1) * (1.0 - level), 9)) + 1
    return float(one.smallest(worst).mean())


def tail_ratio(returns: Any) -> float:
    """Return the size of the right tail per left tail.

    Formula: |95 % quantile| / |5 % quantile|. NaN periods are left out; a left tail of zero gives +inf,
    or NaN where the right one is zero too.

    >>> round(tail_ratio([-0.01, 0.0, 0.01, 0.02]), 4)
    2.1765
    """
    one = sample(returns, "tail_ratio")
    return ratio(abs(one.quantile(0.95)), abs(one.quantile(0.05)))


def skew(returns: Any) -> float:
    """Return the bias-corrected skewness G1 of returns; negative: the long tail is of losses.

    Formula: sqrt(n (n - 1)) / (n - 2) * mean(z^3) with z = (r - mean) / std(r, n). NaN periods are left
    out; fewer than three observations or no variance give NaN.

    Source: Joanes & Gill (1998).

    >>> round(skew([-0.05, 0.01, 0.02, 0.02]), 4)
    -1.8871
    """
    one = sample(returns, "skew")
    n, third = one.size, one.moments[0]
    if n < 3:
        return math.nan
    return third * math.sqrt(n * (n - 1)) / (n - 2)


def kurtosis(returns: Any) -> float:
    """Return the bias-corrected excess kurtosis G2 of returns; 0 for a normal distribution.

    Formula: (n - 1) / ((n - 2)(n - 3)) * ((n + 1) (mean(z^4) - 3) + 6). NaN periods are left out; fewer than
    four observations or no variance give NaN.

    Source: Joanes & Gill (1998).

    >>> round(kurtosis([-0.05, 0.01, 0.02, 0.02]), 4)
    3.5761
    """
    one = sample(returns, "kurtosis")
    n, fourth = one.size, one.moments[1]
    if n < 4:
        return math.nan
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth - 3.0) + 6.0)


def outlier_win_ratio(returns: Any, quantile: float = 0.99) -> float:
    """Return how much larger the largest wins are than the average win.

    Formula: the ``quantile`` of all returns / mean of the wins. Without a unit. NaN periods are left out; no
    win gives NaN.

    >>> round(outlier_win_ratio([0.01, 0.01, 0.04, -0.01], 0.99), 4)
    1.955
    """
    one = sample(returns, "outlier_win_ratio")
    level = fraction(quantile, "quantile", "outlier_win_ratio")
    return ratio(one.quantile(level), float(one.wins.mean())) if one.wins.size else math.nan


def outlier_loss_ratio(returns: Any, quantile: float = 0.01) -> float:
    """Return how much larger the largest losses are than the average loss.

    Formula: the ``quantile`` of all returns / mean of the losses. Without a unit. NaN periods are left out;
    no loss gives NaN.

    >>> round(outlier_loss_ratio([-0.01, -0.01, -0.04, 0.01], 0.01), 4)
    1.955
    """
    one = sample(returns, "outlier_loss_ratio")
    level = fraction(quantile, "quantile", "outlier_loss_ratio")
    return ratio(one.quantile(level), float(one.losses.mean())) if one.losses.size else math.nan
