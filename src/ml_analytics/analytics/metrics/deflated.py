"""How sure a Sharpe ratio is: after few, skewed, fat-tailed returns, and after many trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from ...core.canonical import plain
from ...core.errors import ParameterError
from ..inputs import annual_rate, fraction, is_number, per_period, positive, ratio
from .ratios import sharpe_ratio
from .sample import Sample, of_column, sample
from .tail import kurtosis, skew
from .trials import Trials, trials

_EULER = 0.5772156649015329


def probabilistic_sharpe_ratio(
    returns: Any, periods_per_year: float, benchmark_sharpe: float = 0.0, risk_free_rate: float = 0.0
) -> float:
    """Return the probability that the true Sharpe ratio exceeds ``benchmark_sharpe`` (annual), from 0 to 1.

    Formula: Phi((S - S*) sqrt(n - 1) / sqrt(1 - g S + (k - 1)/4 S^2)) with S and S* per period, g the skew
    and k the kurtosis (3 for a normal distribution) of the returns. NaN periods are left out; fewer than
    four observations, no variance, or a root of nothing (very few, very skewed returns) give NaN.

    Source: Bailey & Lopez de Prado (2012), "The Sharpe ratio efficient frontier".

    >>> rng = np.random.default_rng(0)
    >>> round(probabilistic_sharpe_ratio(rng.normal(0.001, 0.01, 500), 252), 2)
    0.94
    """
    owner = "probabilistic_sharpe_ratio"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    goal = _number(benchmark_sharpe, "benchmark_sharpe", owner) / math.sqrt(p)
    sharpe = _per_period(one, p, risk_free_rate, owner)
    return probability_above(sharpe, goal, one.size, skew(one), kurtosis(one) + 3.0)


def minimum_track_record(
    returns: Any,
    periods_per_year: float,
    benchmark_sharpe: float = 0.0,
    risk_free_rate: float = 0.0,
    confidence_level: float = 0.95,
) -> float:
    """Return how many periods are needed to be sure that the Sharpe ratio exceeds ``benchmark_sharpe``.

    Formula: 1 + (1 - g S + (k - 1)/4 S^2) (z / (S - S*))^2 with z the normal quantile of
    ``confidence_level``, the rest as in :func:`probabilistic_sharpe_ratio`. In periods: divide by
    ``periods_per_year`` for years. A Sharpe ratio not above the benchmark gives +inf; fewer than four
    observations or no variance give NaN.

    Source: Bailey & Lopez de Prado (2012), minimum track record length.

    >>> rng = np.random.default_rng(0)
    >>> round(minimum_track_record(rng.normal(0.001, 0.01, 500), 252))
    530
    """
    owner = "minimum_track_record"
    one = sample(returns, owner)
    p = positive(periods_per_year, "periods_per_year", owner)
    goal = _number(benchmark_sharpe, "benchmark_sharpe", owner) / math.sqrt(p)
    level = fraction(confidence_level, "confidence_level", owner)
    sharpe = _per_period(one, p, risk_free_rate, owner)
    return periods_needed(sharpe, goal, skew(one), kurtosis(one) + 3.0, level)


def expected_maximum_sharpe(trials: float, sharpe_variance: float) -> float:
    """Return the Sharpe ratio that the best of ``trials`` strategies without skill is expected to show.

    Formula: sqrt(V) ((1 - e) Phi^-1(1 - 1/N) + e Phi^-1(1 - 1/(N exp(1)))), e = 0.5772... (Euler), V the
    variance of the Sharpe ratios of the trials; in the unit of its root. Not below 0; one trial gives 0.

    Source: Bailey & Lopez de Prado (2014), "The deflated Sharpe ratio".

    >>> round(expected_maximum_sharpe(100, 0.5), 4)
    1.7894
    """
    owner = "expected_maximum_sharpe"
    n, variance = _trials(trials, owner), _variance(sharpe_variance, owner)
    if n == 1.0:
        return 0.0
    highest = (1.0 - _EULER) * ndtri(1.0 - 1.0 / n) + _EULER * ndtri(1.0 - 1.0 / (n * math.e))
    return max(0.0, math.sqrt(variance) * float(highest))


def deflated_sharpe_ratio(
    returns: Any,
    periods_per_year: float,
    *,
    trials: float,
    sharpe_variance: float,
    risk_free_rate: float = 0.0,
) -> float:
    """Return the probability that the Sharpe ratio is above what the best of ``trials`` shows by luck.

    Formula: :func:`probabilistic_sharpe_ratio` with :func:`expected_maximum_sharpe` as the benchmark. NaN as
    there.

    Args:
        returns: (n,) of the strategy that was chosen.
        periods_per_year: how many returns make a year.
        trials: independent strategies that were tried, 1 or more; a fraction is allowed, as found by
            :func:`effective_trials`.
        sharpe_variance: variance of the annualised Sharpe ratios of the trials.
        risk_free_rate: annual.

    Source: Bailey & Lopez de Prado (2014), "The deflated Sharpe ratio".

    >>> rng = np.random.default_rng(0)
    >>> round(deflated_sharpe_ratio(rng.normal(0.001, 0.01, 500), 252, trials=50, sharpe_variance=0.5), 2)
    0.26
    """
    _trials(trials, "deflated_sharpe_ratio")
    _variance(sharpe_variance, "deflated_sharpe_ratio")
    goal = expected_maximum_sharpe(trials, sharpe_variance)
    one = sample(returns, "deflated_sharpe_ratio")
    return probabilistic_sharpe_ratio(one, periods_per_year, goal, risk_free_rate)


def effective_trials(returns: Any) -> float:
    """Return how many independent strategies a table of correlated ones is worth, from 1 to their number.

    Formula: c + (1 - c) M with M strategies and c the mean correlation between two of them (pairs weigh by
    the periods that both have; negative counts as 0). A strategy that never varies has correlation 0.

    Args:
        returns: (n_periods, n_strategies); NaN is left out.

    Source: Bailey & Lopez de Prado (2014), appendix A.3.

    >>> one = np.random.default_rng(0).normal(size=(100, 1))
    >>> round(effective_trials(np.hstack([one, one, one])), 6)
    1.0
    """
    return _effective(trials(returns, "effective_trials"))


@dataclass(frozen=True)
class DeflatedSharpe:
    """The best of many trials, and how much of it is luck. Sharpe ratios are annual.

    ``probability`` is the deflated Sharpe ratio: near 1, the best strategy has skill; below 0.95, its Sharpe
    ratio could as well be that of the luckiest of ``effective_trials`` strategies without skill, which is
    expected to be ``expected_maximum``.
    """

    strategy: Any
    sharpe_ratio: float
    trials: int
    effective_trials: float
    sharpe_variance: float
    expected_maximum: float
    probability: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinity become ``None``."""
        value: dict[str, Any] = plain(self)
        return value


