"""Where today's volatility stands among the bars before it: causal rolling percentiles."""

from __future__ import annotations

from math import nan
from typing import Any

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.kinds import ValueStep
from ...stepping.percent_rank import percent_rank
from .atr import natr, natr_stepper
from .standard_deviation import volatility, volatility_stepper


def volatility_percentile(close: Array, of: int, period: int) -> Array:
    """Percentage of the ``period`` earlier volatilities that lie below this one."""
    return ta.PERCENTRANK(volatility(close, of), timeperiod=period)


def natr_percentile(high: Array, low: Array, close: Array, of: int, period: int) -> Array:
    """Percentage of the ``period`` earlier normalised true ranges that lie below this one."""
    return ta.PERCENTRANK(natr(high, low, close, of), timeperiod=period)


def volatility_percentile_stepper(of: int, period: int) -> Step:
    """Return the step of :func:`volatility_percentile`."""
    return _ranked(volatility_stepper(of), of, period)


def natr_percentile_stepper(of: int, period: int) -> Step:
    """Return the step of :func:`natr_percentile`."""
    return _ranked(natr_stepper(of), of, period)


def _ranked(inner: ValueStep, warm_up: int, period: int) -> Step:
    """Rank what ``inner`` gives among its own values before; the first ``warm_up`` are none."""
    push = percent_rank(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        within, ranked = state or (None, None)
        within, value = inner(within, recent)
        if recent.bar < warm_up:
            return (within, None), nan
        ranked, rank = push(ranked, value)
        return (within, ranked), rank

    return step


_COMMON: dict[str, Any] = {
    "warm_up": lambda of, period: of + period,
    "unit": "percent",
    "aliases": ["percentiles"],
}
INDICATORS = (
    *declare(
        "volatility_percentile",
        "volatility",
        ["volatility_percentile_{period}"],
        ["close"],
        volatility_percentile,
        stepper=volatility_percentile_stepper,
        formula="100 * count(volatility_{of}[t-i] < volatility_{of}[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK of STDDEV of log returns",
        over=[{"of": 20, "period": 100}],
        **_COMMON,
    ),
    *declare(
        "volatility_percentile",
        "volatility",
        ["volatility_percentile_{period}"],
        ["close"],
        volatility_percentile,
        stepper=volatility_percentile_stepper,
        formula="100 * count(volatility_{of}[t-i] < volatility_{of}[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK of STDDEV of log returns",
        optional=True,  # a year of days: the warm-up of every other entry is below 200 bars
        over=[{"of": 20, "period": 252}],
        **_COMMON,
    ),
    *declare(
        "natr_percentile",
        "volatility",
        ["natr_percentile_{period}"],
        ["high", "low", "close"],
        natr_percentile,
        stepper=natr_percentile_stepper,
        formula="100 * count(natr_{of}[t-i] < natr_{of}[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK of NATR",
        over=[{"of": 14, "period": 100}],
        **_COMMON,
    ),
)
