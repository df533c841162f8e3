"""The bar itself: its height, and the gap before it, as fractions of the price."""

from __future__ import annotations

from math import nan

from ...indicator import Array, declare
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep


def bar_range(high: Array, low: Array, close: Array) -> Array:
    """Height of the bar over its close."""
    return (high - low) / close


def gap(open_: Array, close: Array) -> Array:
    """Open over the close before, less 1."""
    out = open_ / close
    out[1:] = open_[1:] / close[:-1] - 1
    return out


def bar_range_stepper() -> ValueStep:
    """Return the step of :func:`bar_range`."""
    return lambda state, recent: (None, (recent.high[-1] - recent.low[-1]) / recent.close[-1])


def gap_stepper() -> ValueStep:
    """Return the step of :func:`gap`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return None, recent.open[-1] / recent.close[-2] - 1.0 if recent.bar else nan

    return step


INDICATORS = (
    *declare(
        "bar_range",
        "relative",
        ["bar_range"],
        ["high", "low", "close"],
        bar_range,
        stepper=bar_range_stepper,
        warm_up=0,
        unit="fraction",
        formula="(high - low) / close",
        source="own; one division",
    ),
    *declare(
        "gap",
        "relative",
        ["gap"],
        ["open", "close"],
        gap,
        stepper=gap_stepper,
        warm_up=1,
        unit="fraction",
        formula="open[t] / close[t-1] - 1",
        source="own; one division",
    ),
)
