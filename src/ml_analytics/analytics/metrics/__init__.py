"""Performance and risk figures: one small pure function each, on arrays of simple returns.

Shared rules. A return of 0.01 is one per cent. NaN is a period that was not observed and is left out.
Infinity, text and two-dimensional input raise :class:`~ml_analytics.core.errors.ParameterError`. A year has as
many periods as the caller says, or as :func:`periods_per_year` finds in the calendar. No function warns:
where a figure does not exist it is NaN, and a reward over no risk is infinite.

Many figures of the same returns are faster on one :class:`Sample` of them, or in :func:`metrics_table`. One
more metric is one function here, one line in ``figures.py`` and, to be shown in reports, one in
``report/figures.py``.
"""

from .benchmark import alpha, beta, correlation, information_ratio, sharpe_difference, tracking_error
from .calendar import periods_per_year
from .deflated import (
    DeflatedSharpe,
    deflated_best,
    deflated_sharpe_ratio,
    effective_trials,
    expected_maximum_sharpe,
    minimum_track_record,
    periods_needed,
    probabilistic_sharpe_ratio,
    probability_above,
)
from .drawdown import (
    average_drawdown,
    average_drawdown_days,
    average_drawdown_length,
    drawdown_periods,
    drawdown_series,
    longest_drawdown,
    longest_drawdown_days,
    max_drawdown,
    max_drawdown_money,
    pain_index,
    ulcer_index,
    worst_drawdowns,
)
from .growth import (
    average_return,
    cagr,
    geometric_mean,
    risk_adjusted_return,
    time_in_market,
    total_return,
    wealth,
)
from .overfitting import Overfitting, overfitting_probability
from .pain import (
    burke_ratio,
    pain_ratio,
    recovery_factor,
    serenity_index,
    sterling_ratio,
    ulcer_performance_index,
)
from .periods import compounded, monthly_table
from .positions import exposure, traded, turnover
from .ratios import (
    adjusted_sortino_ratio,
    calmar_ratio,
    omega_ratio,
    risk_return_ratio,
    sharpe_ratio,
    sortino_ratio,
)
from .rolling import rolling_sharpe, rolling_volatility
from .sample import Sample, sample
from .spread import downside_deviation, volatility
from .stability import (
    autocorrelation,
    autocorrelation_penalty,
    smart_sharpe_ratio,
    smart_sortino_ratio,
    stability,
)
from .table import metrics_table
from .tail import (
    conditional_value_at_risk,
    kurtosis,
    outlier_loss_ratio,
    outlier_win_ratio,
    skew,
    tail_ratio,
    value_at_risk,
)
from .trailing import to_date, trailing_cagr, trailing_return
from .wins import (
    average_loss,
    average_win,
    best,
    common_sense_ratio,
    cpc_index,
    gain_to_pain,
    kelly_fraction,
    longest_losing_streak,
    longest_winning_streak,
    payoff_ratio,
    profit_factor,
    win_rate,
    worst,
)

__all__ = [
    "DeflatedSharpe",
    "Overfitting",
    "Sample",
    "adjusted_sortino_ratio",
    "alpha",
    "autocorrelation",
    "autocorrelation_penalty",
    "average_drawdown",
    "average_drawdown_days",
    "average_drawdown_length",
    "average_loss",
    "average_return",
    "average_win",
    "best",
    "beta",
    "burke_ratio",
    "cagr",
    "calmar_ratio",
    "common_sense_ratio",
    "compounded",
    "conditional_value_at_risk",
    "correlation",
    "cpc_index",
    "deflated_best",
    "deflated_sharpe_ratio",
    "downside_deviation",
    "drawdown_periods",
    "drawdown_series",
    "effective_trials",
    "expected_maximum_sharpe",
    "exposure",
    "gain_to_pain",
    "geometric_mean",
    "information_ratio",
    "kelly_fraction",
    "kurtosis",
    "longest_drawdown",
    "longest_drawdown_days",
    "longest_losing_streak",
    "longest_winning_streak",
    "max_drawdown",
    "max_drawdown_money",
    "metrics_table",
    "minimum_track_record",
    "monthly_table",
    "omega_ratio",
    "outlier_loss_ratio",
    "outlier_win_ratio",
    "overfitting_probability",
    "pain_index",
    "pain_ratio",
    "payoff_ratio",
    "periods_needed",
    "periods_per_year",
    "probabilistic_sharpe_ratio",
    "probability_above",
    "profit_factor",
    "recovery_factor",
    "risk_adjusted_return",
    "risk_return_ratio",
    "rolling_sharpe",
    "rolling_volatility",
    "sample",
    "serenity_index",
    "sharpe_difference",
    "sharpe_ratio",
    "skew",
    "smart_sharpe_ratio",
    "smart_sortino_ratio",
    "sortino_ratio",
    "stability",
    "sterling_ratio",
    "tail_ratio",
    "time_in_market",
    "to_date",
    "total_return",
    "tracking_error",
    "traded",
    "trailing_cagr",
    "trailing_return",
    "turnover",
    "ulcer_index",
    "ulcer_performance_index",
    "value_at_risk",
    "volatility",
    "wealth",
    "win_rate",
    "worst",
    "worst_drawdowns",
]
