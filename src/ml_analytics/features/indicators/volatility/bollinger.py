"""Bollinger bands, their width, and where the close lies between them."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ... import stepping, ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.kinds import BandsStep
from ...stepping.standstill import STILL
from ...stepping.variance import variance


def bollinger(close: Array, period: int, deviations: float) -> tuple[Array, ...]:
    """Return the upper, middle and lower band."""
    upper, middle, lower = ta.BBANDS(close, timeperiod=period, nbdevup=deviations, nbdevdn=deviations)
    return upper, middle, lower


def bollinger_position(close: Array, period: int, deviations: float) -> tuple[Array, ...]:
    """Return the width of the bands against the middle, and the position of the close (0 low, 1 high).

    Where the bands lie on one another (a flat price) the width is 0 and the position 0.5.
    """
    upper, middle, lower = bollinger(close, period, deviations)
    width = (upper - lower) / middle
    still = np.abs(width) <= STILL
    position = (close - lower) / middle
    position /= np.where(still, 1.0, width)
    position[still] = 0.5
    width[still] = 0.0
    return width, position


def bollinger_stepper(period: int, deviations: float) -> BandsStep:
    """Return the step of :func:`bollinger`."""
    mean, spread = stepping.sma(period), variance(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        of_mean, of_spread = state or (None, None)
        window = recent.close[-period:]
        of_mean, middle = mean(of_mean, window[-1], window[0])
        of_spread, made = spread(of_spread, window)
        away = sqrt(made) * deviations
        return (of_mean, of_spread), (middle + away, middle, middle - away)

    return step


def bollinger_position_stepper(period: int, deviations: float) -> Step:
    """Return the step of :func:`bollinger_position`."""
    bands = bollinger_stepper(period, deviations)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        state, (upper, middle, lower) = bands(state, recent)
        width = (upper - lower) / middle
        if abs(width) <= STILL:
            return state, (0.0, 0.5)
        return state, (width, (recent.close[-1] - lower) / middle / width)

    return step


_OVER = [{"period": period, "deviations": 2.0} for period in (10, 20, 50)]
INDICATORS = (
    *declare(
        "bb",
        "volatility",
        ["bb_upper_{period}", "bb_middle_{period}", "bb_lower_{period}"],
        ["close"],
        bollinger,
        stepper=bollinger_stepper,
        warm_up=lambda period, deviations: period - 1,
        unit="price",
        formula="mean(close, {period}) ± {deviations} * standard deviation",
        source="TA-Lib BBANDS",
        aliases=["bollinger", "bbands"],
        over=_OVER,
    ),
    *declare(
        "bb",
        "volatility",
        ["bb_width_{period}", "bb_percent_{period}"],
        ["close"],
        bollinger_position,
        stepper=bollinger_position_stepper,
        warm_up=lambda period, deviations: period - 1,
        unit="fraction",
        formula="width = (upper - lower) / middle; percent = (close - lower) / (upper - lower)",
        source="TA-Lib BBANDS, two divisions of ours",
        aliases=["bollinger", "bbands"],
        over=_OVER,
    ),
)