def deflated_best(returns: Any, periods_per_year: float, risk_free_rate: float = 0.0) -> DeflatedSharpe:
    """Deflate the Sharpe ratio of the best strategy in the table of all that were tried.

    Args:
        returns: (n_periods, n_strategies), every strategy that was tried and not only those that were kept;
            NaN is left out.
        periods_per_year: how many returns make a year.
        risk_free_rate: annual.

    Raises:
        ParameterError: not a table of numbers, or no strategy with a finite Sharpe ratio.

    >>> luck = np.random.default_rng(0).normal(0.0, 0.01, (500, 40))
    >>> found = deflated_best(luck, 252)
    >>> found.sharpe_ratio > 1.0, found.probability < 0.95
    (True, True)
    """
    owner = "deflated_best"
    table = trials(returns, owner)
    samples = [of_column(row, None) for row in table.values]
    ratios = np.array([sharpe_ratio(one, periods_per_year, risk_free_rate) for one in samples])
    known = np.isfinite(ratios)
    if not known.any():
        raise ParameterError.of(
            "returns", owner, "with at least one strategy that has a Sharpe ratio", "none"
        )
    best = int(np.flatnonzero(known)[ratios[known].argmax()])
    variance = float(ratios[known].var(ddof=1)) if known.sum() > 1 else 0.0
    count = _effective(table)
    goal = expected_maximum_sharpe(count, variance)
    chance = probabilistic_sharpe_ratio(samples[best], periods_per_year, goal, risk_free_rate)
    name = table.names[best]
    return DeflatedSharpe(name, float(ratios[best]), len(samples), count, variance, goal, chance)


def probability_above(sharpe: float, goal: float, n: float, skewness: float, kurtosis: float) -> float:
    """Return the probability that the true ratio exceeds ``goal``; ratios per period, kurtosis 3 if normal.

    >>> round(probability_above(0.458, 0.0, 24, -2.448, 10.164), 3)
    0.913
    """
    variance = _estimation_variance(sharpe, skewness, kurtosis)
    if not variance > 0.0 or n < 2:
        return math.nan
    return float(ndtr((sharpe - goal) * math.sqrt((n - 1) / variance)))


def periods_needed(sharpe: float, goal: float, skewness: float, kurtosis: float, level: float) -> float:
    """Return the minimum track record in periods; ratios per period, kurtosis 3 if normal.

    >>> daily = 252**-0.5
    >>> round(periods_needed(2 * daily, daily, 0.0, 3.0, 0.95) / 252, 2)
    2.73
    """
    variance = _estimation_variance(sharpe, skewness, kurtosis)
    if not variance > 0.0:
        return math.nan
    if sharpe <= goal:
        return math.inf
    return 1.0 + variance * (float(ndtri(level)) / (sharpe - goal)) ** 2


def _estimation_variance(sharpe: float, skewness: float, kurtosis: float) -> float:
    """Return n - 1 times the variance of an estimated Sharpe ratio; NaN where it is not known."""
    if not math.isfinite(sharpe):
        return math.nan
    return 1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe


def _per_period(one: Sample, p: float, risk_free_rate: float, owner: str) -> float:
    free = per_period(annual_rate(risk_free_rate, "risk_free_rate", owner), p)
    return ratio(one.mean - free, one.deviation)


def _effective(table: Trials) -> float:
    count = len(table.values)
    known = ~np.isnan(table.values)
    z = np.zeros_like(table.values)
    for row, values in enumerate(table.values):
        standardised = of_column(values, None).standardised
        if standardised.size:
            z[row, known[row]] = standardised
    together = known.sum(axis=0)
    pairs = float((together * (together - 1.0)).sum())
    shared = float((z.sum(axis=0) ** 2 - (z * z).sum(axis=0)).sum())
    correlation = min(max(shared / pairs, 0.0), 1.0) if pairs else 0.0
    return correlation + (1.0 - correlation) * count


def _number(value: Any, parameter: str, owner: str) -> float:
    if not is_number(value):
        raise ParameterError.of(parameter, owner, "a number", value)
    if not math.isfinite(value):
        raise ParameterError.of(parameter, owner, "a finite number", value)
    return float(value)


def _trials(value: Any, owner: str) -> float:
    count = _number(value, "trials", owner)
    if count < 1.0:
        raise ParameterError.of("trials", owner, "a number of trials, 1 or more", value)
    return count


def _variance(value: Any, owner: str) -> float:
    variance = _number(value, "sharpe_variance", owner)
    if variance < 0.0:
        raise ParameterError.of("sharpe_variance", owner, "a variance, not negative", value)
    return variance
