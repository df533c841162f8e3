"""Averages whose pace follows the market, or that pass slow waves only: Chande's VIDYA, Ehlers' super smoother.

The recursions are in :mod:`ml_analytics.features.stepping.recursions`, which is imported where it is needed.
"""

from __future__ import annotations

from math import cos, exp, nan, pi, sqrt
from types import ModuleType

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.efficiency import efficiency
from ...stepping.kinds import ValueStep


def _recursions() -> ModuleType:
    from ...stepping import recursions  # numba: a quarter of a second

    return recursions


def vidya(close: Array, period: int) -> Array:
    """Exponential average that is as quick as the last moves were one-sided."""
    paces = 2.0 / (period + 1) * ta.ER(close, timeperiod=period)
    averages: Array = _recursions().paced(close, paces, period - 1)
    return averages


def super_smoother(close: Array, period: int) -> Array:
    """Close without waves shorter than the period, by a filter of two poles."""
    averages: Array = _recursions().two_poles(close, *_poles(period))
    averages[: period - 1] = nan
    return averages


def _poles(period: int) -> tuple[float, float, float]:
    """Return the weights of the close and of the two values before."""
    turn = pi * sqrt(2.0) / period
    fading = exp(-turn)
    one, two = 2.0 * fading * cos(turn), -fading * fading
    return 1.0 - one - two, one, two


def vidya_stepper(period: int) -> ValueStep:
    """Return the step of :func:`vidya`."""
    push, first, pace = efficiency(period), period - 1, 2.0 / (period + 1)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_way, average = state or (None, nan)
        close = recent.close
        of_way, straight = push(of_way, close[-period - 1 :])
        if recent.bar == first:
            total = 0.0
            for value in close[-period:]:
                total += value
            average = total / period
        elif recent.bar > first:
            weight = pace * straight
            average = weight * close[-1] + (1.0 - weight) * average
        return (of_way, average), average

    return step


def super_smoother_stepper(period: int) -> ValueStep:
    """Return the step of :func:`super_smoother`."""
    new, one, two = _poles(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close[-1]
        if recent.bar < 2:
            return (close, close if state is None else state[0]), close
        value = new * close + one * state[0] + two * state[1]
        return (value, state[0]), value

    return step


INDICATORS = (
    *declare(
        "vidya",
        "trend",
        ["vidya_{period}"],
        ["close"],
        vidya,
        stepper=vidya_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="w * close + (1 - w) * vidya[t-1], w = 2 / ({period} + 1) * er_{period}; first mean(close, {period})",
        source="Chande 1992, his momentum oscillator's size being TA-Lib ER; own",
        reach=lambda period: period + 1,
        over=periods(14),
        optional=True,
    ),
    *declare(
        "ssf",
        "trend",
        ["ssf_{period}"],
        ["close"],
        super_smoother,
        stepper=super_smoother_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="(1 - b + a²) * close + b * ssf[t-1] - a² * ssf[t-2], a = exp(-u), b = 2 * a * cos(u), "
        "u = pi * sqrt(2) / {period}",
        source="Ehlers 2004, Cybernetic Analysis; own, TA-Lib has none",
        aliases=["super_smoother"],
        over=periods(10),
        optional=True,
    ),
)
