"""Moving Average Convergence Divergence: two exponential averages against each other."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State
from ...stepping.convergence import convergence
from ...stepping.kinds import BandsStep


def macd(close: Array, fast: int, slow: int, signal: int) -> tuple[Array, ...]:
    """Return the MACD line, its signal line and their difference, the histogram."""
    line, smoothed, histogram = ta.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line, smoothed, histogram


def macd_stepper(fast: int, slow: int, signal: int) -> BandsStep:
    """Return the step of :func:`macd`."""
    push = convergence(fast, slow, signal)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        state, line, smoothed = push(state, recent.close[-1])
        return state, (line, smoothed, line - smoothed)

    return step


INDICATORS = declare(
    "macd",
    "trend",
    ["macd", "macd_signal", "macd_hist"],
    ["close"],
    macd,
    stepper=macd_stepper,
    warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
    unit="price",
    formula="macd = ema({fast}) - ema({slow}); signal = ema(macd, {signal}); hist = macd - signal",
    source="TA-Lib MACD",
    over=[{"fast": 12, "slow": 26, "signal": 9}],
)
