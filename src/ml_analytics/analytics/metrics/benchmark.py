"""Against a benchmark: correlation, beta, alpha, information ratio, and whether the Sharpe ratio is really higher."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.errors import ParameterError
from ...core.values import Score
from ..inputs import (
    Array,
    annual_rate,
    count,
    fraction,
    numbers,
    per_period,
    per_year,
    positive,
    ratio,
    seed_of,
)
from .ratios import sharpe_ratio
from .spread import deviation


def correlation(returns: Any, benchmark: Any) -> float:
    """Return Pearson's correlation with the benchmark, from -1 to 1.

    Periods where either is NaN are left out; fewer than two, or no variance, give NaN.

    >>> correlation([0.01, 0.02, 0.03], [0.02, 0.04, 0.06]).__round__(6)
    1.0
    """
    own, other = paired(returns, benchmark, "correlation")
    if not deviation(own) or not deviation(other) or own.size < 2:
        return math.nan
    return float(np.clip(np.corrcoef(own, other)[0, 1], -1.0, 1.0))


def beta(returns: Any, benchmark: Any) -> float:
    """Return the slope of returns on benchmark returns: cov(r, b) / var(b).

    Periods where either is NaN are left out; fewer than two, or a benchmark without variance, give NaN.

    >>> beta([0.01, 0.02, 0.03], [0.02, 0.04, 0.06]).__round__(6)
    0.5
    """
    own, other = paired(returns, benchmark, "beta")
    if own.size < 2 or not deviation(other):
        return math.nan
    centred = other - other.mean()
    return ratio(float((own - own.mean()) @ centred), float(centred @ centred))


def alpha(returns: Any, benchmark: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> float:
    """Return Jensen's alpha, annualised by compounding, as a fraction.

    Formula: (1 + mean((r - f) - beta (b - f)))^p - 1. NaN as for :func:`beta`.

    Source: Jensen (1968).

    >>> alpha([0.011, 0.021, 0.031], [0.02, 0.04, 0.06], 12).__round__(6)
    0.012066
    """
    own, other = paired(returns, benchmark, "alpha")
    p = positive(periods_per_year, "periods_per_year", "alpha")
    free = per_period(annual_rate(risk_free_rate, "risk_free_rate", "alpha"), p)
    slope = beta(own, other)
    if math.isnan(slope):
        return math.nan
    mean = float(((own - free) - slope * (other - free)).mean())
    return per_year(mean, p)


def tracking_error(returns: Any, benchmark: Any, periods_per_year: float) -> float:
    """Return the annualised standard deviation of the difference to the benchmark, as a fraction.

    Formula: std(r - b, n - 1) * sqrt(p). Periods where either is NaN are left out; fewer than two give NaN.

    >>> round(tracking_error([0.01, 0.03, 0.02], [0.01, 0.02, 0.03], 12), 6)
    0.034641
    """
    own, other = paired(returns, benchmark, "tracking_error")
    p = positive(periods_per_year, "periods_per_year", "tracking_error")
    return deviation(own - other) * math.sqrt(p)


def information_ratio(returns: Any, benchmark: Any, periods_per_year: float) -> float:
    """Return the annualised mean difference to the benchmark per tracking error.

    Formula: mean(r - b) / std(r - b, n - 1) * sqrt(p). Periods where either is NaN are left out; fewer than
    two give NaN; a constant difference gives +inf or -inf, none at all NaN.

    Source: Goodwin (1998), "The information ratio".

    >>> round(information_ratio([0.02, 0.03, 0.02], [0.01, 0.02, 0.03], 12), 4)
    1.0
    """
    own, other = paired(returns, benchmark, "information_ratio")
    p = positive(periods_per_year, "periods_per_year", "information_ratio")
    active = own - other
    mean = float(active.mean()) if active.size else math.nan
    return ratio(mean, deviation(active)) * math.sqrt(p)


def sharpe_difference(
    returns: Any,
    benchmark: Any,
    periods_per_year: float,
    *,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Score:
    """Return the Sharpe ratio minus the benchmark's (risk-free rate 0), with a bootstrap interval.

    Both series are resampled together in circular blocks of 2 n^(1/3) periods, which keeps their
    correlation and short-range dependence. An interval that contains 0 means: no evidence of a difference.
    NaN where either ratio is not finite or fewer than ten periods are known.

    Raises:
        ParameterError: series that are not numbers or not equally long, or an option out of its range.

    Source: Ledoit & Wolf (2008), "Robust performance hypothesis testing with the Sharpe ratio"; here with
    the percentile interval.

    >>> rng = np.random.default_rng(0)
    >>> market = rng.normal(0.0005, 0.01, 1000)
    >>> score = sharpe_difference(market + 0.001, market, 252)
    >>> score.low > 0
    True
    """
    owner = "sharpe_difference"
    own, other = paired(returns, benchmark, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    level, resamples = fraction(level, "level", owner), count(resamples, "resamples", owner)
    seed = seed_of(seed, owner)
    value = sharpe_ratio(own, p) - sharpe_ratio(other, p) if own.size >= 10 else math.nan
    low = high = math.nan
    if math.isfinite(value):
        drawn = _resampled_sharpes(own, other, resamples, seed)
        known = drawn[np.isfinite(drawn)] * math.sqrt(p)
        if known.size:
            low, high = (float(q) for q in np.quantile(known, [(1 - level) / 2, (1 + level) / 2]))
    else:
        value = math.nan
    method = f"circular block bootstrap, {resamples:,} resamples"
    return Score("Sharpe difference", value, low, high, level, own.size, method)


def _resampled_sharpes(own: Array, other: Array, resamples: int, seed: int) -> Array:
    """Return the per-period Sharpe differences of block resamples, from sums of blocks."""
    n = own.size
    block = min(n, max(1, round(2 * n ** (1 / 3))))
    blocks = -(-n // block)
    starts = np.random.default_rng(seed).integers(0, n, size=(resamples, blocks))
    ratios = []
    for values in (own, other):
        centred = values - values.mean()
        mean = _block_sums(centred, block)[starts].sum(axis=1) / (blocks * block)
        square = _block_sums(centred**2, block)[starts].sum(axis=1) / (blocks * block)
        spread = np.sqrt(np.maximum(square - mean**2, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios.append((mean + values.mean()) / spread)
    with np.errstate(invalid="ignore"):
        return np.asarray(ratios[0] - ratios[1], dtype=np.float64)


def _block_sums(values: Array, block: int) -> Array:
    """Return the sum of the ``block`` values from each position on, running round the end."""
    total = np.concatenate(([0.0], np.cumsum(np.concatenate((values, values[: block - 1])))))
    return np.asarray(total[block:] - total[:-block], dtype=np.float64)


def paired(returns: Any, benchmark: Any, owner: str) -> tuple[Array, Array]:
    """Return both series (n,), (n,) of the periods in which both were observed.

    Raises:
        ParameterError: not numbers, or of different length.
    """
    own, other = numbers(returns, "returns", owner), numbers(benchmark, "benchmark", owner)
    if own.size != other.size:
        raise ParameterError.of(
            "benchmark", owner, f"as long as the returns ({own.size} periods)", other.size
        )
    known = ~(np.isnan(own) | np.isnan(other))
    return own[known], other[known]
