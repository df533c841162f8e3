"""The 61 candlestick patterns of TA-Lib."""

from __future__ import annotations

from functools import partial

from ... import ta
from ...indicator import Array, Indicator, declare
from ...stepping import Step
from ...stepping.candles import PATTERNS


def candlestick(*prices: Array, function: str) -> Array:
    """Return the value of a pattern at each bar; ``function`` is TA-Lib's name without ``CDL``."""
    values: Array = getattr(ta, f"CDL{function}")(*prices)
    return values


def candlestick_stepper(function: str) -> Step:
    """Return the step of :func:`candlestick`."""
    return PATTERNS[function].step


def _entry(function: str) -> tuple[Indicator, ...]:
    return declare(
        f"cdl_{function.lower()}",
        "patterns",
        [f"cdl_{function.lower()}"],
        ["open", "high", "low", "close"],
        partial(candlestick, function=function),
        stepper=partial(candlestick_stepper, function),
        warm_up=PATTERNS[function].warm_up,
        unit="signal",
        formula="100 bullish, -100 bearish (80 where two ends meet, 200 where confirmed), 0 none",
        source=f"TA-Lib CDL{function}",
        aliases=["candlesticks", "cdl"],
    )


INDICATORS = tuple(one for function in sorted(PATTERNS) for one in _entry(function))
