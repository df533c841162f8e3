"""The middle of the last closes by rank, and the prices that a tenth of them lie below and above."""

from __future__ import annotations

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step

_LOW, _HIGH = 0.1, 0.9


def median(close: Array, period: int) -> Array:
    """Middle one of the last closes; the mean of the two in the middle of an even number."""
    return _quantiles(close, period, 0.5)[0]


def tenths(close: Array, period: int) -> tuple[Array, ...]:
    """Return the prices that a tenth, and nine tenths, of the last closes lie below, interpolated."""
    return _quantiles(close, period, _LOW, _HIGH)


def _place(period: int, share: float) -> tuple[int, float]:
    """Return how many values lie below, and how far it is from there to the next."""
    below = int((period - 1) * share)
    return below, (period - 1) * share - below


def _quantiles(close: Array, period: int, *shares: float) -> tuple[Array, ...]:
    from ...stepping import recursions  # numba: a quarter of a second

    places = [_place(period, share) for share in shares]
    ranks = np.array([rank for below, part in places for rank in (below, below + (part > 0.0))])
    found = recursions.ranked(close, period, ranks)
    return tuple(
        low + part * (high - low)
        for low, high, (_, part) in zip(found[::2], found[1::2], places, strict=True)
    )


def median_stepper(period: int) -> Step:
    """Return the step of :func:`median`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return None, _of(sorted(recent.close[-period:]), 0.5)

    return step


def tenths_stepper(period: int) -> Step:
    """Return the step of :func:`tenths`."""

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float]]:
        ordered = sorted(recent.close[-period:])
        return None, (_of(ordered, _LOW), _of(ordered, _HIGH))

    return step


def _of(ordered: list[float], share: float) -> float:
    below, part = _place(len(ordered), share)
    low = ordered[below]
    return low + part * (ordered[below + 1] - low) if part else low


INDICATORS = (
    *declare(
        "median",
        "trend",
        ["median_{period}"],
        ["close"],
        median,
        stepper=median_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="median(close, {period})",
        source="own (TA-Lib PERCENTILE tells no values between two)",
        over=periods(30),
        optional=True,
    ),
    *declare(
        "quantile",
        "trend",
        ["lower_tenth_{period}", "upper_tenth_{period}"],
        ["close"],
        tenths,
        stepper=tenths_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="quantile(close, {period}) at 0.1 and at 0.9, linear between two values",
        source="own (TA-Lib PERCENTILE tells no values between two)",
        over=periods(30),
        optional=True,
    ),
)
