"""Volume against the volume of the bars before: how unusual it is."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.percent_rank import percent_rank
from ...stepping.sums import positive_sum, window_sum, windowed_sum
from ...stepping.variance import variance

_STEADY = 1e-9
"""A standard deviation below this share of the mean is rounding, not a change."""


def relative_volume(volume: Array, period: int) -> Array:
    """Volume over the mean of the ``period`` bars before it; 1 where none of them traded."""
    before = np.full_like(volume, nan)
    before[1:] = windowed_sum(volume, period)[:-1] / period
    untraded = before == 0
    return np.where(untraded, 1.0, volume / np.where(untraded, 1.0, before))


def volume_zscore(volume: Array, period: int) -> Array:
    """Volume less its mean, in standard deviations (divisor ``period``); 0 where it is steady."""
    mean = windowed_sum(volume, period) / period
    spread = ta.STDDEV(volume, timeperiod=period)
    steady = spread <= _STEADY * mean
    return np.where(steady, 0.0, (volume - mean) / np.where(steady, 1.0, spread))


def volume_percentile(volume: Array, period: int) -> Array:
    """Percentage of the ``period`` earlier volumes that are smaller; 0 where all are the same."""
    return ta.PERCENTRANK(volume, timeperiod=period)


def relative_volume_stepper(period: int) -> Step:
    """Return the step of :func:`relative_volume`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, before = state or (None, nan)
        volume = recent.volume[-1]
        inner, total = push(inner, volume)
        return (inner, total / period), volume / before if before else 1.0

    return step


def volume_zscore_stepper(period: int) -> Step:
    """Return the step of :func:`volume_zscore`."""
    total, spread = window_sum(period), variance(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_total, of_spread = state or (None, None)
        volume = recent.volume[-1]
        of_total, traded = total(of_total, volume)
        of_spread, made = spread(of_spread, recent.volume[-period:])
        mean, away = traded / period, sqrt(made)
        return (of_total, of_spread), 0.0 if away <= _STEADY * mean else (volume - mean) / away

    return step


def volume_percentile_stepper(period: int) -> Step:
    """Return the step of :func:`volume_percentile`."""
    push = percent_rank(period)
    return lambda state, recent: push(state, recent.volume[-1])


INDICATORS = (
    *declare(
        "rvol",
        "volume",
        ["rvol_{period}"],
        ["volume"],
        relative_volume,
        stepper=relative_volume_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="volume / mean(volume[t-1] … volume[t-{period}])",
        source="own; TA-Lib's RVOL has no value where nothing was traded before",
        aliases=["relative_volume"],
        over=periods(20),
    ),
    *declare(
        "volume_zscore",
        "volume",
        ["volume_zscore_{period}"],
        ["volume"],
        volume_zscore,
        stepper=volume_zscore_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="(volume - mean(volume, {period})) / standard deviation(volume, {period})",
        source="TA-Lib STDDEV, a mean and a division of ours",
        over=periods(20),
    ),
    *declare(
        "volume_percentile",
        "volume",
        ["volume_percentile_{period}"],
        ["volume"],
        volume_percentile,
        stepper=volume_percentile_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * count(volume[t-i] < volume[t], i = 1 … {period}) / {period}",
        source="TA-Lib PERCENTRANK",
        aliases=["volume_percent_rank"],
        over=periods(100),
    ),
)
