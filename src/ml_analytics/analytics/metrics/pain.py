"""Growth per unit of drawdown: Ulcer performance, pain, recovery, Sterling, Burke, Serenity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import Array, annual_rate, count, ratio
from .drawdown import max_drawdown, pain_index, ulcer_index
from .growth import cagr, total_return
from .sample import Sample, sample
from .spread import volatility
from .tail import conditional_value_at_risk


def ulcer_performance_index(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return the annual growth over the risk-free rate per Ulcer index (also called Martin ratio).

    Formula: (CAGR - f) / Ulcer index, f annual. NaN periods are left out; no observation gives NaN; no
    drawdown gives +inf, or -inf for growth below f.

    Source: Martin & McCann (1989); Bacon (2008).

    >>> round(ulcer_performance_index([0.10, -0.10, 0.10], 3), 4)
    1.5339
    """
    owner = "ulcer_performance_index"
    one = sample(returns, owner)
    return ratio(_excess(one, periods_per_year, risk_free_rate, owner), ulcer_index(one))


def pain_ratio(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return the annual growth over the risk-free rate per pain index.

    Formula: (CAGR - f) / pain index, f annual. NaN periods are left out; no observation gives NaN; no
    drawdown gives +inf, or -inf for growth below f.

    Source: Bacon (2008).

    >>> round(pain_ratio([0.10, -0.10, 0.10], 3), 4)
    2.4273
    """
    owner = "pain_ratio"
    one = sample(returns, owner)
    return ratio(_excess(one, periods_per_year, risk_free_rate, owner), pain_index(one))


def recovery_factor(returns: Any) -> float:
    """Return the total return per maximum drawdown: how often the worst loss was earned.

    Formula: total return / |max drawdown|. Not annualised; negative for a loss. NaN periods are left out;
    no observation gives NaN; no drawdown gives +inf, or NaN for no growth.

    >>> round(recovery_factor([0.50, -0.10, 0.10]), 4)
    4.85
    """
    one = sample(returns, "recovery_factor")
    return ratio(total_return(one), -max_drawdown(one))


def sterling_ratio(
    returns: Any, periods_per_year: float, risk_free_rate: float = 0.0, largest: int | None = None
) -> float:
    """Return the annual growth over the risk-free rate per average drawdown.

    Formula: (CAGR - f) / |mean of the depths of the d largest drawdowns|; ``largest`` is d, ``None`` takes
    all. NaN periods are left out; no observation gives NaN; no drawdown gives +inf, or -inf for growth below f.

    Source: Bacon (2008), without the 10 % that Jones once added to the drawdown.

    >>> round(sterling_ratio([0.10, -0.20, 0.30, -0.10, 0.20], 5), 4)
    1.5701
    """
    owner = "sterling_ratio"
    one = sample(returns, owner)
    depths = _largest(one, largest, owner)
    risk = -float(depths.mean()) if depths.size else _no_drawdown(one)
    return ratio(_excess(one, periods_per_year, risk_free_rate, owner), risk)


def burke_ratio(
    returns: Any, periods_per_year: float, risk_free_rate: float = 0.0, largest: int | None = None
) -> float:
    """Return the annual growth over the risk-free rate per root of the sum of squared drawdowns.

    Formula: (CAGR - f) / sqrt(sum of D_j^2) over the d largest drawdowns, each from its high to its deepest
    point; ``largest`` is d, ``None`` takes all. The sum grows with the length of the history. NaN periods
    are left out; no observation gives NaN; no drawdown gives +inf, or -inf for growth below f.

    Source: Burke (1994), "A sharper Sharpe ratio".

    >>> round(burke_ratio([0.10, -0.20, 0.30, -0.10, 0.20], 5), 4)
    1.0533
    """
    owner = "burke_ratio"
    one = sample(returns, owner)
    depths = _largest(one, largest, owner)
    risk = math.sqrt(float(depths @ depths)) if depths.size else _no_drawdown(one)
    return ratio(_excess(one, periods_per_year, risk_free_rate, owner), risk)


def serenity_index(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return the annual growth over the risk-free rate per penalised risk.

    Formula: (CAGR - f) / (Ulcer index * pitfall), pitfall = |mean of the worst 5 % of drawdowns D_t| /
    annual volatility. NaN periods are left out; fewer than two observations, or a drawdown without volatility,
    give NaN; no drawdown gives +inf, or -inf for growth below f.

    Source: KeyQuant, white paper "APT", part 1; Pensions & Investments (24 April 2018), "Finding serenity
    while managing risk".

    >>> round(serenity_index([0.10, -0.10, 0.10], 3), 4)
    3.0677
    """
    owner = "serenity_index"
    one = sample(returns, owner)
    excess, spread = _excess(one, periods_per_year, risk_free_rate, owner), volatility(one, periods_per_year)
    if one.size < 2:
        return math.nan
    pitfall = -conditional_value_at_risk(one.drawdown) / spread if spread else math.nan
    return ratio(excess, ulcer_index(one) * pitfall if one.depths.size else 0.0)


def _excess(one: Sample, periods_per_year: float, risk_free_rate: float, owner: str) -> float:
    return cagr(one, periods_per_year) - annual_rate(risk_free_rate, "risk_free_rate", owner)


def _largest(one: Sample, limit: int | None, owner: str) -> Array:
    if limit is None:
        return one.depths
    return np.sort(one.depths)[: count(limit, "largest", owner)]


def _no_drawdown(one: Sample) -> float:
    return 0.0 if one.size else math.nan
