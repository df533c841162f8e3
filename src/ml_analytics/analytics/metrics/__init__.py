"""Performance and risk figures: one small pure function each, on arrays of simple returns.

Shared rules. A return of 0.01 is one per cent. NaN is a period that was not observed and is left out.
Infinity, text and two-dimensional input raise :class:`~ml_analytics.core.errors.ParameterError`. A year has as
many periods as the caller says, or as :func:`periods_per_year` finds in the calendar. No function warns:
where a figure does not exist it is NaN, and a reward over no risk is infinite.

One more metric is one function here and, to be shown in reports, one line in ``report/figures.py``.
"""

from .benchmark import alpha, beta, correlation, sharpe_difference
from .calendar import periods_per_year
from .drawdown import drawdown_periods, drawdown_series, max_drawdown, ulcer_index, worst_drawdowns
from .growth import cagr, total_return, wealth
from .periods import compounded
from .positions import exposure, traded, turnover
from .ratios import calmar_ratio, omega_ratio, sharpe_ratio, sortino_ratio
from .rolling import rolling_sharpe, rolling_volatility
from .spread import downside_deviation, volatility
from .tail import conditional_value_at_risk, kurtosis, skew, tail_ratio, value_at_risk
from .wins import average_loss, average_win, best, kelly_fraction, profit_factor, win_rate, worst

__all__ = [
    "alpha",
    "average_loss",
    "average_win",
    "best",
    "beta",
    "cagr",
    "calmar_ratio",
    "compounded",
    "conditional_value_at_risk",
    "correlation",
    "downside_deviation",
    "drawdown_periods",
    "drawdown_series",
    "exposure",
    "kelly_fraction",
    "kurtosis",
    "max_drawdown",
    "omega_ratio",
    "periods_per_year",
    "profit_factor",
    "rolling_sharpe",
    "rolling_volatility",
    "sharpe_difference",
    "sharpe_ratio",
    "skew",
    "sortino_ratio",
    "tail_ratio",
    "total_return",
    "traded",
    "turnover",
    "ulcer_index",
    "value_at_risk",
    "volatility",
    "wealth",
    "win_rate",
    "worst",
    "worst_drawdowns",
]
