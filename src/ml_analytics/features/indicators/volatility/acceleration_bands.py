"""Acceleration bands: averages of highs and lows, pushed outwards by the width of their bars (Headley 2002)."""

from __future__ import annotations

from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.sums import window_sum, windowed_sum

_WIDTH = 4.0


def acceleration_bands(high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Return the upper band, the average close and the lower band."""
    width = _WIDTH * ratio(high - low, high + low, neutral=0.0)
    return (
        windowed_sum(high * (1.0 + width), period) / period,
        windowed_sum(close, period) / period,
        windowed_sum(low * (1.0 - width), period) / period,
    )


def acceleration_bands_stepper(period: int) -> Step:
    """Return the step of :func:`acceleration_bands`."""
    push = window_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        of_upper, of_middle, of_lower = state or (None, None, None)
        high, low = recent.high[-1], recent.low[-1]
        width = _WIDTH * ((high - low) / (high + low))
        of_upper, upper = push(of_upper, high * (1.0 + width))
        of_middle, middle = push(of_middle, recent.close[-1])
        of_lower, lower = push(of_lower, low * (1.0 - width))
        return (of_upper, of_middle, of_lower), (upper / period, middle / period, lower / period)

    return step


INDICATORS = declare(
    "accbands",
    "volatility",
    ["accbands_upper_{period}", "accbands_middle_{period}", "accbands_lower_{period}"],
    ["high", "low", "close"],
    acceleration_bands,
    stepper=acceleration_bands_stepper,
    warm_up=lambda period: period - 1,
    unit="price",
    formula="sma(high * (1 + w), {period}); sma(close, {period}); sma(low * (1 - w), {period}); "
    "w = 4 * (high - low) / (high + low)",
    source="Headley 2002, Big Trends in Trading; own sums, as TA-Lib ACCBANDS",
    aliases=["acceleration_bands"],
    over=periods(20),
    optional=True,
)
