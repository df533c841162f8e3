"""Oscillators that are drawn in price, as fractions of the close."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step
from ...stepping.compared import in_closes
from ...stepping.kinds import BandsStep, ValueStep
from ..momentum.awesome import awesome_stepper
from ..momentum.elder_ray import elder_ray_stepper
from ..trend.macd import macd_stepper


def macd_to_close(close: Array, fast: int, slow: int, signal: int) -> tuple[Array, ...]:
    """MACD line, signal and histogram over the close."""
    line, smoothed, histogram = ta.MACD(close, fastperiod=fast, slowperiod=slow, signalperiod=signal)
    return line / close, smoothed / close, histogram / close


def awesome_to_close(high: Array, low: Array, close: Array, fast: int, slow: int) -> Array:
    """Awesome oscillator over the close."""
    return ta.AO(high, low, fastperiod=fast, slowperiod=slow) / close


def elder_ray_to_close(high: Array, low: Array, close: Array, period: int) -> tuple[Array, ...]:
    """Bull power and bear power over the close."""
    bulls, bears = ta.ERI(high, low, close, timeperiod=period)
    return bulls / close, bears / close


def macd_to_close_stepper(fast: int, slow: int, signal: int) -> BandsStep:
    """Return the step of :func:`macd_to_close`."""
    push = macd_stepper(fast, slow, signal)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, float, float]]:
        state, (line, smoothed, histogram) = push(state, recent)
        close = recent.close[-1]
        return state, (line / close, smoothed / close, histogram / close)

    return step


def awesome_to_close_stepper(fast: int, slow: int) -> ValueStep:
    """Return the step of :func:`awesome_to_close`."""
    return in_closes(awesome_stepper(fast, slow))


def elder_ray_to_close_stepper(period: int) -> Step:
    """Return the step of :func:`elder_ray_to_close`."""
    push = elder_ray_stepper(period)

    def step(state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        state, (bulls, bears) = push(state, recent)
        close = recent.close[-1]
        return state, (bulls / close, bears / close)

    return step


INDICATORS = (
    *declare(
        "macd_to_close",
        "relative",
        ["macd_to_close", "macd_signal_to_close", "macd_hist_to_close"],
        ["close"],
        macd_to_close,
        stepper=macd_to_close_stepper,
        warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
        unit="fraction",
        formula="macd / close, macd_signal / close, macd_hist / close",
        source="TA-Lib MACD, divisions of ours",
        over=[{"fast": 12, "slow": 26, "signal": 9}],
    ),
    *declare(
        "ao_to_close",
        "relative",
        ["ao_to_close"],
        ["high", "low", "close"],
        awesome_to_close,
        stepper=awesome_to_close_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="fraction",
        formula="ao / close, ao of {fast} and {slow} bars",
        source="TA-Lib AO, a division of ours",
        over=[{"fast": 5, "slow": 34}],
    ),
    *declare(
        "elder_ray_to_close",
        "relative",
        ["bull_power_to_close_{period}", "bear_power_to_close_{period}"],
        ["high", "low", "close"],
        elder_ray_to_close,
        stepper=elder_ray_to_close_stepper,
        warm_up=lambda period: period - 1,
        unit="fraction",
        formula="bull_power_{period} / close, bear_power_{period} / close",
        source="TA-Lib ERI, divisions of ours",
        over=periods(13),
    ),
)
