"""Short against long volatility: above 1 it is rising."""

from __future__ import annotations

from typing import Any

from ...indicator import Array, declare, ratio
from ...stepping import Recent, State, Step
from ...stepping.kinds import ValueStep
from .atr import atr, atr_stepper
from .standard_deviation import volatility, volatility_stepper

_STILL = 1e-9
"""Below this the long volatility is the rounding of running sums: nothing moved, and the ratio is 1."""


def volatility_ratio(close: Array, short: int, long: int) -> Array:
    """Volatility of the last ``short`` bars over that of the last ``long``; 1 where nothing moved."""
    return ratio(volatility(close, short), volatility(close, long), neutral=1.0, floor=_STILL)


def atr_ratio(high: Array, low: Array, close: Array, short: int, long: int) -> Array:
    """Average true range, short over long; 1 where nothing moved."""
    slow = atr(high, low, close, long)
    return ratio(atr(high, low, close, short) / close, slow / close, neutral=1.0, floor=_STILL)


def volatility_ratio_stepper(short: int, long: int) -> Step:
    """Return the step of :func:`volatility_ratio`."""
    return _compared(volatility_stepper(short), volatility_stepper(long), relative=False)


def atr_ratio_stepper(short: int, long: int) -> Step:
    """Return the step of :func:`atr_ratio`."""
    return _compared(atr_stepper(short), atr_stepper(long), relative=True)


def _compared(short: ValueStep, long: ValueStep, *, relative: bool) -> Step:
    """Divide two steps, each by the close first where they are ``relative``."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_short, of_long = state or (None, None)
        of_short, fast = short(of_short, recent)
        of_long, slow = long(of_long, recent)
        unit = recent.close[-1] if relative else 1.0
        slow /= unit
        return (of_short, of_long), 1.0 if slow <= _STILL else fast / unit / slow

    return step


def _longest(short: int, long: int) -> int:
    return max(short, long)


_COMMON: dict[str, Any] = {
    "warm_up": _longest,
    "unit": "fraction",
    "aliases": ["ratios"],
}
INDICATORS = (
    *declare(
        "volatility_ratio",
        "volatility",
        ["volatility_ratio_{short}_{long}"],
        ["close"],
        volatility_ratio,
        stepper=volatility_ratio_stepper,
        formula="volatility_{short} / volatility_{long}",
        source="TA-Lib STDDEV of log returns, a division of ours",
        over=[{"short": 5, "long": 20}, {"short": 20, "long": 50}],
        **_COMMON,
    ),
    *declare(
        "atr_ratio",
        "volatility",
        ["atr_ratio_{short}_{long}"],
        ["high", "low", "close"],
        atr_ratio,
        stepper=atr_ratio_stepper,
        formula="atr_{short} / atr_{long}",
        source="TA-Lib ATR, a division of ours",
        over=[{"short": 7, "long": 28}],
        **_COMMON,
    ),
)
