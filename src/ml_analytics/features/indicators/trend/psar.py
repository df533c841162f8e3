"""Parabolic stop and reverse (Wilder 1978)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping.kinds import ValueStep
from ...stepping.parabolic import parabolic


def psar(high: Array, low: Array, acceleration: float, maximum: float) -> Array:
    """Return the stop level that trails the price and flips side when touched."""
    return ta.SAR(high, low, acceleration=acceleration, maximum=maximum)


def psar_stepper(acceleration: float, maximum: float) -> ValueStep:
    """Return the step of :func:`psar`."""
    return parabolic(acceleration, maximum)


INDICATORS = declare(
    "psar",
    "trend",
    ["psar"],
    ["high", "low"],
    psar,
    stepper=psar_stepper,
    warm_up=1,
    unit="price",
    formula="sar[t] = sar[t-1] + af * (extreme - sar[t-1]), af from {acceleration} to {maximum}",
    source="TA-Lib SAR",
    aliases=["sar", "parabolic_sar"],
    over=[{"acceleration": 0.02, "maximum": 0.2}],
)
