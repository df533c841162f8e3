"""Was the value at risk right? Tests of how often, and how clustered, it was exceeded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import bdtr, chdtrc, xlogy

from ...core.canonical import plain
from ...core.errors import ParameterError
from ..inputs import Array, fraction, numbers

_OWNER = "backtest_var"


@dataclass(frozen=True)
class VarBacktest:
    """How forecasts of value at risk met what happened.

    ``exceptions`` of ``n`` periods were worse than forecast, ``expected`` would be right. Each test has its
    likelihood ratio and p-value: ``coverage`` (Kupiec: is the number right), ``independence``
    (Christoffersen: does one follow another more than it should), ``conditional`` (both at once). A small
    p-value speaks against the forecasts. ``zone`` is the traffic light of Basel, by the probability of no
    more exceptions when the forecasts are right: green below 95 %, yellow below 99.99 %, red.
    """

    n: int
    exceptions: int
    expected: float
    coverage_statistic: float
    coverage_p_value: float
    independence_statistic: float
    independence_p_value: float
    conditional_statistic: float
    conditional_p_value: float
    zone: str

    def to_json(self) -> dict[str, Any]:
        """Return every figure as plain JSON values."""
        value: dict[str, Any] = plain(self)
        return value


def backtest_var(returns: Any, forecasts: Any, confidence_level: float = 0.95) -> VarBacktest:
    """Test forecasts of value at risk against the returns of the periods they were made for.

    Formulas: Kupiec's ratio is -2 ln[(1-p)^(n-x) p^x / ((1-x/n)^(n-x) (x/n)^x)], chi-squared with 1 degree of
    freedom; Christoffersen's compares one probability of an exception with two, after a period with and
    without one (first-order Markov chain), 1 degree; the conditional test is their sum, 2 degrees.

    Args:
        returns: (n,) simple returns.
        forecasts: (n,) value at risk as a return (-0.02), known **before** its period; NaN rows are left
            out. A return strictly below is an exception.
        confidence_level: of the forecasts.

    Raises:
        ParameterError: not numbers or of different length, a level not between 0 and 1.

    Source: Kupiec (1995), "Techniques for verifying the accuracy of risk measurement models"; Christoffersen
    (1998), "Evaluating interval forecasts"; Basel Committee (1996) for the zones.

    >>> test = backtest_var([-0.03, 0.01, 0.02, 0.01], [-0.02] * 4, 0.75)
    >>> test.exceptions, test.expected, round(test.coverage_p_value, 6)
    (1, 1.0, 1.0)
    """
    own, limit = numbers(returns, "returns", _OWNER), numbers(forecasts, "forecasts", _OWNER)
    if own.size != limit.size:
        raise ParameterError.of("forecasts", _OWNER, f"as long as the returns ({own.size})", limit.size)
    rate = round(1.0 - fraction(confidence_level, "confidence_level", _OWNER), 12)
    known = ~(np.isnan(own) | np.isnan(limit))
    hit = own[known] < limit[known]
    n, x = int(hit.size), int(hit.sum())
    if not n:
        nothing = math.nan
        return VarBacktest(0, 0, 0.0, nothing, nothing, nothing, nothing, nothing, nothing, "none")
    coverage = max(0.0, 2.0 * (_log_likelihood(x, n - x, x / n) - _log_likelihood(x, n - x, rate)))
    independence = _independence(hit)
    both = coverage + independence
    return VarBacktest(
        n,
        x,
        n * rate,
        coverage,
        float(chdtrc(1, coverage)),
        independence,
        float(chdtrc(1, independence)),
        both,
        float(chdtrc(2, both)),
        _zone(x, n, rate),
    )


def _independence(hit: np.ndarray) -> float:
    before, after = hit[:-1], hit[1:]
    if not before.size:
        return math.nan
    counts = np.array([[np.sum((before == i) & (after == j)) for j in (0, 1)] for i in (0, 1)], dtype=float)
    free = sum(_log_likelihood(one[1], one[0], _share(one)) for one in counts)
    together = counts.sum(axis=0)
    return max(0.0, 2.0 * (free - _log_likelihood(together[1], together[0], _share(together))))


def _share(counts: Array) -> float:
    total = float(counts.sum())
    return float(counts[1]) / total if total else 0.0


def _log_likelihood(hits: float, misses: float, rate: float) -> float:
    return float(xlogy(hits, rate) + xlogy(misses, 1.0 - rate))


def _zone(x: int, n: int, rate: float) -> str:
    below = float(bdtr(x, n, rate))
    return "green" if below < 0.95 else "yellow" if below < 0.9999 else "red"
