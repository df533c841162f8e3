"""Vortex indicator: how far highs reach above the last low, and lows below the last high (Botes, Siepman 2010)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.true_range import true_range


def vortex(high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Return upward and downward movement over the true range, about 1 each; 0 where nothing moves."""
    plus, minus = ta.VORTEX(high, low, close, timeperiod=period)
    return plus, minus


def vortex_stepper(period: int) -> Step:
    """Return the step of :func:`vortex`."""

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        if recent.bar == 0:
            return ((), 0.0, 0.0, 0.0, 0), (0.0, 0.0)
        terms, plus, minus, ranges, still = state
        up, down, reach = _terms(recent)
        plus, minus, ranges = plus + up, minus + down, ranges + reach
        still = 0 if reach else still + 1
        if still >= period:
            still, ranges = period, 0.0
        values = (plus / ranges, minus / ranges) if ranges > 0.0 else (0.0, 0.0)
        terms = (*terms, (up, down, reach))
        if len(terms) == period:
            up, down, reach = terms[0]
            plus, minus, ranges, terms = plus - up, minus - down, ranges - reach, terms[1:]
        return (terms, plus, minus, ranges, still), values

    return step


def _terms(recent: Recent) -> tuple[float, float, float]:
    """Upward movement, downward movement and true range of the newest bar."""
    up, down = recent.high[-1] - recent.low[-2], recent.low[-1] - recent.high[-2]
    return abs(up), abs(down), true_range(recent)


INDICATORS = declare(
    "vortex",
    "trend",
    ["vortex_plus_{period}", "vortex_minus_{period}"],
    ["high", "low", "close"],
    vortex,
    stepper=vortex_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="sum(|high[t] - low[t-1]|, {period}) / sum(true range, {period}); minus: |low[t] - high[t-1]|",
    source="TA-Lib VORTEX",
    over=periods(14),
)
