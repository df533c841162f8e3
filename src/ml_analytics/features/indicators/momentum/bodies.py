"""What the bodies of the last bars say: Qstick and the intraday momentum index (Chande, Kroll 1994)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step, sma


def qstick(open_: Array, close: Array, period: int) -> Array:
    """Mean of close less open."""
    return ta.QSTICK(open_, close, timeperiod=period)


def intraday_momentum(open_: Array, close: Array, period: int) -> Array:
    """Rising bodies as a percentage of all bodies; 50 where none of the bars has one."""
    return ta.IMI(open_, close, timeperiod=period)


def qstick_stepper(period: int) -> Step:
    """Return the step of :func:`qstick`."""
    push = sma(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        leaving = recent.close[-period] - recent.open[-period] if recent.bar >= period - 1 else 0.0
        return push(state, recent.close[-1] - recent.open[-1], leaving)

    return step


def intraday_momentum_stepper(period: int) -> Step:
    """Return the step of :func:`intraday_momentum`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        up = down = 0.0
        for opened, closed in zip(recent.open[-period:], recent.close[-period:], strict=True):
            if closed > opened:
                up += closed - opened
            else:
                down += opened - closed
        total = up + down
        return None, 100.0 * (up / total) if total > 0.0 else 50.0

    return step


INDICATORS = (
    *declare(
        "qstick",
        "momentum",
        ["qstick_{period}"],
        ["open", "close"],
        qstick,
        stepper=qstick_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="mean(close - open, {period})",
        source="TA-Lib QSTICK",
        over=periods(10),
    ),
    *declare(
        "imi",
        "momentum",
        ["imi_{period}"],
        ["open", "close"],
        intraday_momentum,
        stepper=intraday_momentum_stepper,
        warm_up=lambda period: period - 1,
        unit="percent",
        formula="100 * up / (up + down), up = sum(close - open where above 0, {period}), down where below",
        source="TA-Lib IMI",
        over=periods(14),
    ),
)
