"""Balance of power: who moved the bar (Livshin 2001)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def bop(open_: Array, high: Array, low: Array, close: Array) -> Array:
    """Body of the bar over its range, -1 to 1 where open and close lie within it; 0 without a range."""
    return ta.BOP(open_, high, low, close)


def bop_stepper() -> Step:
    """Return the step of :func:`bop`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        reach = recent.high[-1] - recent.low[-1]
        return None, (recent.close[-1] - recent.open[-1]) / reach if reach > 0.0 else 0.0

    return step


INDICATORS = declare(
    "bop",
    "momentum",
    ["bop"],
    ["open", "high", "low", "close"],
    bop,
    stepper=bop_stepper,
    warm_up=0,
    unit="fraction",
    formula="(close - open) / (high - low)",
    source="TA-Lib BOP",
    aliases=["balance_of_power"],
)
