"""Change over some bars: as a rate, and in price."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def roc(close: Array, period: int) -> Array:
    """Change of the close against ``period`` bars ago, in percent."""
    return ta.ROC(close, timeperiod=period)


def momentum(close: Array, period: int) -> Array:
    """Change of the close against ``period`` bars ago, in price."""
    return ta.MOM(close, timeperiod=period)


def roc_stepper(period: int) -> Step:
    """Return the step of :func:`roc`."""
    place = -1 - period

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < period:
            return None, 0.0
        return None, (recent.close[-1] / recent.close[place] - 1.0) * 100.0

    return step


def momentum_stepper(period: int) -> Step:
    """Return the step of :func:`momentum`."""
    place = -1 - period

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar < period:
            return None, 0.0
        return None, recent.close[-1] - recent.close[place]

    return step


INDICATORS = (
    *declare(
        "roc",
        "momentum",
        ["roc_{period}"],
        ["close"],
        roc,
        stepper=roc_stepper,
        warm_up=lambda period: period,
        unit="percent",
        formula="100 * (close[t] / close[t-{period}] - 1)",
        source="TA-Lib ROC",
        over=periods(1, 5, 10, 20),
    ),
    *declare(
        "mom",
        "momentum",
        ["mom_{period}"],
        ["close"],
        momentum,
        stepper=momentum_stepper,
        warm_up=lambda period: period,
        unit="price",
        formula="close[t] - close[t-{period}]",
        source="TA-Lib MOM",
        over=periods(10),
    ),
)
