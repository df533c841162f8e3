"""Against a benchmark: alpha and beta with honest errors, capture, active risk, by year and rolling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from ...core.canonical import plain
from ..inputs import (
    Array,
    annual_rate,
    count,
    fraction,
    growth,
    log_growth,
    numbers,
    per_period,
    per_year,
    positive,
    ratio,
)
from ..metrics import benchmark as against
from ..metrics.calendar import known_periods
from ..metrics.growth import cagr, total_return
from .aligned import aligned
from .regression import newey_west_lags, regress
from .rolling import BenchmarkGaps, rolling_analysis

_OWNER = "benchmark_analysis"
_FEWEST = 6


@dataclass(frozen=True)
class BenchmarkAnalysis:
    """A strategy beside its benchmark, over the ``n`` periods where both are known.

    ``alpha`` is annual, compounded, over the risk-free rate (Jensen); ``beta`` the slope. Their errors are
    Newey and West's with ``lags`` lags: p-values (of alpha = 0 and of beta = 1) and intervals of ``level``.
    ``up_capture`` and ``down_capture`` are 1 for the benchmark itself, ``capture_ratio`` up by down.
    ``tracking_error``, ``information_ratio`` and ``active_return`` (growth rate less the benchmark's) are
    annual. ``by_year`` has a row per calendar year, ``rolling`` one per period (``None`` unless asked).
    """

    n: int
    periods_per_year: float
    alpha: float
    alpha_low: float
    alpha_high: float
    alpha_p: float
    beta: float
    beta_low: float
    beta_high: float
    beta_p: float
    correlation: float
    r_squared: float
    up_capture: float
    down_capture: float
    capture_ratio: float
    tracking_error: float
    information_ratio: float
    active_return: float
    lags: int
    level: float
    by_year: pd.DataFrame
    rolling: pd.DataFrame | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figures and the years as plain JSON values (not the rolling table)."""
        parts = {name: value for name, value in vars(self).items() if name not in ("by_year", "rolling")}
        years = {str(year): row for year, row in self.by_year.to_dict(orient="index").items()}
        value: dict[str, Any] = plain({**parts, "by_year": years})
        return value


def benchmark_analysis(
    returns: Any,
    benchmark: Any,
    periods_per_year: float | None = None,
    *,
    risk_free_rate: float = 0.0,
    level: float = 0.95,
    lags: int | None = None,
    window: int | None = None,
    benchmark_gaps: BenchmarkGaps = "empty",
) -> BenchmarkAnalysis:
    """Return how ``returns`` stand to those of a benchmark.

    Two series with times are joined by time; periods where either is not known are left out. Figures that do
    not exist are NaN: fewer than two periods, or a benchmark that does not vary, have no beta; fewer than six
    have no errors.

    Args:
        returns: simple returns.
        benchmark: simple returns of the benchmark.
        periods_per_year: for what is annual; ``None`` takes that of the calendar of the periods that both know
            (252 without one): of a market that never closes beside one of five days it is 252.
        risk_free_rate: annual, a fraction.
        level: of the intervals.
        lags: of the errors; ``None`` takes floor(4 (n / 100)^(2/9)).
        window: periods of the rolling table; ``None`` makes none.
        benchmark_gaps: of the rolling table, see :func:`~ml_analytics.analytics.risk.rolling_analysis`.

    Raises:
        ParameterError: a benchmark that does not fit (length, times, time zone), or a value out of its range.

    >>> market = [0.01, -0.02, 0.03, -0.01, 0.02, 0.00, 0.01]
    >>> found = benchmark_analysis([2 * r for r in market], market, 12)
    >>> round(found.beta, 6), round(found.r_squared, 6)
    (2.0, 1.0)
    """
    given = None if periods_per_year is None else positive(periods_per_year, "periods_per_year", _OWNER)
    rate = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
    level = fraction(level, "level", _OWNER)
    index = returns.index if isinstance(returns, pd.Series) else None
    own = pd.Series(numbers(returns, "returns", _OWNER), index=index)
    other = aligned(own, benchmark, _OWNER)
    both = (own.notna() & other.notna()).to_numpy()
    p = known_periods(own.index[both], given)
    r, b = np.asarray(own, dtype=np.float64)[both], np.asarray(other, dtype=np.float64)[both]
    up, down = up_capture(r, b), down_capture(r, b)
    linear = against.correlation(r, b)
    rolling = None
    if window is not None:
        width = count(window, "window", _OWNER)
        rolling = rolling_analysis(
            own,
            width,
            known_periods(own.index, given),
            risk_free_rate=rate,
            benchmark=other,
            benchmark_gaps=benchmark_gaps,
        )
    return BenchmarkAnalysis(
        n=int(r.size),
        periods_per_year=p,
        **_line(r, b, p, rate, level, lags),
        correlation=linear,
        r_squared=linear**2,
        up_capture=up,
        down_capture=down,
        capture_ratio=ratio(up, down),
        tracking_error=against.tracking_error(r, b, p),
        information_ratio=against.information_ratio(r, b, p),
        active_return=cagr(r, p) - cagr(b, p),
        level=level,
        by_year=_by_year(own[both], other[both], p),
        rolling=rolling,
    )


def up_capture(returns: Any, benchmark: Any) -> float:
    """Return the share of the benchmark's gains that was captured: 1.1 is 10 % more than it.

    Formula: geometric mean return of the periods in which the benchmark rose, divided by the benchmark's.
    NaN without such a period. Periods where either is NaN are left out. Not annualised: empyrical and pyfolio
    compound both to a year first, which blows daily ratios up.

    Source: Morningstar (2011), "Upside and downside capture ratios".

    >>> round(up_capture([0.02, -0.01, 0.02], [0.01, -0.02, 0.01]), 6)
    2.0
    """
    return _capture(returns, benchmark, 1.0, "up_capture")


def down_capture(returns: Any, benchmark: Any) -> float:
    """Return the share of the benchmark's losses that was taken: below 1 is good, below 0 a gain.

    As :func:`up_capture`, over the periods in which the benchmark fell.

    >>> round(down_capture([0.02, -0.01, 0.02], [0.01, -0.02, 0.01]), 6)
    0.5
    """
    return _capture(returns, benchmark, -1.0, "down_capture")


def _capture(returns: Any, benchmark: Any, sign: float, owner: str) -> float:
    own, other = against.paired(returns, benchmark, owner)
    chosen = sign * other > 0
    if not chosen.any():
        return math.nan
    mean = [growth(float(log_growth(one[chosen]).mean())) for one in (own, other)]
    return ratio(mean[0], mean[1])


def _line(r: Array, b: Array, p: float, rate: float, level: float, lags: int | None) -> dict[str, Any]:
    """Return alpha and beta with their errors."""
    slope = against.beta(r, b)
    names = ("alpha_low", "alpha_high", "alpha_p", "beta_low", "beta_high", "beta_p")
    line: dict[str, Any] = {"alpha": against.alpha(r, b, p, rate), "beta": slope}
    line |= dict.fromkeys(names, math.nan) | {"lags": newey_west_lags(int(r.size)) if lags is None else lags}
    if r.size < _FEWEST or math.isnan(slope):
        return line
    free = per_period(rate, p)
    fitted = regress(r - free, pd.DataFrame({"beta": b - free}), lags=lags, level=level, owner=_OWNER)
    alpha, beta = fitted.table.to_dict(orient="records")
    line["alpha_low"], line["alpha_high"] = per_year(alpha["low"], p), per_year(alpha["high"], p)
    line["alpha_p"] = alpha["p"]
    line["beta_low"], line["beta_high"] = beta["low"], beta["high"]
    line["beta_p"] = _p_of_one(beta["loading"], beta["std_error"], fitted.n - 2)
    line["lags"] = fitted.lags
    return line


def _p_of_one(slope: float, error: float, freedom: int) -> float:
    return 2.0 * float(stdtr(freedom, -abs(ratio(slope - 1.0, error)))) if slope != 1.0 else 1.0


def _by_year(own: pd.Series, other: pd.Series, p: float) -> pd.DataFrame:
    rows = {}
    if isinstance(own.index, pd.DatetimeIndex):
        years = own.index.year.to_numpy()
        for year in np.unique(years):
            r, b = own.to_numpy()[years == year], other.to_numpy()[years == year]
            total, market = total_return(r), total_return(b)
            rows[int(year)] = {
                "periods": int(r.size),
                "total_return": total,
                "benchmark_return": market,
                "difference": total - market,
                "beta": against.beta(r, b),
                "correlation": against.correlation(r, b),
                "tracking_error": against.tracking_error(r, b, p),
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=_YEAR).rename_axis("year")


_YEAR = [
    "periods",
    "total_return",
    "benchmark_return",
    "difference",
    "beta",
    "correlation",
    "tracking_error",
]
