"""Illiquidity: how far what is traded moves the price (Amihud 2002), and its twin without a unit."""

from __future__ import annotations

from math import nan

import numpy as np

from ...indicator import Array, declare, periods, ratio
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import positive_sum, windowed_sum

_NOTHING = 1e-24
"""Traded money below this is none."""


def amihud(close: Array, volume: Array, period: int) -> Array:
    """Mean of |log return| over traded money; a bar without trades counts as 0."""
    impact = ratio(np.abs(log_return(close, 1)), close * volume, neutral=0.0, floor=_NOTHING)
    impact[0] = nan  # there is no return at the first bar, traded or not
    return windowed_sum(impact, period) / period


def turnover_illiquidity(close: Array, volume: Array, period: int) -> Array:
    """Mean of |log return| over turnover: the volume as a multiple of the window's mean volume.

    The turnover version of Amihud's measure (Brennan, Huh and Subrahmanyam 2013), with the mean volume in the
    place of the shares outstanding, which bars do not tell. A bar without trades counts as 0.
    """
    impact = ratio(np.abs(log_return(close, 1)), volume, neutral=0.0)
    impact[0] = nan
    return windowed_sum(impact, period) / period * (windowed_sum(volume, period) / period)


def amihud_stepper(period: int) -> Step:
    """Return the step of :func:`amihud`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        traded = recent.close[-1] * recent.volume[-1]
        state, total = push(state, _impact(recent, traded, _NOTHING))
        return state, total / period

    return step


def turnover_illiquidity_stepper(period: int) -> Step:
    """Return the step of :func:`turnover_illiquidity`."""
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_impact, of_volume = state or (None, None)
        volume = recent.volume[-1]
        of_impact, impact = push(of_impact, _impact(recent, volume, 0.0))
        of_volume, traded = push(of_volume, volume)
        return (of_impact, of_volume), impact / period * (traded / period)

    return step


def _impact(recent: Recent, traded: float, floor: float) -> float:
    if recent.bar and traded <= floor:
        return 0.0
    return abs(newest_return(recent)) / (traded or 1.0)


INDICATORS = (
    *declare(
        "amihud",
        "microstructure",
        ["amihud_{period}"],
        ["close", "volume"],
        amihud,
        stepper=amihud_stepper,
        warm_up=lambda period: period,
        unit="per_currency",
        formula="mean(|ln(close[t] / close[t-1])| / (close * volume), {period})",
        source="Amihud 2002; own, TA-Lib has none",
        aliases=["illiquidity"],
        over=periods(5, 20),
    ),
    *declare(
        "turnover_illiquidity",
        "microstructure",
        ["turnover_illiquidity_{period}"],
        ["close", "volume"],
        turnover_illiquidity,
        stepper=turnover_illiquidity_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="mean(|ln(close[t] / close[t-1])| / volume, {period}) * mean(volume, {period})",
        source="Brennan, Huh and Subrahmanyam 2013; own, TA-Lib has none",
        over=periods(20),
    ),
)
