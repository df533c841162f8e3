"""Keltner channel: a moving average with average true ranges around it (Keltner 1960, Raschke's form)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, ema
from ...stepping.kinds import BandsStep
from ...stepping.true_range import average_true_range


def keltner(
    high: Array, low: Array, close: Array, *, period: int, ranges: int, width: float
) -> tuple[Array, ...]:
    """Return the upper, middle and lower line; they lie on one another where nothing moves."""
    upper, middle, lower = ta.KC(high, low, close, timeperiod=period, atrperiod=ranges, nbdev=width)
    return upper, middle, lower


def keltner_stepper(*, period: int, ranges: int, width: float) -> BandsStep:
    """Return the step of :func:`keltner`."""
    push_average, push_range = ema(period), average_true_range(ranges)
    # TA-Lib begins the average true range as late as the first value allows.
    first = max(period - 1, ranges) - ranges + 1

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        of_average, of_range = state or (None, None)
        typical = (recent.high[-1] + recent.low[-1] + recent.close[-1]) / 3.0
        of_average, middle = push_average(of_average, typical)
        if recent.bar < first:
            return (of_average, None), (nan, nan, nan)
        of_range, away = push_range(of_range, recent)
        away *= width
        return (of_average, of_range), (middle + away, middle, middle - away)

    return step


INDICATORS = declare(
    "keltner",
    "trend",
    ["keltner_upper_{period}", "keltner_middle_{period}", "keltner_lower_{period}"],
    ["high", "low", "close"],
    keltner,
    stepper=keltner_stepper,
    least=11,
    warm_up=lambda period, ranges, width: max(period - 1, ranges),
    unit="price",
    formula="ema((high + low + close) / 3, {period}) with {width} * atr({ranges}) above and below",
    source="TA-Lib KC",
    aliases=["kc"],
    over=[{"period": 20, "ranges": 10, "width": 2.0}],
)
