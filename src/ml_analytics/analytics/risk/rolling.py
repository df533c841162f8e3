"""Every figure again over a moving window: what a single number hides."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import annual_rate, count, fraction, log_growth, numbers, per_period, positive
from ..metrics.rolling import rolling_sharpe, rolling_volatility
from .aligned import aligned

_OWNER = "rolling_analysis"

BenchmarkGaps: TypeAlias = Literal["empty", "skip"]
"""What a window does that holds periods which the returns or the benchmark do not know."""


def rolling_analysis(
    returns: Any,
    window: int,
    periods_per_year: float,
    *,
    risk_free_rate: float = 0.0,
    benchmark: Any = None,
    benchmark_gaps: BenchmarkGaps = "empty",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Return the figures of the last ``window`` periods at each period: one column a figure.

    Columns: ``total_return`` (compounded over the window, not annualised), ``volatility``, ``sharpe_ratio``,
    ``sortino_ratio`` (annualised), ``max_drawdown`` (within the window), ``value_at_risk`` (historical, of
    one period), and with a benchmark ``beta`` and ``correlation``. Each is the metric of that name on the
    window. NaN until ``window`` periods are there and where one of them is NaN; a Sharpe or Sortino ratio
    over no risk is NaN. The index is that of ``returns``.

    Args:
        returns: simple returns, array or series.
        window: periods.
        periods_per_year: for what is annualised.
        risk_free_rate: annual, a fraction.
        benchmark: returns on the same times or of the same length; periods it lacks are NaN.
        benchmark_gaps: where one of the two is NaN, ``empty`` makes beta and correlation NaN in every window that
            holds it; ``skip`` takes the last ``window`` periods that both know instead (other holidays, weekends
            of one only), and is NaN only on the periods that one of them does not know.
        confidence_level: of the value at risk.

    Raises:
        ParameterError: a window that is not a positive whole number or longer than the returns, or a
            benchmark that does not fit.

    >>> table = rolling_analysis([0.1, -0.5, 0.2], 2, 12)
    >>> table["total_return"].round(6).tolist(), table["max_drawdown"].round(6).tolist()
    ([nan, -0.45, -0.4], [nan, -0.5, -0.5])
    """
    values = numbers(returns, "returns", _OWNER)
    width = count(window, "window", _OWNER)
    p = positive(periods_per_year, "periods_per_year", _OWNER)
    free = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
    level = fraction(confidence_level, "confidence_level", _OWNER)
    if width > values.size:
        raise ParameterError.of("window", _OWNER, f"at most the {values.size} periods there are", width)
    index = returns.index if isinstance(returns, pd.Series) else pd.RangeIndex(values.size)
    series = pd.Series(values, index=index)
    columns = {
        "total_return": _total(series, width),
        "volatility": rolling_volatility(series, p, width),
        "sharpe_ratio": rolling_sharpe(series, p, width, free),
        "sortino_ratio": rolling_sortino(series, p, width, free),
        "max_drawdown": rolling_drawdown(series, width),
        "value_at_risk": rolling_var(series, width, level),
    }
    if benchmark is not None:
        columns |= _beside(series, aligned(series, benchmark, _OWNER), width, benchmark_gaps)
    return pd.DataFrame(columns)


def _beside(series: pd.Series, other: pd.Series, width: int, gaps: BenchmarkGaps) -> dict[str, pd.Series]:
    """Return beta and correlation over the window."""
    if gaps not in get_args(BenchmarkGaps):
        must = f"one of {', '.join(map(repr, get_args(BenchmarkGaps)))}"
        raise ParameterError.of("benchmark_gaps", _OWNER, must, gaps)
    both = series.notna() & other.notna()
    own, beside = (series[both], other[both]) if gaps == "skip" else (series, other.where(both))
    pair = beside.rolling(width)
    spread = pair.var(ddof=1)
    beta = (pair.cov(own, ddof=1) / spread).where(spread > 0)
    correlation = pair.corr(own).clip(-1.0, 1.0).where(np.isfinite(beta))
    return {name: one.reindex(series.index) for name, one in (("beta", beta), ("correlation", correlation))}


def rolling_sortino(
    returns: pd.Series, periods_per_year: float, window: int, risk_free_rate: float = 0.0
) -> pd.Series:
    """Return the annualised Sortino ratio of the last ``window`` periods; NaN where none fell short.

    >>> rolling_sortino(pd.Series([0.02, -0.01, 0.03]), 1, 2).round(6).tolist()
    [nan, 0.707107, 1.414214]
    """
    excess = returns - per_period(risk_free_rate, periods_per_year)
    short = excess.clip(upper=0.0)
    # A sum that runs on leaves a residue where nothing fell short: those windows are found by counting.
    fell = (short < 0).astype(np.float64).rolling(window).sum() > 0
    risk = np.sqrt((short**2).rolling(window).mean().clip(lower=0.0))
    ratio: pd.Series = excess.rolling(window).mean() / risk.where(fell & (risk > 0))
    return ratio * math.sqrt(periods_per_year)


def rolling_drawdown(returns: pd.Series, window: int) -> pd.Series:
    """Return the deepest drawdown within the last ``window`` periods, from their own highs; 0 to -1.

    >>> rolling_drawdown(pd.Series([-0.5, 0.1, -0.1]), 2).round(6).tolist()
    [nan, -0.5, -0.1]
    """
    # Half a second of start-up that only those who ask for it pay.
    from .rolling_kernel import rolling_depth

    out = np.empty(len(returns))
    rolling_depth(np.maximum(1.0 + returns.to_numpy(dtype=np.float64), 0.0), window, out)
    return pd.Series(out - 1.0, index=returns.index)


def rolling_var(returns: pd.Series, window: int, confidence_level: float = 0.95) -> pd.Series:
    """Return the historical value at risk of the last ``window`` periods, as a return.

    It knows the period it stands at: shifted by one period it is a forecast (see
    :func:`~ml_analytics.analytics.risk.backtest_var`).

    >>> rolling_var(pd.Series([-0.03, -0.01, 0.0, 0.01, 0.02]), 5, 0.75).round(6).tolist()[-1]
    -0.01
    """
    return returns.rolling(window).quantile(round(1.0 - confidence_level, 12))


def _total(series: pd.Series, width: int) -> pd.Series:
    """Compound over the window; a loss of everything within it is -1."""
    values = series.to_numpy()
    lost = values <= -1.0
    log = pd.Series(log_growth(np.where(lost, 0.0, values)), index=series.index)
    total = np.expm1(log.rolling(width).sum().clip(upper=709.0))
    ruined = pd.Series(lost.astype(np.float64), index=series.index).rolling(width).sum() > 0
    known: pd.Series = total.mask(ruined & total.notna(), -1.0)
    return known
