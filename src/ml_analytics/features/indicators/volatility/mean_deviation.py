"""Mean absolute deviation of the close from its average: a spread that outliers move less."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def mean_deviation(close: Array, period: int) -> Array:
    """Mean distance of the last closes from their mean."""
    return ta.AVGDEV(close, timeperiod=period)


def mean_deviation_stepper(period: int) -> Step:
    """Return the step of :func:`mean_deviation`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        window = recent.close[: -period - 1 : -1]  # newest first, as TA-Lib adds
        total = away = 0.0
        for value in window:
            total += value
        mean = total / period
        for value in window:
            away += abs(value - mean)
        return None, away / period

    return step


INDICATORS = declare(
    "mad",
    "volatility",
    ["mad_{period}"],
    ["close"],
    mean_deviation,
    stepper=mean_deviation_stepper,
    warm_up=lambda period: period - 1,
    unit="price",
    formula="mean(|close - mean(close, {period})|, {period})",
    source="TA-Lib AVGDEV",
    aliases=["mean_deviation"],
    over=periods(30),
    optional=True,
)
