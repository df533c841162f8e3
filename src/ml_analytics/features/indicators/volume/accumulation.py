"""Accumulation/distribution line and its oscillator (Chaikin)."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step
from ...stepping.money_flow import money_flow


def accumulation(high: Array, low: Array, close: Array, volume: Array) -> Array:
    """Volume weighted by where the close lies in the bar, added up; a flat bar adds nothing.

    Cumulative: its level depends on where the series begins.
    """
    return ta.AD(high, low, close, volume)


def oscillator(high: Array, low: Array, close: Array, volume: Array, fast: int, slow: int) -> Array:
    """Fast less slow exponential average of the line, both begun by its first value; 0 where it is level."""
    return ta.ADOSC(high, low, close, volume, fastperiod=fast, slowperiod=slow)


def accumulation_stepper() -> Step:
    """Return the step of :func:`accumulation`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        total = (state or 0.0) + money_flow(recent)
        return total, total

    return step


def oscillator_stepper(fast: int, slow: int) -> Step:
    """Return the step of :func:`oscillator`."""
    fast_new, fast_old = _weights(fast)
    slow_new, slow_old = _weights(slow)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if state is None:
            line = quick = steady = money_flow(recent)
        else:
            line, quick, steady = state
            line += money_flow(recent)
            quick = fast_new * line + fast_old * quick
            steady = slow_new * line + slow_old * steady
        return (line, quick, steady), quick - steady

    return step


def _weights(period: int) -> tuple[float, float]:
    """Return the weights of the newest value and of the average, as TA-Lib rounds them."""
    old = (period - 1) / (period + 1)
    new = 1.0 - old
    return new, (1.0 - new if old < 0.5 else old)


INDICATORS = (
    *declare(
        "ad",
        "volume",
        ["ad"],
        ["high", "low", "close", "volume"],
        accumulation,
        stepper=accumulation_stepper,
        warm_up=0,
        unit="volume",
        cumulative=True,
        formula="ad[t] = ad[t-1] + volume * ((close - low) - (high - close)) / (high - low)",
        source="TA-Lib AD",
        aliases=["accumulation_distribution"],
    ),
    *declare(
        "adosc",
        "volume",
        ["adosc"],
        ["high", "low", "close", "volume"],
        oscillator,
        stepper=oscillator_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="volume",
        formula="ema(ad, {fast}) - ema(ad, {slow})",
        source="TA-Lib ADOSC",
        aliases=["chaikin_oscillator"],
        over=[{"fast": 3, "slow": 10}],
    ),
)
