"""Every figure of returns by name: one list for the typed result, the table of many strategies, and docs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .deflated import minimum_track_record, probabilistic_sharpe_ratio
from .drawdown import (
    average_drawdown,
    average_drawdown_days,
    longest_drawdown_days,
    max_drawdown,
    pain_index,
    ulcer_index,
)
from .growth import average_return, cagr, geometric_mean, risk_adjusted_return, time_in_market, total_return
from .pain import (
    burke_ratio,
    pain_ratio,
    recovery_factor,
    serenity_index,
    sterling_ratio,
    ulcer_performance_index,
)
from .ratios import (
    adjusted_sortino_ratio,
    calmar_ratio,
    omega_ratio,
    risk_return_ratio,
    sharpe_ratio,
    sortino_ratio,
)
from .sample import Sample
from .spread import downside_deviation, volatility
from .stability import (
    autocorrelation,
    autocorrelation_penalty,
    smart_sharpe_ratio,
    smart_sortino_ratio,
    stability,
)
from .tail import (
    conditional_value_at_risk,
    kurtosis,
    outlier_loss_ratio,
    outlier_win_ratio,
    skew,
    tail_ratio,
    value_at_risk,
)
from .trailing import over_months, over_years, since_turn
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

Figure: TypeAlias = Callable[[Sample, float, float], float]
"""A figure of a sample, the periods a year and the annual risk-free rate."""

# Those that a result of trades takes from the trades instead.
OF_RESULTS: dict[str, Callable[[Sample], float]] = {
    "win_rate": win_rate,
    "profit_factor": profit_factor,
    "payoff_ratio": payoff_ratio,
    "kelly_fraction": kelly_fraction,
    "cpc_index": cpc_index,
    "longest_winning_streak": longest_winning_streak,
    "longest_losing_streak": longest_losing_streak,
}

_GROWTH: dict[str, Figure] = {
    "total_return": lambda s, p, f: total_return(s),
    "cagr": lambda s, p, f: cagr(s, p),
    "average_return": lambda s, p, f: average_return(s),
    "geometric_mean": lambda s, p, f: geometric_mean(s),
    "expected_month": lambda s, p, f: geometric_mean(s.by("month")),
    "expected_year": lambda s, p, f: geometric_mean(s.by("year")),
    "time_in_market": lambda s, p, f: time_in_market(s),
    "risk_adjusted_return": lambda s, p, f: risk_adjusted_return(s, p),
    "stability": lambda s, p, f: stability(s),
}

_RISK: dict[str, Figure] = {
    "volatility": lambda s, p, f: volatility(s, p),
    "downside_deviation": lambda s, p, f: downside_deviation(s, p),
    "max_drawdown": lambda s, p, f: max_drawdown(s),
    "average_drawdown": lambda s, p, f: average_drawdown(s),
    "longest_drawdown_days": lambda s, p, f: longest_drawdown_days(s),
    "average_drawdown_days": lambda s, p, f: average_drawdown_days(s),
    "ulcer_index": lambda s, p, f: ulcer_index(s),
    "pain_index": lambda s, p, f: pain_index(s),
    "value_at_risk": lambda s, p, f: value_at_risk(s),
    "conditional_value_at_risk": lambda s, p, f: conditional_value_at_risk(s),
    "skew": lambda s, p, f: skew(s),
    "kurtosis": lambda s, p, f: kurtosis(s),
    "tail_ratio": lambda s, p, f: tail_ratio(s),
    "outlier_win_ratio": lambda s, p, f: outlier_win_ratio(s),
    "outlier_loss_ratio": lambda s, p, f: outlier_loss_ratio(s),
    "autocorrelation": lambda s, p, f: autocorrelation(s),
    "autocorrelation_penalty": lambda s, p, f: autocorrelation_penalty(s),
}

_RATIOS: dict[str, Figure] = {
    "sharpe_ratio": sharpe_ratio,
    "smart_sharpe_ratio": smart_sharpe_ratio,
    "probabilistic_sharpe_ratio": lambda s, p, f: probabilistic_sharpe_ratio(s, p, risk_free_rate=f),
    "minimum_track_record": lambda s, p, f: minimum_track_record(s, p, risk_free_rate=f),
    "sortino_ratio": sortino_ratio,
    "smart_sortino_ratio": smart_sortino_ratio,
    "adjusted_sortino_ratio": adjusted_sortino_ratio,
    "risk_return_ratio": lambda s, p, f: risk_return_ratio(s),
    "omega_ratio": lambda s, p, f: omega_ratio(s, p, risk_free_rate=f),
    "calmar_ratio": lambda s, p, f: calmar_ratio(s, p),
    "ulcer_performance_index": ulcer_performance_index,
    "pain_ratio": pain_ratio,
    "sterling_ratio": sterling_ratio,
    "burke_ratio": burke_ratio,
    "serenity_index": serenity_index,
    "recovery_factor": lambda s, p, f: recovery_factor(s),
    "gain_to_pain": lambda s, p, f: gain_to_pain(s),
    "gain_to_pain_month": lambda s, p, f: gain_to_pain(s.by("month")),
    "common_sense_ratio": lambda s, p, f: common_sense_ratio(s),
}

_PERIODS: dict[str, Figure] = {
    "best_day": lambda s, p, f: best(_days(s)),
    "worst_day": lambda s, p, f: worst(_days(s)),
    "best_month": lambda s, p, f: best(s.by("month")),
    "worst_month": lambda s, p, f: worst(s.by("month")),
    "best_year": lambda s, p, f: best(s.by("year")),
    "worst_year": lambda s, p, f: worst(s.by("year")),
    "average_up_period": lambda s, p, f: average_win(s),
    "average_down_period": lambda s, p, f: average_loss(s),
    "average_up_month": lambda s, p, f: average_win(s.by("month")),
    "average_down_month": lambda s, p, f: average_loss(s.by("month")),
    "winning_days": lambda s, p, f: win_rate(_days(s)),
    "winning_weeks": lambda s, p, f: win_rate(s.by("week")),
    "winning_months": lambda s, p, f: win_rate(s.by("month")),
    "winning_quarters": lambda s, p, f: win_rate(s.by("quarter")),
    "winning_years": lambda s, p, f: win_rate(s.by("year")),
    "month_to_date": lambda s, p, f: since_turn(s, "month"),
    "year_to_date": lambda s, p, f: since_turn(s, "year"),
    "last_3_months": lambda s, p, f: over_months(s, 3),
    "last_6_months": lambda s, p, f: over_months(s, 6),
    "last_12_months": lambda s, p, f: over_months(s, 12),
    "last_3_years": lambda s, p, f: over_years(s, 3),
    "last_5_years": lambda s, p, f: over_years(s, 5),
    "last_10_years": lambda s, p, f: over_years(s, 10),
}

FIGURES: dict[str, Figure] = _GROWTH | _RISK | _RATIOS | _PERIODS


def measured(one: Sample, periods_per_year: float, risk_free_rate: float) -> dict[str, float]:
    """Return every figure of a sample that trades do not change, by name."""
    return {name: figure(one, periods_per_year, risk_free_rate) for name, figure in FIGURES.items()}


def of_results(results: Sample) -> dict[str, float]:
    """Return every figure of wins against losses, by name."""
    return {name: figure(results) for name, figure in OF_RESULTS.items()}


def _days(one: Sample) -> Sample:
    """Return the days, or the periods themselves where there are no times."""
    return one if one.groups is None else one.by("day")
