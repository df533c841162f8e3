"""Moving averages that are smoother, or adapt: triangular, Wilder's, Kaufman's."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.efficiency import efficiency
from ...stepping.kinds import ValueStep
from ...stepping.triangular import triangular
from ...stepping.wilder import rma as wilder_average


def trima(close: Array, period: int) -> Array:
    """Average with weights that rise to the middle of the window and fall again."""
    return ta.TRIMA(close, timeperiod=period)


def rma(close: Array, period: int) -> Array:
    """Wilder's average: an exponential one of the weight 1 / ``period``."""
    return ta.RMA(close, timeperiod=period)


def kama(close: Array, period: int) -> Array:
    """Kaufman's average: quick (2 bars) where the close goes straight, slow (30 bars) where it wanders."""
    return ta.KAMA(close, timeperiod=period)


def trima_stepper(period: int) -> ValueStep:
    """Return the step of :func:`trima`."""
    push = triangular(period)
    return lambda state, recent: push(state, recent.close)


def rma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`rma`."""
    push = wilder_average(period)
    return lambda state, recent: push(state, recent.close[-1])


def kama_stepper(period: int) -> ValueStep:
    """Return the step of :func:`kama`."""
    push = efficiency(period)
    slow = 2.0 / (30.0 + 1.0)
    more = 2.0 / (2.0 + 1.0) - slow

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_ratio, average = state or (None, nan)
        of_ratio, ratio = push(of_ratio, recent.close)
        if recent.bar < period:
            # The average before the first is the close before it.
            return (of_ratio, recent.close[-1]), nan
        pace = ratio * more + slow
        average = (recent.close[-1] - average) * (pace * pace) + average
        return (of_ratio, average), average

    return step


INDICATORS = (
    *declare(
        "trima",
        "trend",
        ["trima_{period}"],
        ["close"],
        trima,
        stepper=trima_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(w * close) / sum(w), w = 1, 2 … 2, 1 over {period}",
        source="TA-Lib TRIMA",
        over=periods(20, 50),
    ),
    *declare(
        "rma",
        "trend",
        ["rma_{period}"],
        ["close"],
        rma,
        stepper=rma_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="rma[t] = rma[t-1] + (close[t] - rma[t-1]) / {period}",
        source="TA-Lib RMA",
        aliases=["smma"],
        over=periods(14),
    ),
    *declare(
        "kama",
        "trend",
        ["kama_{period}"],
        ["close"],
        kama,
        stepper=kama_stepper,
        warm_up=lambda period: period,
        unit="price",
        formula="kama[t] = kama[t-1] + c * (close[t] - kama[t-1]), c = (er_{period} * (2/3 - 2/31) + 2/31)^2",
        source="TA-Lib KAMA",
        over=periods(10, 30),
    ),
)
