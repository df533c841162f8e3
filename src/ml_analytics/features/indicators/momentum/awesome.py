"""Awesome oscillator and its acceleration (Williams 1998)."""

from __future__ import annotations

from math import nan

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step, sma
from ...stepping.averages import derived_sma
from ...stepping.kinds import ValueStep


def awesome(high: Array, low: Array, fast: int, slow: int) -> Array:
    """Mean of the bars' middles over a few bars, less that over many."""
    return ta.AO(high, low, fastperiod=fast, slowperiod=slow)


def acceleration(high: Array, low: Array, fast: int, slow: int, signal: int) -> Array:
    """Awesome oscillator less its own mean."""
    return ta.AC(high, low, fastperiod=fast, slowperiod=slow, signalperiod=signal)


def awesome_stepper(fast: int, slow: int) -> ValueStep:
    """Return the step of :func:`awesome`."""
    push_fast, push_slow = sma(fast), sma(slow)
    first = slow - fast  # TA-Lib's fast sum begins as late as the first value allows

    def middle(recent: Recent, bars: int) -> float:
        # of the bar that leaves a window next; any number while there is none
        if recent.bar < bars - 1:
            return 0.0
        return (recent.high[-bars] + recent.low[-bars]) / 2.0

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_fast, of_slow = state or (None, None)
        value = (recent.high[-1] + recent.low[-1]) / 2.0
        of_slow, slowly = push_slow(of_slow, value, middle(recent, slow))
        if recent.bar < first:
            return (None, of_slow), nan
        of_fast, quickly = push_fast(of_fast, value, middle(recent, fast))
        return (of_fast, of_slow), quickly - slowly

    return step


def acceleration_stepper(fast: int, slow: int, signal: int) -> Step:
    """Return the step of :func:`acceleration`."""
    oscillator, smooth, first = awesome_stepper(fast, slow), derived_sma(signal), max(fast, slow) - 1

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_oscillator, of_mean = state or (None, None)
        of_oscillator, value = oscillator(of_oscillator, recent)
        if recent.bar < first:
            return (of_oscillator, None), nan
        of_mean, mean = smooth(of_mean, value)
        return (of_oscillator, of_mean), value - mean

    return step


INDICATORS = (
    *declare(
        "ao",
        "momentum",
        ["ao"],
        ["high", "low"],
        awesome,
        stepper=awesome_stepper,
        warm_up=lambda fast, slow: max(fast, slow) - 1,
        unit="price",
        formula="mean(middle, {fast}) - mean(middle, {slow}), middle = (high + low) / 2",
        source="TA-Lib AO",
        aliases=["awesome"],
        over=[{"fast": 5, "slow": 34}],
    ),
    *declare(
        "ac",
        "momentum",
        ["ac"],
        ["high", "low"],
        acceleration,
        stepper=acceleration_stepper,
        warm_up=lambda fast, slow, signal: max(fast, slow) + signal - 2,
        unit="price",
        formula="ao - mean(ao, {signal}), ao of {fast} and {slow} bars",
        source="TA-Lib AC",
        aliases=["accelerator"],
        over=[{"fast": 5, "slow": 34, "signal": 5}],
    ),
)
