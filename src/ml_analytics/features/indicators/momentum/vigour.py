"""Relative vigour index: what bars gained against how far they reached (Ehlers 2002)."""

from __future__ import annotations

from ...indicator import Array, declare, periods, ratio
from ...stepping import Recent, State, Step
from ...stepping.delay import window
from ...stepping.sums import window_sum, windowed_sum
from ..trend.weighted_averages import triangle, weighted
from ..warm_up import blank

_WEIGHTS = triangle(4)


def vigour(opened: Array, high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Return the smoothed gains over the smoothed ranges, and the smoothed ratio; 0 where bars have no range."""
    gains = windowed_sum(weighted(close - opened, _WEIGHTS), period)
    made = ratio(gains, windowed_sum(weighted(high - low, _WEIGHTS), period), neutral=0.0)
    return blank((made, weighted(made, _WEIGHTS)), period + 5)


def vigour_stepper(period: int) -> Step:
    """Return the step of :func:`vigour`."""
    push_gain, push_range, keep = window_sum(period), window_sum(period), window(4)

    def smooth(newest: list[float], oldest: list[float]) -> float:
        return sum(
            weight * (new - old) for weight, new, old in zip(_WEIGHTS, newest[-4:], oldest[-4:], strict=False)
        )

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        of_gain, of_range, kept = state or (None, None, ())
        value = 0.0
        if recent.bar >= 3:
            of_gain, gain = push_gain(of_gain, smooth(recent.close, recent.open))
            of_range, reach = push_range(of_range, smooth(recent.high, recent.low))
            value = gain / reach if reach != 0.0 else 0.0
            kept = keep(kept, value)
        mean = sum(weight * one for weight, one in zip(_WEIGHTS, kept, strict=False))
        return (of_gain, of_range, kept), (value, mean)

    return step


INDICATORS = declare(
    "rvgi",
    "momentum",
    ["rvgi_{period}", "rvgi_signal_{period}"],
    ["open", "high", "low", "close"],
    vigour,
    stepper=vigour_stepper,
    warm_up=lambda period: period + 5,
    unit="fraction",
    formula="sum(s(close - open), {period}) / sum(s(high - low), {period}), s: mean of 4 bars weighted 1, 2, 2, 1; "
    "signal = s(rvgi)",
    source="Ehlers 2002, Stocks & Commodities 20; own, TA-Lib has none",
    over=periods(14),
    optional=True,
)
